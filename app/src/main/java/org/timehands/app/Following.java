package org.timehands.app;

import java.util.Optional;
import org.timehands.host.HostClocksources;
import org.timehands.host.HostStatus;
import org.timehands.host.SampleListener;
import org.timehands.journal.JournalStatus;

/** How this process follows the host's clock. */
interface Following {
  /** What it has come to. */
  HostStatus status();

  /** The last trouble of the following thread, in words; empty if there was none. */
  Optional<String> trouble();

  /** The clocksources to choose from; empty where there is no choice. */
  default Optional<HostClocksources> clocksources() {
    return Optional.empty();
  }

  /** How this process came to own its page, in words; empty if it owns none. */
  String beginning();

  /** Has somebody told of each sample of the host's clock. */
  default void tellSamples(SampleListener listener) {}

  /** What the journal has come to; empty if none is kept. */
  default Optional<JournalStatus> journal() {
    return Optional.empty();
  }
}
