package org.timehands.timeline;

import org.timehands.linux.HostClocks;

/**
 * The three clocks of the host that tell whether the machine slept or a counter lied. Thread-safe;
 * allocates nothing.
 */
public interface HostTimes {
  /** The clocks of this host; MONOTONIC stands in for one that cannot be read here. */
  HostTimes SYSTEM =
      new HostTimes() {
        private final int raw = HostClocks.orMonotonic(HostClocks.CLOCK_MONOTONIC_RAW);
        private final int boot = HostClocks.orMonotonic(HostClocks.CLOCK_BOOTTIME);

        @Override
        public long monoNanos() {
          return HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
        }

        @Override
        public long rawNanos() {
          return HostClocks.nanos(raw);
        }

        @Override
        public long bootNanos() {
          return HostClocks.nanos(boot);
        }
      };

  /** The host's MONOTONIC in nanoseconds: stands still while the machine sleeps. */
  long monoNanos();

  /** The host's MONOTONIC_RAW in nanoseconds: stands still too, and nobody steers it. */
  long rawNanos();

  /** The host's BOOTTIME in nanoseconds: goes on while the machine sleeps. */
  long bootNanos();
}
