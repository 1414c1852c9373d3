package org.timehands.app;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.timehands.journal.Journal;
import org.timehands.linux.HostInfo;
import picocli.CommandLine.Option;

/** Which journal to convert by, and how: options of a command. */
final class JournalChoice {
  private static final String THIS_BOOT = "this";

  @Option(names = "--journal", paramLabel = "PATH",
      description = "Convert by this journal instead of a page: a file, or a directory of files;"
          + " may be given again. The clocksource that it counted last is meant if a stamp names"
          + " none.")
  private List<Path> paths = List.of();

  @Option(names = "--boot", paramLabel = "ID",
      description = "The stamps are of this boot: an id as in boot_id, or 'this' for the present"
          + " one. Without it, cycles that several boots may have counted are refused.")
  private String boot;

  @Option(names = "--hindsight",
      description = "Show also what is known today of REALTIME then, with a bound of its own: from"
          + " what the reference said before and after.")
  private boolean hindsight;

  /** Whether a journal was named. */
  boolean isGiven() {
    return !paths.isEmpty();
  }

  /** Refuses options that need a journal where none is named. */
  void check() {
    if (!isGiven() && (hindsight || boot != null)) {
      throw Failure.usage(
          (hindsight ? "--hindsight" : "--boot") + " needs a journal; name one by --journal");
    }
  }

  /** Reads the journal; what is wrong with it is said on standard error. */
  JournalStamps open(Console console) {
    Optional<UUID> wanted = Optional.ofNullable(boot).map(JournalChoice::bootOf);
    Journal journal;
    try {
      journal = Journal.open(paths.toArray(new Path[0]));
    } catch (IOException refused) {
      throw new Failure(ExitCode.FAILED, "journal: " + words(refused), refused);
    }
    journal.remarks().forEach(each -> console.say("journal: " + each));
    if (journal.timelines().isEmpty()) {
      throw new Failure(ExitCode.FAILED, "journal: no segment stands in it", null);
    }
    try {
      return new JournalStamps(wanted.map(journal::ofBoot).orElse(journal), hindsight);
    } catch (IllegalArgumentException unknown) {
      throw Failure.usage("--boot: " + unknown.getMessage());
    }
  }

  private static String words(IOException refused) {
    return refused instanceof NoSuchFileException missing
            && missing.getReason() == null
        ? missing.getFile() + " is not there; name a file or a directory"
        : refused.getMessage();
  }

  private static UUID bootOf(String text) {
    if (text.equals(THIS_BOOT)) {
      return HostInfo.bootId();
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException wrong) {
      throw Failure.usage(
          "--boot '" + text + "' is no id of a boot; give one as"
              + " 01234567-89ab-cdef-0123-456789abcdef, or 'this'");
    }
  }
}
