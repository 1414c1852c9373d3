package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MILLI;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.linux.ChildJvm;
import org.timehands.mischief.Mischief;

/**
 * 0-01, 0-03, 0-05: the clocks are read from a hook at every step of every operation of the write
 * side, on the same thread, and on another one while the writer stands still there (1-03, N3).
 */
class ReadInsideWriterTest {
  @Test
  void everyStepOfEveryOperation() throws Exception {
    String said =
        ChildJvm.run(
            Steps.class, "--enable-native-access=ALL-UNNAMED", "-Dtimehands.mischief");
    assertTrue(said.strip().endsWith("all steps read"), said);
  }

  /** The child fails if it is told to expect other times than those that are there. */
  @Test
  void plantedWrongTimeIsCaught() {
    AssertionError failed =
        assertThrows(
            AssertionError.class,
            () ->
                ChildJvm.run(
                    Steps.class,
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dtimehands.mischief",
                    "-Dplanted=true"));
    assertTrue(failed.getMessage().contains("neither"), failed.getMessage());
  }

  /** One operation, and what REALTIME - MONOTONIC may be while it goes on, apart from before. */
  private record Work(String name, Runnable run, long movesNanos) {}

  /** Reads at each step. */
  static final class Steps implements Mischief.Hook {
    private static final int MOST_ACCESSES = 5_000;

    private final Workshop shop = new Workshop(options -> options.withSlots(256));
    private final Snapshot now = new Snapshot();
    private final Snapshot there = new Snapshot();
    private final Thread main = Thread.currentThread();
    private long last = Long.MIN_VALUE;
    private Set<Long> offsets = Set.of();
    private boolean inside;
    private int steps;
    private int accesses;
    private int refused;

    public static void main(String[] arguments) throws InterruptedException {
      new Steps().run(Boolean.getBoolean("planted"));
      System.out.println("all steps read");
    }

    private void run(boolean planted) {
      Mischief.install(this);
      for (Work each : works()) {
        inside = true;
        shop.pass(700 * MILLI);
        shop.clocks.snapshot(now);
        long offset = now.realtimeNanos() - now.monotonicNanos();
        long after = offset + each.movesNanos + (planted ? 1 : 0);
        offsets = Set.of(offset, after == offset ? Long.MIN_VALUE : after);
        inside = false;
        int before = steps;
        each.run.run();
        if (steps - before < 20) {
          throw new AssertionError(each.name + " has " + (steps - before) + " steps only");
        }
        System.out.println(each.name + ": " + (steps - before) + " steps");
      }
      Mischief.uninstall();
      if (refused < 100) {
        throw new AssertionError(refused + " changes from inside a step were refused");
      }
    }

    private List<Work> works() {
      Timekeeping keeping = shop.keeping;
      var other = shop.counter(24_000_000, 64, 300);
      Timex timex = shop.timex;
      List<Work> works = new ArrayList<>();
      works.add(new Work("step", () -> keeping.injectOffset(5 * SECOND), 5 * SECOND));
      works.add(
          new Work(
              "set",
              () -> keeping.setRealtime(shop.clocks.realtimeNanos() + 3 * SECOND),
              3 * SECOND));
      works.add(new Work("sleep told", () -> keeping.injectSleep(7 * SECOND), 7 * SECOND));
      works.add(new Work("tai", () -> keeping.setTaiOffset(37), 0));
      works.add(new Work("adjust", () -> adjust(timex, Timex.ADJ_FREQUENCY, 400 << 16), 0));
      works.add(new Work("slew", () -> adjust(timex, Timex.ADJ_OFFSET_SINGLESHOT, 90_000), 0));
      works.add(new Work("advance", keeping::advance, 0));
      works.add(new Work("pulse", () -> keeping.pps(shop.real(), shop.clocks.rawNanos()), 0));
      works.add(
          new Work(
              "change",
              () -> keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0),
              0));
      works.add(
          new Work(
              "change back",
              () -> keeping.changeClocksource(shop.counter, Slope.ONE, 0),
              0));
      works.add(new Work("suspend", keeping::suspend, 0));
      works.add(new Work("resume", () -> keeping.resume(SECOND), SECOND));
      works.add(new Work("aux", () -> keeping.aux().enable(16), 0));
      works.add(new Work("set aux", () -> keeping.aux().enable(16).set(5), 0));
      return works;
    }

    private int adjust(Timex timex, int modes, long value) {
      timex.freq = value;
      timex.offset = value;
      return shop.adjust(modes);
    }

    @Override
    public void load(long address) {
      step();
    }

    @Override
    public void store(long address) {
      step();
    }

    @Override
    public void cas(long address) {
      step();
    }

    @Override
    public void counter() {
      step();
    }

    @Override
    public void point(String name) {
      step();
    }

    private void step() {
      if (inside) {
        if (++accesses > MOST_ACCESSES) {
          throw new AssertionError("a read takes more than " + MOST_ACCESSES + " accesses");
        }
        return;
      }
      if (Thread.currentThread() != main) {
        return;
      }
      inside = true;
      accesses = 0;
      steps++;
      look(now);
      if (steps % 16 == 0) {
        refuse();
        elsewhere();
      }
      inside = false;
    }

    private void look(Snapshot into) {
      shop.clocks.snapshot(into);
      long mono = into.monotonicNanos();
      if (mono < last) {
        throw new AssertionError("step " + steps + ": " + mono + " after " + last);
      }
      last = mono;
      long offset = into.realtimeNanos() - mono;
      if (!offsets.contains(offset)) {
        throw new AssertionError(
            "step " + steps + ": REALTIME - MONOTONIC is " + offset + ", neither of " + offsets);
      }
    }

    /** Whoever changes the clocks from inside a step is refused, not locked out. */
    private void refuse() {
      var holder = shop.keeping.updater();
      if (holder.isEmpty()) {
        return;
      }
      if (!holder.get().thread().equals(main.getName())) {
        throw new AssertionError("held by " + holder);
      }
      try {
        shop.keeping.injectOffset(1);
        throw new AssertionError("a change from inside a step was let through");
      } catch (IllegalStateException expected) {
        refused++;
      }
    }

    /** 0-03, 0-11: another thread reads while this one stands still inside the writer. */
    private void elsewhere() {
      Thread reader = new Thread(() -> look(there), "reader");
      AssertionError[] failed = new AssertionError[1];
      reader.setUncaughtExceptionHandler(
          (thread, thrown) -> failed[0] = new AssertionError("reader: " + thrown.getMessage()));
      reader.start();
      try {
        reader.join();
      } catch (InterruptedException unexpected) {
        throw new AssertionError(unexpected);
      }
      if (failed[0] != null) {
        throw failed[0];
      }
    }
  }
}
