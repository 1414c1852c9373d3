package org.timehands.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A PTP hardware clock of the host, {@code /dev/ptpN}: read, and read together with the host's
 * clocks. Nothing here sets or adjusts it.
 *
 * <p>Methods throw {@link ErrnoException} with EOPNOTSUPP, ENOTTY or EINVAL where the driver or the
 * kernel lacks the request. All methods may be called from any thread; they exclude each other.
 */
public final class PtpClock implements Closeable {
  /** The most samples that {@link #extended} takes at once. */
  public static final int MAX_SAMPLES = PtpRequest.MAX_SAMPLES;

  private static final int DEVICES_LIMIT = 64;

  private final Fd fd;

  private PtpClock(Fd fd) {
    this.fd = fd;
  }

  /**
   * Opens a clock, for reading.
   *
   * @param device such as {@code /dev/ptp0}
   * @throws ErrnoException if the system refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static PtpClock open(Path device) throws IOException {
    return new PtpClock(Fd.open(device, false));
  }

  /** The clocks that this host has, readable or not. */
  public static List<Path> devices() {
    return IntStream.range(0, DEVICES_LIMIT)
        .mapToObj(each -> Path.of("/dev/ptp" + each))
        .filter(Files::exists)
        .toList();
  }

  /** What the clock can do. */
  public PtpCaps caps() throws IOException {
    ByteBuffer answer = PtpRequest.buffer(PtpRequest.CAPS_BYTES);
    request("PTP_CLOCK_GETCAPS", PtpRequest.GETCAPS, answer);
    return PtpRequest.caps(answer);
  }

  /**
   * Reads the clock and the host's clocks at the same moment, as hardware latched them.
   *
   * @param into receives the device's time, REALTIME and MONOTONIC_RAW, in nanoseconds
   */
  public void precise(long[] into) throws IOException {
    ByteBuffer answer = PtpRequest.buffer(PtpRequest.PRECISE_BYTES);
    request("PTP_SYS_OFFSET_PRECISE", PtpRequest.SYS_OFFSET_PRECISE, answer);
    PtpRequest.times(answer, 0, 3, into);
  }

  /**
   * Reads the clock several times, each between two readings of one of the host's clocks.
   *
   * @param samples how many, 1 to {@link #MAX_SAMPLES}
   * @param clock {@link HostClocks#CLOCK_REALTIME}; from Linux 6.12 on also MONOTONIC and
   *     MONOTONIC_RAW
   * @param into receives for each the host's time before, the device's, the host's after
   */
  public void extended(int samples, int clock, long[] into) throws IOException {
    ByteBuffer answer = PtpRequest.buffer(PtpRequest.EXTENDED_BYTES);
    PtpRequest.askExtended(answer, samples, clock);
    request("PTP_SYS_OFFSET_EXTENDED", PtpRequest.SYS_OFFSET_EXTENDED, answer);
    PtpRequest.times(answer, 16, 3 * samples, into);
  }

  /**
   * Reads the clock alone.
   *
   * @return nanoseconds on its own scale
   * @throws IOException if the clock is closed or cannot be read
   */
  public long nanos() throws IOException {
    synchronized (fd) {
      try {
        return HostClocks.nanos(clockOf(fd.live()));
      } catch (IllegalArgumentException refused) {
        throw new IOException(fd.path() + " cannot be read: " + refused.getMessage(), refused);
      }
    }
  }

  /** The clock id by which an open clock is read: the number inverted, and three bits. */
  static int clockOf(int number) {
    return ~number << 3 | 3;
  }

  private void request(String name, int number, ByteBuffer structure) throws IOException {
    MemorySegment given = MemorySegment.ofBuffer(structure);
    synchronized (fd) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment shared = arena.allocate(structure.capacity(), 8).copyFrom(given);
        int result;
        do {
          long numberWord = Integer.toUnsignedLong(number);
          result = Libc.callInt("ioctl", fd.live(), numberWord, shared.address());
        } while (result == -Errno.EINTR);
        Libc.check("ioctl(" + name + ")", fd.path(), result);
        given.copyFrom(shared);
      }
    }
  }

  @Override
  public void close() throws IOException {
    fd.close();
  }
}
