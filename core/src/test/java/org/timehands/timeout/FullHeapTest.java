package org.timehands.timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.timehands.linux.ChildJvm;

/** A wheel whose growth finds no memory is as it was, and grows when there is some. */
class FullHeapTest {
  /** Of a wheel for numbers, in a JVM of its own whose heap is full at each growth. */
  static final class Growing {
    private static final int CHUNK = 4096;
    private static final int CHUNKS = 8;
    private static final int PIECE = 2048;

    private final HandleWheel wheel = new HandleWheel();
    private final long[] handles = new long[CHUNK * CHUNKS];
    private final Deque<byte[]> ballast = new ArrayDeque<>();
    private int refused;
    private int ran;

    private void fill() {
      try {
        while (true) {
          ballast.add(new byte[PIECE]);
        }
      } catch (OutOfMemoryError full) {
        refused++;
      }
    }

    /** Frees piece by piece: so each array that a growth takes is refused at least once. */
    private long addInTheEnd(long expires) {
      while (true) {
        try {
          return wheel.add(expires);
        } catch (OutOfMemoryError full) {
          refused++;
          ballast.remove();
        }
      }
    }

    private String run() {
      for (int i = 0; i < handles.length; i++) {
        if (i % CHUNK == 0) {
          fill();
        }
        handles[i] = addInTheEnd(1 + i % 1000);
      }
      boolean met = refused > CHUNKS * 2;
      ballast.clear();
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
    String all = Integer.toString(Growing.CHUNK * Growing.CHUNKS);
    assertEquals(
        "true " + all + " " + all + " " + all + " 0",
        ChildJvm.run(Growing.class, "-Xmx16m", "-XX:+UseSerialGC"));
  }
}
