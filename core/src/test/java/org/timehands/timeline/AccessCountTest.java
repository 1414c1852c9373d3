package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.timehands.linux.ChildJvm;
import org.timehands.mischief.Mischief;

/**
 * What a read and an append do to shared memory, counted. 2-13: a read within the promise writes
 * nothing. 1-02: an append is the same few accesses whatever the ring holds and whoever reads, and
 * one compare-and-set of them publishes.
 */
class AccessCountTest {
  @Test
  void readsWriteNothingAndAppendsAreFewAccesses() throws Exception {
    String said =
        ChildJvm.run(Counted.class, "--enable-native-access=ALL-UNNAMED", "-Dtimehands.mischief");
    assertTrue(said.strip().endsWith("all counted"), said);
  }

  /** A child that takes extending reads for quiet ones fails. */
  @Test
  void plantedExtensionsAreCaught() {
    AssertionError failed =
        assertThrows(
            AssertionError.class,
            () ->
                ChildJvm.run(
                    Counted.class,
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dtimehands.mischief",
                    "-Dplanted=true"));
    assertTrue(failed.getMessage().contains("a read within the promise"), failed.getMessage());
  }

  /** Counts. */
  static final class Counted implements Mischief.Hook {
    private long loads;
    private long stores;
    private long exchanges;
    private long storesBeforeExchange;

    public static void main(String[] arguments) {
      Counted counted = new Counted();
      Mischief.install(counted);
      counted.reads(Boolean.getBoolean("planted"));
      long[] few = counted.append(8, 0);
      for (int slots : new int[] {8, 64, 1024}) {
        for (int before : new int[] {1, 7, 8, 500}) {
          long[] now = counted.append(slots, before);
          for (int i = 0; i < few.length; i++) {
            check(few[i] == now[i], slots + " slots, " + before + " before, count " + i);
          }
        }
      }
      check(few[1] == 1, "one compare-and-set publishes");
      check(few[0] - few[2] <= 2, "after it, two hints");
      check(few[0] <= 64, few[0] + " stores");
      System.out.println(
          "an append: " + few[0] + " stores, 1 compare-and-set");
      Mischief.uninstall();
      System.out.println("all counted");
    }

    /** The child has no JUnit. */
    private static void check(boolean holds, String what) {
      if (!holds) {
        throw new AssertionError(what);
      }
    }

    private void begin() {
      loads = 0;
      stores = 0;
      exchanges = 0;
      storesBeforeExchange = 0;
    }

    private void reads(boolean planted) {
      Bench bench = Bench.of(8);
      Sample sample = new Sample();
      bench.counter.add(1);
      bench.reader.monotonic();
      begin();
      for (int i = 0; i < Bench.STEP; i++) {
        if (planted) {
          bench.counter.add(10);
        }
        bench.reader.monotonic();
        bench.reader.realtimeRelaxed();
        bench.reader.boottime();
        bench.reader.tai();
        bench.reader.raw();
        bench.reader.sample(sample);
        bench.reader.stamp(true, sample);
        bench.history.convert(bench.counter.id(), bench.counter.cycles(), sample);
        if (!planted && i + 1 < Bench.STEP) {
          bench.counter.add(1);
        }
      }
      check(stores + exchanges == 0, "a read within the promise writes nothing");
      check(loads > 800, loads + " loads");
      begin();
      bench.counter.add(1);
      bench.reader.monotonic();
      check(exchanges == 1, "one promise for a whole step");
      check(stores <= 1, "and one statistic for people");
      bench.close();
    }

    /** Stores, exchanges, and stores before the exchange: of one append after others. */
    private long[] append(int slots, int before) {
      Bench bench = Bench.of(slots);
      for (int i = 0; i < before; i++) {
        bench.counter.add(7);
        bench.reader.monotonic();
        bench.writer.append(next -> next.realOffsetNanos += 1);
      }
      begin();
      bench.writer.append(next -> next.realOffsetNanos += 1);
      bench.close();
      return new long[] {stores, exchanges, storesBeforeExchange};
    }

    @Override
    public void load(long address) {
      loads++;
    }

    @Override
    public void store(long address) {
      stores++;
    }

    @Override
    public void cas(long address) {
      exchanges++;
      storesBeforeExchange = stores;
    }
  }
}
