package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.timehands.linux.ChildJvm;

/**
 * A wheel whose growth finds no memory is as it was, and grows when there is some; what was armed
 * meanwhile runs then.
 */
class FullHeapTest {
  private static final int CHUNK = 4096;
  private static final int COUNT = CHUNK * 8;

  /** What fills the heap of a JVM of its own, and frees it piece by piece. */
  private static final class Ballast {
    private static final int PIECE = 2048;

    private final Deque<byte[]> pieces = new ArrayDeque<>();

    void fill() {
      try {
        while (true) {
          pieces.add(new byte[PIECE]);
        }
      } catch (OutOfMemoryError full) {
        // That was the aim.
      }
    }

    /** Calls until there is memory; answers how often it was refused: each array at least once. */
    int untilDone(Runnable call) {
      for (int refused = 0; ; refused++) {
        try {
          call.run();
          return refused;
        } catch (OutOfMemoryError full) {
          pieces.remove();
        }
      }
    }
  }

  /** Of a wheel for numbers. */
  static final class Growing {
    private final HandleWheel wheel = new HandleWheel();
    private final long[] handles = new long[COUNT];
    private final Ballast ballast = new Ballast();
    private int made;
    private int refused;
    private int ran;

    private void add() {
      handles[made] = wheel.add(1 + made % 1000);
      made++;
    }

    private String run() {
      Runnable adds = this::add;
      adds.run();
      while (made < COUNT) {
        if (made % CHUNK == 0) {
          ballast.fill();
        }
        refused += ballast.untilDone(adds);
      }
      boolean met = refused > COUNT / CHUNK;
      ballast.pieces.clear();
      int pending = 0;
      for (long handle : handles) {
        pending += wheel.isPending(handle) ? 1 : 0;
      }
      int size = wheel.size();
      wheel.advance(2000, Integer.MAX_VALUE, handle -> ran++);
      return met + " " + pending + " " + size + " " + ran + " " + wheel.size();
    }

    /** Prints whether memory was refused, and how many were pending, armed, ran, were left. */
    public static void main(String[] arguments) {
      System.out.print(new Growing().run());
    }
  }

  @Test
  void noPlaceIsLostOrLiesInAnotherWheelsMemory() throws Exception {
    assertEquals(
        "true " + COUNT + " " + COUNT + " " + COUNT + " 0",
        ChildJvm.run(Growing.class, "-Xmx16m", "-XX:+UseSerialGC"));
  }

  /** Of a wheel for objects, made before. */
  static final class Keeping {
    private final TimeoutWheel wheel = new TimeoutWheel();
    private final Timeout[] all = new Timeout[COUNT];
    private final Ballast ballast = new Ballast();
    private int armed;
    private int refused;
    private int ran;

    private void arm() {
      wheel.arm(all[armed], 1 + armed % 1000);
      armed++;
    }

    private String run() {
      for (int i = 0; i < COUNT; i++) {
        all[i] = wheel.timeout(timeout -> ran++);
      }
      Runnable arms = this::arm;
      arms.run();
      while (armed < COUNT) {
        if (armed % CHUNK == 0) {
          ballast.fill();
        }
        refused += ballast.untilDone(arms);
      }
      boolean met = refused > COUNT / CHUNK;
      ballast.pieces.clear();
      int size = wheel.size();
      wheel.advance(2000, Integer.MAX_VALUE);
      // The first again, if none is taken any more.
      return met + " " + size + " " + ran + " " + wheel.structure().take();
    }

    /** Prints whether memory was refused, how many were armed and ran, and which entry is next. */
    public static void main(String[] arguments) {
      System.out.print(new Keeping().run());
    }
  }

  @Test
  void noEntryStaysTakenForOneThatWasNotArmed() throws Exception {
    assertEquals(
        "true " + COUNT + " " + COUNT + " 0",
        ChildJvm.run(Keeping.class, "-Xmx16m", "-XX:+UseSerialGC"));
  }

  /** Of timeouts by hand: messages that find no place, and drains that find no room. */
  static final class Mailing {
    private final HandTime time = new HandTime();
    private final Timeouts timeouts =
        Timeouts.byHand(time, TimeoutsOptions.DEFAULT.withShards(1));
    private final Timeout[] all;
    private final Ballast ballast = new Ballast();
    private int ran;
    private int drained;

    Mailing(int count) {
      all = new Timeout[count];
    }

    private void armAll() {
      for (int i = 0; i < all.length; i++) {
        timeouts.arm(all[i], i % 50 * HandTime.MILLI);
      }
    }

    private int pending() {
      int pending = 0;
      for (Timeout each : all) {
        pending += each.isPending() ? 1 : 0;
      }
      return pending;
    }

    private void drain() {
      try {
        drained = timeouts.drain().size();
      } catch (OutOfMemoryError full) {
        drained = pending() == all.length ? 0 : -1;
        throw full;
      }
    }

    private void poll() {
      while (timeouts.poll() == Long.MIN_VALUE) {
        time.pass(0);
      }
    }

    private String run(boolean full) {
      for (int i = 0; i < all.length; i++) {
        all[i] = timeouts.timeout(timeout -> ran++);
      }
      Runnable polls = this::poll;
      Runnable drains = this::drain;
      if (full) {
        ballast.fill();
      }
      armAll();
      final boolean met = ballast.untilDone(polls) > COUNT / CHUNK;
      final long places = timeouts.stats().places();
      time.run(timeouts, 100);
      final long left = timeouts.stats().places();
      armAll();
      if (full) {
        ballast.fill();
      }
      boolean metByDrains = ballast.untilDone(drains) > 1;
      ballast.pieces.clear();
      time.run(timeouts, 100);
      return met + " " + places + " " + ran + " " + left + " " + metByDrains + " " + drained;
    }

    /** Prints what is said below. */
    public static void main(String[] arguments) {
      String loaded = new Mailing(10).run(false);
      System.out.print(new Mailing(COUNT).run(loaded.contains("false")));
    }
  }

  @Test
  void noMessageIsLostAndNothingHalfDone() throws Exception {
    assertEquals(
        "true " + COUNT + " " + COUNT + " 0 true " + COUNT,
        ChildJvm.run(Mailing.class, "-Xmx16m", "-XX:+UseSerialGC"));
  }

  /** Of timeouts with a thread, which finds no memory to work, to say so and to wait. */
  static final class Living {
    /** Prints how many ran, when there was memory again. */
    public static void main(String[] arguments) throws InterruptedException {
      AtomicInteger ran = new AtomicInteger();
      Timeouts timeouts =
          Timeouts.start(System::nanoTime, TimeoutsOptions.DEFAULT.withShards(1));
      Timeout[] all = new Timeout[COUNT];
      for (int i = 0; i < COUNT; i++) {
        all[i] = timeouts.timeout(timeout -> ran.incrementAndGet());
      }
      Ballast ballast = new Ballast();
      timeouts.arm(all[0], 0);
      while (ran.get() < 1) {
        Thread.sleep(1);
      }
      for (int i = 1; i < COUNT; i++) {
        if (i % CHUNK == 0) {
          ballast.fill();
        }
        timeouts.arm(all[i], HandTime.MILLI);
      }
      Thread.sleep(300);
      ballast.pieces.clear();
      for (int i = 0; i < 600 && ran.get() < COUNT; i++) {
        Thread.sleep(100);
      }
      System.out.print("\nran " + ran.get());
    }
  }

  @Test
  void anOwnerOutlivesAFullHeap() throws Exception {
    String said = ChildJvm.run(Living.class, "-Xmx16m", "-XX:+UseSerialGC");
    assertTrue(said.endsWith("\nran " + COUNT), said);
  }
}
