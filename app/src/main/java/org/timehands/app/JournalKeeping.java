package org.timehands.app;

import java.nio.file.Path;
import java.util.Optional;
import org.timehands.journal.JournalOptions;
import picocli.CommandLine.Option;

/** Whether and how the daemon keeps a journal: options of a command. */
final class JournalKeeping {
  private static final long MEBI = 1 << 20;

  @Option(names = "--journal", paramLabel = "DIR",
      description = "Keep a journal in this directory: stamps convert by it after the page has"
          + " forgotten them, and after a reboot.")
  private Path directory;

  @Option(names = "--journal-files", paramLabel = "N", defaultValue = "16",
      description = "How many files the journal keeps, 2 to 100000. Default: ${DEFAULT-VALUE}.")
  private int files;

  @Option(names = "--journal-size", paramLabel = "MIB", defaultValue = "16",
      description = "How long a file gets, 1 to 1024 MiB. Default: ${DEFAULT-VALUE}.")
  private long mebibytes;

  @Option(names = "--journal-sync", paramLabel = "WHEN", defaultValue = "rotation",
      description = "When files are forced to the disk, in fear of a power failure: never,"
          + " rotation (when one is ended) or flush (each second). Default: ${DEFAULT-VALUE}.")
  private String sync;

  /** What was asked for; empty for no journal. */
  Optional<Sessions.JournalPlace> choice() {
    if (mebibytes < 1 || mebibytes > JournalOptions.MAX_FILE_BYTES / MEBI) {
      throw Failure.usage("--journal-size " + mebibytes + " must lie in [1, 1024] MiB");
    }
    JournalOptions.Sync when = syncOf(sync);
    try {
      JournalOptions options = new JournalOptions(mebibytes * MEBI, files, when);
      return Optional.ofNullable(directory)
          .map(place -> new Sessions.JournalPlace(place, options));
    } catch (IllegalArgumentException wrong) {
      throw Failure.usage("--journal-files " + files + ": " + wrong.getMessage());
    }
  }

  private static JournalOptions.Sync syncOf(String name) {
    return switch (name) {
      case "never" -> JournalOptions.Sync.NEVER;
      case "rotation" -> JournalOptions.Sync.AT_ROTATION;
      case "flush" -> JournalOptions.Sync.AT_FLUSH;
      default ->
          throw Failure.usage(
              "--journal-sync '" + name + "' is unknown; name one of never, rotation, flush");
    };
  }
}
