package org.timehands.host;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.timehands.clocksource.Admission;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.clocksource.ClocksourceListener;
import org.timehands.clocksource.ClocksourceRefusedException;
import org.timehands.clocksource.ClocksourceRegistry;
import org.timehands.clocksource.ClocksourceRegistry.Outcome;
import org.timehands.clocksource.ClocksourceRegistry.Probe;
import org.timehands.clocksource.ClocksourceRegistry.Purpose;
import org.timehands.clocksource.ClocksourceRegistry.WhenLast;
import org.timehands.clocksource.WarpCheck;
import org.timehands.clocksource.Watchdog;
import org.timehands.linux.Cpus;
import org.timehands.timeline.HostTimes;

/**
 * The clocksources of a timeline that follows the host: lets somebody choose among them, watches
 * the present one, and changes the timeline's counter when the choice changes or the watchdog finds
 * a lie. Thread-safe.
 *
 * <pre>
 * field    | read       | write      | guard
 * others   | under lock | under lock | lock
 * watchdog | its thread | its thread | none: one thread
 * missed   | its thread | its thread | none: one thread
 * closed   | volatile   | volatile   | none: set once
 * </pre>
 */
public final class HostClocksources implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HostClocksources.class.getName());

  /** CPUs are compared at every so many checks: ten seconds. */
  private static final int CPU_EVERY = 20;

  /** What one comparison of two CPUs may take if it goes well. */
  private static final long PAIR_NANOS = 500_000;

  /** The kernel is asked for its own choice at every so many checks. */
  private static final int KERNEL_EVERY = 2;

  /**
   * A machine too busy to examine its native counter is looked at again after so many checks: a
   * minute.
   */
  private static final int LATE_EVERY = 120;

  private static final int LATE_TRIES = 10;

  private static final long SET_PATIENCE_NANOS = 5_000_000_000L;

  /**
   * How things stand.
   *
   * @param current what drives the timeline
   * @param reference what it is watched by; empty if there is nothing to watch it by
   * @param last the watchdog's last check of the one by the other; null before the first
   * @param checks how many were made
   * @param disturbed how many of them came to nothing because somebody was in the way
   * @param changes how often the counter was changed
   * @param lastChange the last change in words; empty if there was none
   */
  public record Status(
      Candidate current, Optional<String> reference, Watchdog.Check last, long checks,
      long disturbed, long changes, String lastChange) {}

  /**
   * A check, and of what.
   *
   * @param watched the clocksource's name
   * @param reference the name of the one that it was compared with
   * @param check what came of it
   */
  public record Seen(String watched, String reference, Watchdog.Check check) {}

  private final HostTimeline timeline;
  private final ClocksourceRegistry registry;
  private final Watchdog.Options options;
  private final Supplier<List<Candidate>> late;
  private final int lateEvery;
  private final List<Consumer<Seen>> watchers = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private Watchdog watchdog;
  private Candidate missed;
  private Seen last;
  private long checks;
  private long disturbed;
  private long changes;
  private String lastChange = "";
  private Thread thread;
  private volatile boolean closed;

  /**
   * The clocksources of a timeline.
   *
   * @param timeline follows the host
   * @param candidates what was found; those that were admitted may be chosen; a tick, if there is
   *     one, is what is left when nothing else is
   * @param options how closely the present one is watched
   */
  public HostClocksources(
      HostTimeline timeline, List<Candidate> candidates, Watchdog.Options options) {
    this(timeline, candidates, options, ClockSources::probe, LATE_EVERY);
  }

  /** The same, looking for what comes late in a way and as often as a test wants. */
  HostClocksources(
      HostTimeline timeline, List<Candidate> candidates, Watchdog.Options options,
      Supplier<List<Candidate>> late, int lateEvery) {
    this.late = Objects.requireNonNull(late, "late");
    this.lateEvery = lateEvery;
    this.timeline = Objects.requireNonNull(timeline, "timeline");
    this.options = Objects.requireNonNull(options, "options");
    Candidate tick = candidates.stream().filter(HostClocksources::ticks).findFirst().orElse(null);
    this.registry = new ClocksourceRegistry(Probe.EXAMINED, WhenLast.FALL_BACK, tick);
    Candidate chosen = timeline.chosen();
    registry.setOneShot(!ticks(chosen));
    candidates.forEach(this::registerIfFit);
    if (registry.entry(chosen.name()).isEmpty()) {
      register(chosen);
    }
    if (!registry.entries().getFirst().candidate().name().equals(chosen.name())) {
      registry.override(chosen.name());
    }
    registry.addListener(
        new ClocksourceListener() {
          @Override
          public void selected(Purpose purpose, Candidate from, Candidate to, String why) {
            if (purpose == Purpose.TIMEKEEPING) {
              change(to, why);
            }
          }
        });
    registry.finishBooting();
  }

  private static boolean ticks(Candidate candidate) {
    return candidate.source() != null
        && ClockSource.kindOf(candidate.source().id()) == ClockSource.TICK;
  }

  /** What was admitted; ticks are there already. */
  private void registerIfFit(Candidate candidate) {
    if (candidate.admitted() && registry.entry(candidate.name()).isEmpty()) {
      register(candidate);
    }
  }

  private void register(Candidate candidate) {
    try {
      registry.register(candidate);
    } catch (ClocksourceRefusedException | IllegalArgumentException refused) {
      LOG.log(System.Logger.Level.WARNING, refused.getMessage());
    }
  }

  /** Who is registered, and who drives what; clocksources may come late here. */
  public ClocksourceRegistry registry() {
    return registry;
  }

  /** Starts to watch, in a daemon thread; may be called once. */
  public void start() {
    lock.lock();
    try {
      if (thread != null || closed) {
        throw new IllegalStateException("watching was started already, or is closed");
      }
      thread = Thread.ofPlatform().daemon().name("timehands-watchdog").start(this::run);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks for a clocksource by name and waits until the timeline is on it. Who asks for ticks gives
   * up high resolution, and who asks for anything else wants it again.
   *
   * @param name as {@link ClocksourceRegistry#override(String)} has it
   * @throws IllegalStateException if it was chosen, but the timeline could not be changed to it
   */
  public Outcome set(String name) {
    boolean coarse =
        registry.entry(name)
            .filter(each -> !each.candidate().source().validForHighResolution())
            .isPresent();
    // In this order: between the two nothing else is chosen.
    if (coarse) {
      registry.setOneShot(false);
    }
    Outcome outcome = registry.override(name);
    registry.setOneShot(!coarse);
    if (outcome != Outcome.CHOSEN) {
      return outcome;
    }
    lock.lock();
    try {
      long leftNanos = SET_PATIENCE_NANOS;
      while (!timeline.chosen().name().equals(name)) {
        if (leftNanos <= 0) {
          throw new IllegalStateException(
              "the timeline is still on " + timeline.chosen().name() + ": " + lastChange);
        }
        leftNanos = moved.awaitNanos(leftNanos);
      }
      return outcome;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the change", interrupted);
    } finally {
      lock.unlock();
    }
  }

  private void change(Candidate to, String why) {
    RuntimeException refused = null;
    String words;
    // Else who is kept from telling of a refusal tells it over a change that was made meanwhile:
    // refused | tried again, done, told | told. HostClocksourcesTest.aChangeThatFailsIsTriedAgain.
    synchronized (timeline) {
      Candidate from = timeline.chosen();
      try {
        long standstillNanos = timeline.changeClocksource(to);
        if (standstillNanos == 0) {
          return;
        }
        words = from.name() + " to " + to.name() + ", " + why
            + "; time stood still for at most " + standstillNanos + " ns";
      } catch (IllegalStateException | IllegalArgumentException trouble) {
        refused = trouble;
        words = "not from " + from.name() + " to " + to.name() + ": " + trouble.getMessage();
      }
      told(words, refused == null);
    }
    if (refused != null) {
      LOG.log(System.Logger.Level.WARNING, "clocksource was not changed: " + words, refused);
    }
  }

  private void told(String words, boolean done) {
    lock.lock();
    try {
      changes += done ? 1 : 0;
      lastChange = words;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (long number = 0; await(); number++) {
      try {
        look(number);
      } catch (RuntimeException trouble) {
        LOG.log(System.Logger.Level.WARNING, "watching the clocksource failed", trouble);
      }
    }
  }

  private boolean await() {
    lock.lock();
    try {
      long left = options.intervalNanos();
      while (left > 0 && !closed) {
        left = moved.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A change that was refused, by a machine too busy to measure it, is tried again: else the
   * registry would say one thing for ever, and the timeline do another. What is seen at two looks
   * is not just being told, but for a change that takes as long: that is waited for, and what is
   * wanted then is asked again, since another may have been made after it
   * (HostClocksourcesTest.aChangeThatIsOnlySlowIsNotMadeOverALaterOne).
   */
  private void catchUp() {
    Candidate wanted = wanted();
    boolean differs = wanted != null && !wanted.name().equals(timeline.chosen().name());
    if (differs && wanted.equals(missed)) {
      synchronized (timeline) {
        if (wanted.equals(wanted())) {
          change(wanted, "tried again");
        }
      }
    }
    missed = differs ? wanted : null;
  }

  private Candidate wanted() {
    return registry.current(Purpose.TIMEKEEPING).orElse(null);
  }

  private void look(long number) {
    catchUp();
    Candidate current = timeline.chosen();
    Candidate by = registry.referenceFor(current).orElse(null);
    if (!watches(current, by)) {
      watchdog = by == null ? null : watchdogOf(current, by);
    }
    if (number % KERNEL_EVERY == 0) {
      askKernel();
    }
    boolean due = number % lateEvery == lateEvery - 1 && number / lateEvery < LATE_TRIES;
    if (due && registry.entries().stream().noneMatch(each -> isNative(each.candidate()))) {
      late.get().stream().filter(HostClocksources::isNative).forEach(this::registerIfFit);
    } else if (ticks(current) && number % lateEvery == lateEvery - 1) {
      late.get().forEach(this::examinedAgain);
    }
    if (watchdog == null) {
      return;
    }
    Watchdog.Check check = watchdog.check();
    Seen seen = new Seen(current.name(), by.name(), check);
    note(seen);
    watchers.forEach(each -> each.accept(seen));
    if (check.verdict() == Watchdog.Verdict.UNSTABLE
        && registry.markUnstable(current.name(), check.words())) {
      LOG.log(
          System.Logger.Level.WARNING,
          "clocksource " + current.name() + " is unstable: " + check.words());
    }
  }

  /** Time goes by ticks because all else was found to lie: whoever is found good now comes back. */
  private void examinedAgain(Candidate candidate) {
    Optional<ClocksourceRegistry.Entry> known = registry.entry(candidate.name());
    if (known.isEmpty()) {
      registerIfFit(candidate);
    } else if (candidate.admitted() && known.get().isUnstable()) {
      registry.markStable(candidate.name());
    }
  }

  /** The kernel watches its own; what it has left is not to be trusted here either. */
  private void askKernel() {
    Optional<String> objection = Admission.kernelObjection();
    for (ClocksourceRegistry.Entry each : registry.entries()) {
      if (isNative(each.candidate()) && objection.isPresent()) {
        registry.markUnstable(each.candidate().name(), objection.get());
      }
    }
  }

  /** Whether there is a watchdog of the one by the other; of nothing if there is no other. */
  private boolean watches(Candidate current, Candidate by) {
    if (watchdog == null || by == null) {
      return by == null && watchdog == null;
    }
    return watchdog.watched().id() == current.source().id()
        && watchdog.reference().id() == by.source().id();
  }

  private Watchdog watchdogOf(Candidate current, Candidate by) {
    HostTimes host = HostTimes.SYSTEM;
    ClockSource source = current.source();
    return new Watchdog(
        current, by, options.withCpuEvery(CPU_EVERY),
        () -> host.bootNanos() - host.monoNanos(),
        isNative(current) ? WarpCheck.pinned(source::read, PAIR_NANOS) : null, cpus());
  }

  private static boolean isNative(Candidate candidate) {
    if (candidate.source() == null) {
      return false;
    }
    long kind = ClockSource.kindOf(candidate.source().id());
    return kind == ClockSource.TSC || kind == ClockSource.CNTVCT;
  }

  private static int[] cpus() {
    try {
      return Cpus.affinity();
    } catch (java.io.IOException | UnsupportedOperationException untold) {
      return new int[0];
    }
  }

  private void note(Seen seen) {
    lock.lock();
    try {
      last = seen;
      checks++;
      disturbed += seen.check().verdict() == Watchdog.Verdict.DISTURBED ? 1 : 0;
    } finally {
      lock.unlock();
    }
  }

  /** How things stand. */
  public Status status() {
    Candidate current = timeline.chosen();
    Optional<String> by = registry.referenceFor(current).map(Candidate::name);
    lock.lock();
    try {
      // A check of the counter before says nothing of this one.
      boolean told = last != null && last.watched().equals(current.name())
          && by.filter(last.reference()::equals).isPresent();
      return new Status(
          current, by, told ? last.check() : null, checks, disturbed, changes, lastChange);
    } finally {
      lock.unlock();
    }
  }

  /** How often a check is made, in nanoseconds. */
  public long intervalNanos() {
    return options.intervalNanos();
  }

  /** Adds somebody who sees every check, in the watching thread: he must be quick. */
  public void addWatcher(Consumer<Seen> watcher) {
    watchers.add(Objects.requireNonNull(watcher, "watcher"));
  }

  /** Removes a watcher. */
  public void removeWatcher(Consumer<Seen> watcher) {
    watchers.remove(watcher);
  }

  /** Ends the watching and waits for its thread. */
  @Override
  public void close() {
    Thread ending;
    lock.lock();
    try {
      closed = true;
      ending = thread;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    if (ending != null && ending.threadId() != Thread.currentThread().threadId()) {
      try {
        ending.join(TimeUnit.SECONDS.toMillis(5));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
