package org.timehands.app;

import java.nio.file.Path;
import java.util.Optional;
import org.timehands.host.HostOptions;
import org.timehands.journal.JournalOptions;

/** Opens timelines: the machine's, or a test's. */
interface Sessions {
  /**
   * What the owner of a page may choose.
   *
   * @param page the directory; empty for the default one
   * @param host how to follow the host's clock
   * @param clocksource by name; empty for the best
   * @param group whose members may extend; empty for the owner's own
   * @param journal where a journal is kept; empty for none
   */
  record OwnerChoice(
      Optional<Path> page,
      HostOptions host,
      Optional<String> clocksource,
      Optional<String> group,
      Optional<JournalPlace> journal) {}

  /**
   * Where and how a journal is kept.
   *
   * @param directory where
   * @param options how
   */
  record JournalPlace(Path directory, JournalOptions options) {}

  /**
   * A timeline to read: the shared page if there is a good one, else one in this process.
   *
   * @param page the page that must be used; empty to look in the default places
   * @param readOnly never to extend the horizon, even where that is permitted
   * @throws Failure if the page cannot be used, or nothing can be read here
   */
  Session read(Optional<Path> page, boolean readOnly);

  /**
   * Owns the shared page and follows the host's clock.
   *
   * @throws Failure if the page is owned already or cannot be used, or the choice is wrong
   */
  Session own(OwnerChoice choice);
}
