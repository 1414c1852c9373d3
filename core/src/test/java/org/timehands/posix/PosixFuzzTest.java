package org.timehands.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.posix.PosixNumbers.*;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.timehands.discipline.Timex;
import org.timehands.testing.Seeds;

/**
 * The calls by number throw nothing, whatever numbers they are given and whatever state the clocks
 * are in: every answer is 0 or more, or a negated error number that the calls document.
 */
class PosixFuzzTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int CALLS = 400;
  private static final Set<Integer> ERRORS =
      Set.of(EPERM, EINTR, EAGAIN, EFAULT, EBUSY, ENODEV, EINVAL, EOPNOTSUPP);
  private static final long[] EXTREMES = {
    0, 1, -1, 999_999_999, SECOND, 8_277_292_035L, 8_277_292_036L, Integer.MAX_VALUE,
    Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE / SECOND,
    Long.MAX_VALUE / SECOND + 1, 1_767_225_600L
  };

  /** A machine whose state changes at random. */
  private static final class Changing {
    final PosixMachine machine = new PosixMachine();
    final Deque<PosixTime.TimerSignal> pending = new ArrayDeque<>();
    private boolean suspended;
    private boolean closed;

    void change(SplittableRandom random) {
      switch (random.nextInt(8)) {
        case 0 -> machine.privileged = !machine.privileged;
        case 1 -> {
          if (!closed && suspended) {
            machine.keeping.resume(random.nextLong(SECOND));
          } else if (!closed) {
            machine.keeping.suspend();
          }
          suspended = !suspended;
        }
        case 2 -> {
          if (!closed && !suspended) {
            machine.keeping.aux().enable(CLOCK_AUX + random.nextInt(8));
          }
        }
        case 3 -> {
          if (!closed) {
            machine.keeping.aux().disable(CLOCK_AUX + random.nextInt(8));
          }
        }
        case 4 -> machine.trueNanos.addAndGet(random.nextLong(100 * SECOND));
        case 5 -> {
          if (random.nextInt(20) == 0) {
            machine.timers.close();
          }
        }
        case 6 -> {
          if (random.nextInt(20) == 0) {
            machine.keeping.close();
            closed = true;
          }
        }
        default -> {
          PosixTime.TimerSignal signal = pending.poll();
          if (signal != null) {
            signal.deliver();
          }
        }
      }
    }
  }

  private static long number(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> EXTREMES[random.nextInt(EXTREMES.length)];
      case 1 -> random.nextLong(-10, 2_000_000_000L);
      default -> random.nextLong();
    };
  }

  private static int clock(SplittableRandom random) {
    return random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(-2, 26);
  }

  /** An address: often good, sometimes null or too short. */
  private static long[] fields(SplittableRandom random, int fields) {
    if (random.nextInt(6) == 0) {
      return random.nextBoolean() ? null : new long[random.nextInt(fields)];
    }
    long[] numbers = new long[fields];
    for (int i = 0; i < fields; i++) {
      numbers[i] = random.nextBoolean() ? number(random) : 0;
    }
    return numbers;
  }

  private static PosixTime.Event event(SplittableRandom random) {
    return random.nextInt(3) == 0
        ? null
        : new PosixTime.Event(
            random.nextInt(-1, 6), random.nextInt(-1, 67), random.nextLong(), random.nextInt(3));
  }

  private static int call(SplittableRandom random, PosixTime posix, PosixTime.Process process) {
    int id = random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(-1, 6);
    int flags = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(2);
    return switch (random.nextInt(13)) {
      case 0 -> posix.clockGetTime(clock(random), fields(random, 2));
      case 1 -> posix.clockGetRes(clock(random), fields(random, 2));
      case 2, 3 -> posix.clockSetTime(clock(random), number(random), number(random));
      case 4, 5 -> adjust(random, posix);
      case 6 -> sleep(random, posix, flags);
      case 7 -> process.timerCreate(clock(random), event(random));
      case 8 -> process.timerSetTime(id, flags, fields(random, 4), fields(random, 4));
      case 9 -> process.timerGetTime(id, fields(random, 4));
      case 10 -> process.timerGetOverrun(id);
      case 11 -> process.setITimer(fields(random, 4), fields(random, 4));
      default ->
          random.nextBoolean()
              ? process.timerDelete(id) : process.getITimer(fields(random, 4));
    };
  }

  private static int adjust(SplittableRandom random, PosixTime posix) {
    long[] timex = fields(random, Timex.FIELDS);
    if (timex != null && timex.length > 0 && random.nextInt(4) != 0) {
      timex[0] = 1L << random.nextInt(17);
    }
    long[] before = timex == null ? null : timex.clone();
    int result = posix.clockAdjTime(random.nextBoolean() ? CLOCK_REALTIME : clock(random), timex);
    if (result < 0) {
      assertArrayEquals(before, timex, "an error has changed the argument");
    }
    return result;
  }

  private static int sleep(SplittableRandom random, PosixTime posix, int flags) {
    long[] rest = random.nextBoolean() ? null : fields(random, 2);
    Thread.currentThread().interrupt();
    try {
      return posix.clockNanosleep(clock(random), flags, number(random), number(random), rest);
    } finally {
      Thread.interrupted();
    }
  }

  private static void fuzz(SplittableRandom random, UnaryOperator<PosixTime> fault) {
    Changing changing = new Changing();
    PosixMachine machine = changing.machine;
    PosixTime posix = fault.apply(machine.posix());
    PosixTime.Process process = posix.open(changing.pending::add);
    for (int i = 0; i < CALLS; i++) {
      changing.change(random);
      if (!machine.timers.isClosed()) {
        machine.timers.expire();
      }
      int result;
      try {
        result = call(random, posix, process);
      } catch (RuntimeException thrown) {
        throw new AssertionError("a call threw " + thrown, thrown);
      }
      assertTrue(result >= 0 || ERRORS.contains(-result), "error number " + result);
    }
    process.close();
  }

  @Test
  void nothingIsThrown() {
    Seeds.forEach(PosixFuzzTest.class, 150, random -> fuzz(random, posix -> posix));
  }

  /** While suspended, closed, and from inside a step of the writer. */
  @Test
  void theWrongMomentHasAnErrorNumber() {
    PosixMachine machine = new PosixMachine();
    PosixTime posix = machine.posix();
    machine.keeping.aux().enable(CLOCK_AUX);
    int[] nested = new int[1];
    machine.inside =
        () -> {
          machine.inside = () -> {};
          nested[0] = posix.clockSetTime(CLOCK_REALTIME, 1_800_000_000L, 0);
        };
    machine.keeping.injectOffset(1);
    assertEquals(-EDEADLK, nested[0]);
    machine.keeping.suspend();
    long[] timex = new long[Timex.FIELDS];
    for (int clock : new int[] {CLOCK_REALTIME, CLOCK_AUX}) {
      assertEquals(-EBUSY, posix.clockSetTime(clock, 1_800_000_000L, 0));
      assertEquals(-EINVAL, posix.clockSetTime(clock, 1_800_000_000L, -1), "validity first");
      timex[0] = 0;
      assertTrue(posix.clockAdjTime(clock, timex) >= 0, "reading goes on");
      timex[0] = Timex.ADJ_FREQUENCY;
      assertEquals(-EBUSY, posix.clockAdjTime(clock, timex));
    }
    machine.privileged = false;
    assertEquals(-EPERM, posix.clockSetTime(CLOCK_REALTIME, 1_800_000_000L, 0));
    machine.privileged = true;
    machine.keeping.resume(SECOND);
    assertEquals(0, posix.clockSetTime(CLOCK_REALTIME, 1_800_000_000L, 0));
    PosixTime.Process process = posix.open(signal -> {});
    int id = process.timerCreate(CLOCK_MONOTONIC, null);
    machine.timers.close();
    assertEquals(-ENODEV, process.timerSetTime(id, 0, new long[] {1, 0, 0, 0}, null));
    assertEquals(-ENODEV, posix.clockNanosleep(CLOCK_MONOTONIC, 0, 1, 0, null));
    machine.keeping.close();
    assertEquals(-ENODEV, posix.clockSetTime(CLOCK_REALTIME, 1_800_000_000L, 0));
    assertEquals(0, posix.clockGetTime(CLOCK_REALTIME, new long[2]), "reads go on");
  }

  /** The planted bug: a set that goes past the facade throws while the clocks are suspended. */
  @Test
  void whatThrowsIsCaught() {
    assertThrows(
        AssertionError.class,
        () ->
            Seeds.forEach(
                PosixFuzzTest.class, 20, random -> fuzz(random, PosixFuzzTest::throwing)));
  }

  private static PosixTime throwing(PosixTime right) {
    return (PosixTime)
        java.lang.reflect.Proxy.newProxyInstance(
            PosixTime.class.getClassLoader(),
            new Class<?>[] {PosixTime.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(right, arguments);
              if (result instanceof Integer number && number == -EBUSY) {
                throw new IllegalStateException("the clocks are suspended");
              }
              return result;
            });
  }
}
