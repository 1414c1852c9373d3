package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.timehands.sim.kernel.TimerLab.MICRO;
import static org.timehands.sim.kernel.TimerLab.MILLI;
import static org.timehands.sim.kernel.TimerLab.SECOND;
import static org.timehands.sim.kernel.TimerLab.its;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.timehands.posix.PosixTime;

/** Random calls to POSIX timers beside a small model, which must agree with every answer (2.9). */
@Timeout(300)
class TimerModelTest {
  private static final int SEEDS = 60;
  private static final int CALLS = 400;

  /** One run: a lab, a model on its clocks, and calls that depend on the seed alone. */
  private static final class Run {
    final TimerLab lab = new TimerLab();
    final TimerModel model = new TimerModel(lab::now);
    final SplittableRandom random;
    int created;

    Run(long seed) {
      random = new SplittableRandom(seed);
    }

    void all() {
      for (int i = 0; i < CALLS; i++) {
        int kind = random.nextInt(20);
        call(kind);
        assertEquals(ids(lab), model.queued.stream().map(TimerModel.Queued::id).sorted().toList(),
            "what is pending after call " + i + ", kind " + kind);
      }
    }

    private static List<Integer> ids(TimerLab lab) {
      return lab.pending.stream().map(PosixTime.TimerSignal::timerId).sorted().toList();
    }

    private void call(int kind) {
      switch (kind) {
        case 0, 1 -> create();
        case 2, 3, 4, 5, 6 -> set();
        case 7, 8, 9 -> get();
        case 10, 11, 12 -> deliver();
        case 13 -> assertEquals(
            model.getOverrun(id()), lab.process.timerGetOverrun(lastId), "overruns");
        case 14 -> delete();
        case 15 -> setClock();
        default -> advance();
      }
    }

    private int lastId;

    private int id() {
      lastId = random.nextInt(created + 2) - 1;
      return lastId;
    }

    private void create() {
      int clock = TimerLab.CLOCKS[random.nextInt(4)];
      boolean silent = random.nextInt(4) == 0;
      PosixTime.Event event = silent ? TimerLab.SILENT : TimerLab.SIGNAL;
      assertEquals(model.create(clock, silent), lab.process.timerCreate(clock, event), "id");
      created++;
    }

    private long[] read(int id) {
      long[] its = new long[4];
      int result = lab.process.timerGetTime(id, its);
      return result == 0 ? its : new long[] {result};
    }

    private static long[] told(long[] left) {
      return left == null ? new long[] {-22} : its(left[0], left[1]);
    }

    private void get() {
      int id = id();
      assertArrayEquals(told(model.get(id)), read(id), "gettime of " + id);
    }

    private void set() {
      int id = id();
      TimerModel.Timer timer = model.timers.get(id);
      boolean absolute = random.nextBoolean();
      long value = random.nextInt(8) == 0 ? 0 : 1 + random.nextLong(5 * MILLI);
      if (absolute && value > 0) {
        int clock = timer == null ? 1 : timer.clock;
        value = lab.now(clock) + value - 2 * MILLI;
      }
      long interval = random.nextBoolean() ? 0 : 20 * MICRO + random.nextLong(2 * MILLI);
      long[] old = new long[4];
      long[] expected = model.get(id);
      int result =
          lab.process.timerSetTime(id, absolute ? 1 : 0, its(value, interval), old);
      assertEquals(model.set(id, absolute, value, interval), result, "settime of " + id);
      if (result == 0) {
        assertArrayEquals(told(expected), old, "old setting of " + id);
      }
    }

    private void deliver() {
      if (lab.pending.isEmpty()) {
        return;
      }
      List<PosixTime.TimerSignal> all = new ArrayList<>(lab.pending);
      PosixTime.TimerSignal signal = all.get(random.nextInt(all.size()));
      lab.pending.remove(signal);
      // Of one timer's signals the first that was queued is the first here, too.
      int before = (int) all.subList(0, all.indexOf(signal)).stream()
          .filter(each -> each.timerId() == signal.timerId()).count();
      TimerModel.Queued same =
          model.queued.stream()
              .filter(each -> each.id() == signal.timerId())
              .sorted(Comparator.comparingInt(TimerModel.Queued::setting))
              .skip(before)
              .findFirst()
              .orElseThrow(() -> new AssertionError("a signal that the model has not"));
      assertEquals(model.deliver(same), signal.deliver(), "delivery for " + signal.timerId());
      assertEquals(-1, signal.deliver(), "a second time");
    }

    private void delete() {
      int id = id();
      assertEquals(model.delete(id), lab.process.timerDelete(id), "delete " + id);
    }

    private void setClock() {
      long to = lab.now(0) + random.nextLong(20 * MILLI) - 10 * MILLI;
      assertEquals(0, lab.setClock(to));
      // The timers look again before anything else happens.
      lab.advance(0);
      model.looked();
    }

    private void advance() {
      lab.advance(random.nextLong(3 * MILLI));
      model.looked();
    }
  }

  private static void run(long seed) {
    try {
      new Run(seed).all();
    } catch (AssertionError failed) {
      throw new AssertionError(
          failed.getMessage() + "\nseed " + seed
              + ", replay: ./timehands test -Dtest=TimerModelTest -Dtimehands.seed=" + seed,
          failed);
    }
  }

  @AfterEach
  void heal() {
    TimerLab.fault = UnaryOperator.identity();
  }

  @Test
  void everyAnswerIsTheModels() {
    Long only = Long.getLong("timehands.seed");
    for (long seed = 1; seed <= SEEDS; seed++) {
      if (only == null || only == seed) {
        run(only == null ? seed : only);
      }
    }
    if (only != null && only > SEEDS) {
      run(only);
    }
  }

  /** Each planted fault is found by one of the seeds. */
  @TestFactory
  List<DynamicTest> everyFaultIsFound() {
    List<DynamicTest> tests = new ArrayList<>();
    TimerMutants.ALL.forEach(
        (name, mutant) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      TimerLab.fault = mutant;
                      assertEquals(1, found(), name + " was not found");
                    })));
    return tests;
  }

  private static int found() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new Run(seed).all();
      } catch (AssertionError seen) {
        return 1;
      }
    }
    return 0;
  }

  /** What the model must not be wrong about: the figures of the kernel's selftest. */
  @Test
  void theModelCountsAsTheKernel() {
    long[] now = {SECOND};
    TimerModel model = new TimerModel(clock -> now[0]);
    int id = model.create(1, false);
    model.set(id, false, 100 * MILLI, 100 * MILLI);
    now[0] += SECOND;
    model.looked();
    assertEquals(1, model.queued.size());
    assertEquals(9, model.deliver(model.queued.getFirst()));
  }
}
