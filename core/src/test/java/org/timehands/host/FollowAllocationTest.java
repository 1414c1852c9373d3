package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Updates;

/** 0-13: following a host that never keeps its rate allocates nothing, nor does waking up idle. */
class FollowAllocationTest {
  /** Another rate for each sample, so far from the last that a new line is published. */
  private static LongConsumer following(SimulatedHost host, Runnable beside) {
    return i -> {
      host.setHostPpm((i % 2 == 0 ? 40 : -40) + (i % 9973) / 1e3);
      host.follow(host.steering.intervalNanos());
      beside.run();
    };
  }

  @Test
  void everNewRates() {
    try (SimulatedHost host = new SimulatedHost(11, StepPolicy.FOLLOW, 12)) {
      Updates.checkFree(following(host, () -> {}), () -> host.newest().sequence);
    }
  }

  /** The planted bug: a copy of each sample, as it was once. */
  @Test
  void theMeasureSeesACopy() {
    try (SimulatedHost host = new SimulatedHost(11, StepPolicy.FOLLOW, 12)) {
      HostSample[] kept = new HostSample[1];
      LongConsumer update = following(host, () -> kept[0] = new HostSample());
      long bytes = Updates.bytesOf(update, () -> host.newest().sequence);
      assertTrue(bytes >= 64 * Updates.COUNT, bytes + " bytes");
    }
  }
}
