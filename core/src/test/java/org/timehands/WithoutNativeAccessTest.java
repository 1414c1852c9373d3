package org.timehands;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.timehands.host.HostOptions;
import org.timehands.linux.ChildJvm;
import org.timehands.timekeeping.Snapshot;

/** The way in where the JVM denies native access: everything falls back, nothing fails. */
class WithoutNativeAccessTest {
  @Test
  void anInProcessTimelineStandsOnTheJvmsOwnClocks() throws Exception {
    String output = ChildJvm.run(Denied.class, "--illegal-native-access=deny");
    assertTrue(output.contains("nanotime HOST_UNKNOWN"), output);
  }

  /** Runs in the child. */
  static final class Denied {
    public static void main(String[] arguments) {
      try (Timehands timehands = Timehands.inProcess(HostOptions.defaults())) {
        Snapshot first = timehands.clocks().snapshot(new Snapshot());
        Snapshot next = timehands.clocks().snapshot(new Snapshot());
        if (next.monotonicNanos() < first.monotonicNanos()) {
          throw new AssertionError("MONOTONIC went back");
        }
        System.out.println(
            timehands.clocksource().orElseThrow().source().name() + " " + next.reason());
      }
    }
  }
}
