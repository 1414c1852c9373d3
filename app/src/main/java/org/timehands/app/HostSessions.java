package org.timehands.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.timehands.Timehands;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.host.HostClocksources;
import org.timehands.host.HostFollower;
import org.timehands.host.HostOptions;
import org.timehands.host.HostStatus;
import org.timehands.host.JournalFeed;
import org.timehands.host.SampleListener;
import org.timehands.linux.NativeAccess;
import org.timehands.page.OwnerInfo;
import org.timehands.page.PageInUseException;
import org.timehands.page.PageOwner;
import org.timehands.page.PagePath;
import org.timehands.page.PageReader;
import org.timehands.page.PageRefusedException;
import org.timehands.page.ReaderOptions;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Page;

/** The timelines of this machine. */
final class HostSessions implements Sessions {
  private final Console console;

  HostSessions(Console console) {
    this.console = Objects.requireNonNull(console, "console");
  }

  @Override
  public Session read(Optional<Path> page, boolean readOnly) {
    ReaderOptions options = new ReaderOptions(readOnly, Set.of());
    try {
      PagePath path = PagePath.toRead(page.map(Path::toString).orElse(null));
      try {
        return session(Timehands.attach(path, options));
      } catch (PageRefusedException refused) {
        if (isNamed(path)) {
          throw refused;
        }
        passOver(refused);
      }
    } catch (PageRefusedException refused) {
      if (refused.reason() != PageRefusedException.Reason.NO_PATH || page.isPresent()) {
        throw refused(refused);
      }
    } catch (IOException trouble) {
      throw trouble(trouble);
    }
    return inProcess();
  }

  /** Has a journal kept beside the follower, until the session is closed. */
  private static Session withJournal(Session session, Sessions.JournalPlace place) {
    Following following = session.following().orElseThrow();
    JournalFeed feed;
    try {
      Page page = session.clocks().timeline().page();
      feed = JournalFeed.start(place.directory(), page, place.options());
    } catch (IOException refused) {
      session.close();
      throw new Failure(ExitCode.FAILED, refused.getMessage(), refused);
    }
    following.tellSamples(feed);
    return session.with(
        new JournalledFollowing(following, feed),
        () -> {
          // The follower first, so that its last sample is in the journal.
          session.close();
          close(feed);
        });
  }

  private static void close(JournalFeed feed) {
    try {
      feed.close();
    } catch (IOException lost) {
      throw new Failure(ExitCode.FAILED, "the journal's end is lost: " + lost.getMessage(), lost);
    }
  }

  /** Whether somebody said that this page is to be used, and not another. */
  private static boolean isNamed(PagePath path) {
    return path.origin() == PagePath.Origin.OPTION
        || path.origin() == PagePath.Origin.ENVIRONMENT;
  }

  private void passOver(PageRefusedException refused) {
    if (refused.reason() != PageRefusedException.Reason.NO_PAGE) {
      console.say("the shared page is not used: " + refused.getMessage());
    }
  }

  private static Session inProcess() {
    try {
      return session(Timehands.inProcess(HostOptions.defaults()));
    } catch (IllegalArgumentException wrong) {
      // The environment names a clocksource that is not to be had.
      throw new Failure(ExitCode.USAGE, wrong.getMessage(), wrong);
    }
  }

  @Override
  public Session own(OwnerChoice choice) {
    if (!NativeAccess.available()) {
      throw new Failure(
          ExitCode.PREREQUISITE, "a shared page needs native access: " + NativeAccess.whyNot());
    }
    OptionalInt group = group(choice);
    List<Candidate> candidates = ClockSources.probe();
    Candidate chosen = clocksource(choice, candidates);
    try {
      PagePath path = PagePath.toOwn(choice.page().map(Path::toString).orElse(null));
      Session session =
          session(Timehands.own(path, choice.host(), group, chosen, candidates));
      warnOfHistory(session, choice);
      return choice.journal().isEmpty() ? session : withJournal(session, choice.journal().get());
    } catch (PageRefusedException refused) {
      throw refused(refused);
    } catch (IOException trouble) {
      throw trouble(trouble);
    }
  }

  private void warnOfHistory(Session session, OwnerChoice choice) {
    int slots = session.clocks().timeline().page().slotCount();
    if (slots != choice.host().slots()) {
      console.say("the page keeps its " + slots + " segments, not " + choice.host().slots()
          + "; remove it to begin anew");
    }
  }

  /**
   * Checks what can be checked of a choice without opening a page.
   *
   * @throws Failure if it is wrong
   */
  static void check(OwnerChoice choice) {
    group(choice);
    clocksource(choice, ClockSources.probe());
  }

  private static OptionalInt group(OwnerChoice choice) {
    return choice.group().map(name -> OptionalInt.of(Groups.idOf(name)))
        .orElse(OptionalInt.empty());
  }

  private static Candidate clocksource(OwnerChoice choice, List<Candidate> candidates) {
    if (choice.clocksource().isEmpty()) {
      return best(candidates);
    }
    String name = choice.clocksource().get();
    Optional<Candidate> found =
        candidates.stream().filter(each -> each.name().equals(name)).findFirst();
    if (found.isPresent() && found.get().admitted()) {
      return found.get();
    }
    String allowed =
        candidates.stream()
            .filter(Candidate::admitted)
            .map(Candidate::name)
            .collect(Collectors.joining(", "));
    throw Failure.usage(
        "--clocksource '" + name + "' "
            + found.map(each -> "cannot be used: " + each.reason())
                .orElse("is unknown on this machine")
            + "; allowed here: " + allowed + "; timehands doctor says why");
  }

  /**
   * The clocksource that the environment names, else the best.
   *
   * @throws Failure if the one that is named is not to be had
   */
  static Candidate best(List<Candidate> candidates) {
    try {
      return ClockSources.choose(candidates);
    } catch (IllegalArgumentException wrong) {
      throw new Failure(ExitCode.USAGE, wrong.getMessage(), wrong);
    } catch (IllegalStateException none) {
      throw new Failure(ExitCode.PREREQUISITE, none.getMessage(), none);
    }
  }

  private static Failure refused(PageRefusedException refused) {
    // Without a place there is no page that could be refused: what names the place is wrong.
    boolean misnamed = refused.reason() == PageRefusedException.Reason.NO_PATH;
    int code = misnamed ? ExitCode.USAGE : ExitCode.PAGE_REFUSED;
    return new Failure(code, refused.getMessage(), refused);
  }

  private static Failure trouble(IOException trouble) {
    int code =
        trouble instanceof PageInUseException ? ExitCode.PAGE_REFUSED : ExitCode.FAILED;
    return new Failure(code, trouble.getMessage(), trouble);
  }

  private static Session session(Timehands timehands) {
    Timekeeper clocks = timehands.clocks();
    Session.Origin origin =
        switch (timehands.origin()) {
          case SHARED_PAGE -> Session.Origin.SHARED_PAGE;
          case OWNED_PAGE -> Session.Origin.OWNED_PAGE;
          case IN_PROCESS, STANDALONE -> Session.Origin.IN_PROCESS;
        };
    Optional<PagePath> path =
        timehands.owner().map(PageOwner::path).or(() -> timehands.reader().map(PageReader::path));
    Supplier<ClockSource> counting =
        () ->
            timehands.clocksource()
                .map(Candidate::source)
                .orElseGet(
                    () -> clocks.timeline().counters().find(clocks.stamp().clocksourceId()));
    return new Session(
        clocks,
        origin,
        path.map(PagePath::directory),
        ownership(timehands),
        counting,
        timehands.follower().map(follower -> following(follower, timehands)),
        timehands::close);
  }

  private static Following following(HostFollower follower, Timehands timehands) {
    return new Following() {
      @Override
      public HostStatus status() {
        return follower.status();
      }

      @Override
      public Optional<String> trouble() {
        return Optional.ofNullable(follower.failure()).map(String::valueOf);
      }

      @Override
      public String beginning() {
        return timehands.owner().map(HostSessions::words).orElse("");
      }

      @Override
      public Optional<HostClocksources> clocksources() {
        return timehands.clocksources();
      }

      @Override
      public void tellSamples(SampleListener listener) {
        follower.setSampleListener(listener);
      }
    };
  }

  private static String words(PageOwner owner) {
    return switch (owner.beginning()) {
      case CREATED -> "created";
      case RESUMED -> "resumed, owner number " + owner.info().epoch();
      case REPLACED -> "replaced: " + owner.why();
    };
  }

  private static Optional<Supplier<Session.Owner>> ownership(Timehands timehands) {
    Optional<Supplier<Session.Owner>> own =
        timehands.owner().map(owner -> () -> of(owner.info()));
    return own.or(() -> timehands.reader().map(reader -> () -> ownerOf(reader)));
  }

  private static Session.Owner ownerOf(PageReader reader) {
    try {
      return of(reader.owner());
    } catch (IOException trouble) {
      throw trouble(trouble);
    }
  }

  private static Session.Owner of(OwnerInfo info) {
    return new Session.Owner(info.pid(), info.alive(), info.epoch());
  }
}
