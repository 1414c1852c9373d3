package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.timehands.posix.PosixTime;
import org.timehands.tick.TickMode;

/** Plants faults in POSIX timers that are woken by a beat; {@link TickModeTimersTest} sees each. */
class TickModeMutantTest {
  private static final TickMode BEAT = TickMode.dynamic(250);
  private static final long TICK = BEAT.tickNanos();

  /** Sleeps that end too early for the next tick to make up for it. */
  private static PosixTime early(PosixTime right) {
    return new TimerMutants.Mutant(right) {
      @Override
      public int clockNanosleep(int clock, int flags, long sec, long nsec, long[] rem) {
        long nanos = Math.max(0, sec * TimerLab.SECOND + nsec - 2 * TICK);
        return super.clockNanosleep(
            clock, flags, nanos / TimerLab.SECOND, nanos % TimerLab.SECOND, rem);
      }
    };
  }

  /** A resolution as if there were no beat. */
  private static PosixTime fine(PosixTime right) {
    return new TimerMutants.Mutant(right) {
      @Override
      public int clockGetRes(int clock, long[] secNsec) {
        int result = super.clockGetRes(clock, secNsec);
        secNsec[1] = 1;
        return result;
      }
    };
  }

  private static TreeMap<String, UnaryOperator<PosixTime>> mutants() {
    TreeMap<String, UnaryOperator<PosixTime>> all = new TreeMap<>(TimerMutants.ALL);
    all.put("a sleep ends two ticks early", TickModeMutantTest::early);
    all.put("the resolution is not the tick", TickModeMutantTest::fine);
    // What only the order of ids tells: LtpTimersTest's and the model's.
    all.remove("a deleted id is used again");
    return all;
  }

  private static List<String> failing() throws ReflectiveOperationException {
    List<String> failing = new ArrayList<>();
    for (Method test : TickModeTimersTest.class.getDeclaredMethods()) {
      if (test.isAnnotationPresent(Test.class)) {
        try {
          test.setAccessible(true);
          test.invoke(new TickModeTimersTest(BEAT));
        } catch (InvocationTargetException failed) {
          failing.add(test.getName());
        }
      }
    }
    return failing;
  }

  @AfterEach
  void heal() {
    TimerLab.fault = UnaryOperator.identity();
  }

  @Test
  void nothingFailsWithoutAFault() throws ReflectiveOperationException {
    assertEquals(List.of(), failing());
  }

  @TestFactory
  Stream<DynamicTest> everyFaultIsSeen() {
    return mutants().entrySet().stream()
        .map(
            mutant ->
                DynamicTest.dynamicTest(
                    mutant.getKey(),
                    () -> {
                      TimerLab.fault = mutant.getValue();
                      assertNotEquals(List.of(), failing());
                    }));
  }
}
