package org.timehands.sim.junit;

import org.timehands.linux.HostClocks;

/** Seeds that differ from run to run; each is told when its test fails. */
final class Seeds {
  private Seeds() {}

  /** Another one, not 0. */
  static long next() {
    long mixed = HostClocks.nanos(HostClocks.CLOCK_REALTIME) * 0x9E3779B97F4A7C15L;
    return (mixed >>> 16) | 1;
  }
}
