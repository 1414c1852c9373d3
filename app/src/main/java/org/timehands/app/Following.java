package org.timehands.app;

import java.util.Optional;
import org.timehands.host.HostStatus;

/** How this process follows the host's clock. */
interface Following {
  /** What it has come to. */
  HostStatus status();

  /** The last trouble of the following thread, in words; empty if there was none. */
  Optional<String> trouble();

  /** How this process came to own its page, in words; empty if it owns none. */
  String beginning();
}
