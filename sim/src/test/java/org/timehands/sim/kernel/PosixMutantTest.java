package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.timehands.posix.PosixNumbers.*;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.timehands.posix.PosixTime;

/** Plants a fault in the calls by number; the mirrored suites must see each. */
class PosixMutantTest {
  private static final List<Class<?>> SUITES =
      List.of(LtpClockTest.class, LtpAdjtimexTest.class, OpenPosixClockTest.class);

  /** The calls as they are; a mutant overrides one. */
  private static class Mutant implements PosixTime {
    final PosixTime right;

    Mutant(PosixTime right) {
      this.right = right;
    }

    @Override
    public int clockGetTime(int clock, long[] secNsec) {
      return right.clockGetTime(clock, secNsec);
    }

    @Override
    public int clockGetRes(int clock, long[] secNsec) {
      return right.clockGetRes(clock, secNsec);
    }

    @Override
    public int clockSetTime(int clock, long sec, long nsec) {
      return right.clockSetTime(clock, sec, nsec);
    }

    @Override
    public int clockAdjTime(int clock, long[] timex) {
      return right.clockAdjTime(clock, timex);
    }

    @Override
    public int clockNanosleep(int clock, int flags, long sec, long nsec, long[] remOrNull) {
      return right.clockNanosleep(clock, flags, sec, nsec, remOrNull);
    }

    @Override
    public Process open(SignalSink sink) {
      return right.open(sink);
    }
  }

  private static Map<String, UnaryOperator<PosixTime>> mutants() {
    Map<String, UnaryOperator<PosixTime>> mutants = new TreeMap<>();
    readers(mutants);
    setters(mutants);
    adjusters(mutants);
    return mutants;
  }

  private static void readers(Map<String, UnaryOperator<PosixTime>> mutants) {
    mutants.put(
        "gettime looks at the address before the clock",
        right -> new Mutant(right) {
          @Override
          public int clockGetTime(int clock, long[] secNsec) {
            return secNsec == null ? -EFAULT : right.clockGetTime(clock, secNsec);
          }
        });
    mutants.put(
        "gettime gives microseconds",
        right -> new Mutant(right) {
          @Override
          public int clockGetTime(int clock, long[] secNsec) {
            int result = right.clockGetTime(clock, secNsec);
            if (result == 0) {
              secNsec[1] -= secNsec[1] % 1000;
            }
            return result;
          }
        });
    mutants.put(
        "gettime knows the clock that SGI had",
        right -> new Mutant(right) {
          @Override
          public int clockGetTime(int clock, long[] secNsec) {
            return right.clockGetTime(clock == 10 ? CLOCK_MONOTONIC : clock, secNsec);
          }
        });
    mutants.put(
        "getres wants an address",
        right -> new Mutant(right) {
          @Override
          public int clockGetRes(int clock, long[] secNsec) {
            return secNsec == null ? -EFAULT : right.clockGetRes(clock, secNsec);
          }
        });
    mutants.put(
        "getres takes coarse clocks for fine ones",
        right -> new Mutant(right) {
          @Override
          public int clockGetRes(int clock, long[] secNsec) {
            boolean coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;
            return right.clockGetRes(coarse ? CLOCK_MONOTONIC : clock, secNsec);
          }
        });
  }

  private static void setters(Map<String, UnaryOperator<PosixTime>> mutants) {
    mutants.put(
        "settime drops the nanoseconds",
        right -> new Mutant(right) {
          @Override
          public int clockSetTime(int clock, long sec, long nsec) {
            int result = right.clockSetTime(clock, sec, nsec);
            return result != 0 ? result : right.clockSetTime(clock, sec, 0);
          }
        });
    mutants.put(
        "settime carries nanoseconds over",
        right -> new Mutant(right) {
          @Override
          public int clockSetTime(int clock, long sec, long nsec) {
            return right.clockSetTime(clock, sec, Math.floorMod(nsec, 1_000_000_000L));
          }
        });
    mutants.put(
        "settime takes MONOTONIC for REALTIME",
        right -> new Mutant(right) {
          @Override
          public int clockSetTime(int clock, long sec, long nsec) {
            return right.clockSetTime(clock == CLOCK_MONOTONIC ? 0 : clock, sec, nsec);
          }
        });
    mutants.put(
        "settime says so and does nothing",
        right -> new Mutant(right) {
          @Override
          public int clockSetTime(int clock, long sec, long nsec) {
            boolean valid = clock == 0 && sec >= 0 && nsec >= 0 && nsec < 1_000_000_000L;
            return valid ? 0 : right.clockSetTime(clock, sec, nsec);
          }
        });
    mutants.put(
        "settime asks for the privilege first",
        right -> new Mutant(right) {
          @Override
          public int clockSetTime(int clock, long sec, long nsec) {
            // 2001: neither invalid nor, for a node of these tests, harmful.
            boolean may = right.clockSetTime(CLOCK_REALTIME, 1_000_000_000L, 0) != -EPERM;
            return may ? right.clockSetTime(clock, sec, nsec) : -EPERM;
          }
        });
  }

  private static void adjusters(Map<String, UnaryOperator<PosixTime>> mutants) {
    mutants.put(
        "adjtime writes back what it refuses",
        right -> new Mutant(right) {
          @Override
          public int clockAdjTime(int clock, long[] timex) {
            int result = right.clockAdjTime(clock, timex);
            if (result < 0 && timex != null && timex.length > 20) {
              timex[12] = 0;
            }
            return result;
          }
        });
    mutants.put(
        "adjtime calls MONOTONIC invalid",
        right -> new Mutant(right) {
          @Override
          public int clockAdjTime(int clock, long[] timex) {
            int result = right.clockAdjTime(clock, timex);
            return result == -EOPNOTSUPP ? -EINVAL : result;
          }
        });
    mutants.put(
        "adjtime lets everybody",
        right -> new Mutant(right) {
          @Override
          public int clockAdjTime(int clock, long[] timex) {
            int result = right.clockAdjTime(clock, timex);
            return result == -EPERM ? 0 : result;
          }
        });
    mutants.put(
        "adjtime forgets the last field",
        right -> new Mutant(right) {
          @Override
          public int clockAdjTime(int clock, long[] timex) {
            int result = right.clockAdjTime(clock, timex);
            if (result >= 0) {
              timex[20] = 0;
            }
            return result;
          }
        });
  }

  /** The suites' plain tests that fail, by name. */
  private static List<String> failing() throws ReflectiveOperationException {
    List<String> failing = new ArrayList<>();
    for (Class<?> suite : SUITES) {
      for (Method test : suite.getDeclaredMethods()) {
        if (test.isAnnotationPresent(Test.class)) {
          try {
            test.invoke(suite.getDeclaredConstructor().newInstance());
          } catch (InvocationTargetException failed) {
            failing.add(suite.getSimpleName() + "." + test.getName());
          }
        }
      }
    }
    return failing;
  }

  @AfterEach
  void heal() {
    Lab.fault = UnaryOperator.identity();
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
                      Lab.fault = mutant.getValue();
                      assertFalse(failing().isEmpty(), mutant.getKey());
                    }));
  }
}
