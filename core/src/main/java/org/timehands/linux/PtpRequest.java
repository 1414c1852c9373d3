package org.timehands.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The requests of Linux's PTP hardware clocks, byte by byte: numbers and layouts of
 * {@code linux/ptp_clock.h}, which are the same on x86-64 and arm64.
 *
 * <p>A request's number holds its direction (1 writes to the kernel, 2 reads), the size of its
 * structure, the letter {@code =} and a count. A {@code ptp_clock_time} is 16 bytes: seconds as a
 * signed long, nanoseconds as an unsigned int, and four bytes of nothing.
 */
final class PtpRequest {
  static final int CAPS_BYTES = 80;
  static final int PRECISE_BYTES = 64;
  static final int EXTENDED_BYTES = 16 + 25 * 3 * 16;

  static final int GETCAPS = number(2, 1, CAPS_BYTES);
  static final int SYS_OFFSET_PRECISE = number(3, 8, PRECISE_BYTES);
  static final int SYS_OFFSET_EXTENDED = number(3, 9, EXTENDED_BYTES);

  /** The most samples that one extended request takes. */
  static final int MAX_SAMPLES = 25;

  private static final int TIME_BYTES = 16;
  private static final long SECOND = 1_000_000_000L;

  private PtpRequest() {}

  private static int number(int direction, int count, int bytes) {
    return direction << 30 | bytes << 16 | '=' << 8 | count;
  }

  /** A buffer for a request, zeroed. */
  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }

  /** Asks for samples between readings of one of the host's clocks. */
  static void askExtended(ByteBuffer request, int samples, int clock) {
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw new IllegalArgumentException(
          samples + " samples of a PTP clock must be 1 to " + MAX_SAMPLES);
    }
    request.putInt(0, samples);
    // Kernels before 6.12 have a reserved word here and want a zero, which is REALTIME.
    request.putInt(4, clock);
  }

  /**
   * The times of an answer.
   *
   * @param answer a precise or an extended one
   * @param from the offset of the first time
   * @param count how many times
   * @param into receives nanoseconds
   */
  static void times(ByteBuffer answer, int from, int count, long[] into) {
    for (int i = 0; i < count; i++) {
      int at = from + i * TIME_BYTES;
      into[i] = answer.getLong(at) * SECOND + Integer.toUnsignedLong(answer.getInt(at + 8));
    }
  }

  /** What a clock can do. */
  static PtpCaps caps(ByteBuffer answer) {
    return new PtpCaps(
        answer.getInt(0),
        answer.getInt(4),
        answer.getInt(8),
        answer.getInt(12),
        answer.getInt(16) != 0,
        answer.getInt(20),
        answer.getInt(24) != 0,
        answer.getInt(28) != 0,
        answer.getInt(32));
  }
}
