package org.timehands.trace.cross;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.timehands.clocksource.ClockSource;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.HostClocks;
import org.timehands.linux.PtpClock;
import org.timehands.timekeeping.Stamp;
import org.timehands.timekeeping.Timekeeper;

/**
 * A PTP hardware clock as a device to be captured: by what the hardware latches at once, else by
 * what the kernel reads around it, else by what we read around it ourselves.
 *
 * <p>The kernel gives the host's clocks and not the counter. They are brought onto our counter
 * between two pairs (counter, clock, counter) around the request: the host's clocks are straight
 * lines there, so the cycle lies between the two lines that the pairs allow. What cannot be done is
 * noticed at the first capture and not tried again. Thread-safe, one capture at a time.
 */
/*
 *   field     | read         | write        | guard
 *   way       | synchronized | synchronized | this
 *   hostClock | synchronized | synchronized | this
 */
public final class PtpDevice implements CrossDevice, Closeable {
  /**
   * What a PTP hardware clock can do; {@link #open} gives the real one. A request that it does not
   * know ends in an {@link IOException} of the system's with EOPNOTSUPP, ENOTTY or EINVAL.
   */
  public interface Hardware extends Closeable {
    /**
     * Reads the device and the host's clocks at one moment.
     *
     * @param into receives the device's time, the host's REALTIME and its MONOTONIC_RAW
     */
    void precise(long[] into) throws IOException;

    /**
     * Reads the device between two readings of a clock of the host.
     *
     * @param samples how many, 1 to 25
     * @param clock the clock's id
     * @param into receives for each the host's time before, the device's, the host's after
     */
    void extended(int samples, int clock, long[] into) throws IOException;

    /** Reads the device alone. */
    long nanos() throws IOException;

    @Override
    default void close() throws IOException {}
  }

  /** The host's clocks, by their ids. */
  @FunctionalInterface
  public interface HostReader {
    /** A clock's nanoseconds. */
    long nanos(int clock);
  }

  /** How a capture is made, the best first. */
  public enum Way {
    /** Hardware latches the device and the counter at once. */
    PRECISE,
    /** The kernel reads one of the host's clocks before and after the device. */
    EXTENDED,
    /** This process reads its counter before and after the device. */
    PLAIN
  }

  /** Errors that say that a driver or a kernel does not know a request. */
  private static final Set<String> LACKING =
      Set.of("EOPNOTSUPP", "ENOTTY", "EINVAL", "ENOSYS", "ENODEV");

  /** Samples of one extended request. */
  private static final int SAMPLES = 5;

  /** A request that took longer than this says nothing worth having. */
  private static final long WINDOW_LIMIT_NANOS = 1_000_000_000L;

  /** REALTIME may change its rate within a window, by as much as this share of it. */
  private static final long SLEW_DIVISOR = 1_000;

  private final String name;
  private final Hardware hardware;
  private final Timekeeper clocks;
  private final HostReader host;
  private Way way = Way.PRECISE;
  private int hostClock = HostClocks.CLOCK_MONOTONIC_RAW;
  private final long[] times = new long[3 * PtpClock.MAX_SAMPLES];

  /** A pair: one of the host's clocks, read between two cycles. */
  private record Pair(Stamp before, long hostNanos, Stamp after) {}

  /**
   * A device.
   *
   * @param name for people
   * @param hardware the clock
   * @param clocks our timeline
   * @param host the host's clocks
   */
  public PtpDevice(String name, Hardware hardware, Timekeeper clocks, HostReader host) {
    this.name = Objects.requireNonNull(name, "name");
    this.hardware = Objects.requireNonNull(hardware, "hardware");
    this.clocks = Objects.requireNonNull(clocks, "clocks");
    this.host = Objects.requireNonNull(host, "host");
  }

  /**
   * Opens a clock of this host, for reading.
   *
   * @param path such as {@code /dev/ptp0}
   * @param clocks our timeline
   * @throws IOException if the system refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static PtpDevice open(Path path, Timekeeper clocks) throws IOException {
    PtpClock clock = PtpClock.open(path);
    Hardware hardware =
        new Hardware() {
          @Override
          public void precise(long[] into) throws IOException {
            clock.precise(into);
          }

          @Override
          public void extended(int samples, int hostClock, long[] into) throws IOException {
            clock.extended(samples, hostClock, into);
          }

          @Override
          public long nanos() throws IOException {
            return clock.nanos();
          }

          @Override
          public void close() throws IOException {
            clock.close();
          }
        };
    return new PtpDevice(path.toString(), hardware, clocks, HostClocks::nanos);
  }

  @Override
  public void close() throws IOException {
    hardware.close();
  }

  @Override
  public String name() {
    return name;
  }

  /** How the last capture was made; before the first, how it will be tried. */
  public synchronized Way way() {
    return way;
  }

  @Override
  public synchronized boolean capture(Capture into) throws IOException {
    for (;;) {
      try {
        return switch (way) {
          case PRECISE -> precise(into);
          case EXTENDED -> extended(into);
          case PLAIN -> plain(into);
        };
      } catch (ErrnoException refused) {
        if (way == Way.PLAIN || !LACKING.contains(refused.errnoName())) {
          throw refused;
        }
        fallBack();
      }
    }
  }

  private void fallBack() {
    if (way == Way.PRECISE) {
      way = Way.EXTENDED;
      hostClock = HostClocks.CLOCK_MONOTONIC_RAW;
    } else if (hostClock != HostClocks.CLOCK_REALTIME) {
      // Before Linux 6.12 the kernel reads no other clock around the device.
      hostClock = HostClocks.CLOCK_REALTIME;
    } else {
      way = Way.PLAIN;
    }
  }

  private Pair pair() {
    Stamp before = clocks.stamp();
    long nanos = host.nanos(hostClock);
    return new Pair(before, nanos, clocks.stamp());
  }

  private boolean precise(Capture into) throws IOException {
    Pair one = pair();
    hardware.precise(times);
    Pair two = pair();
    long at = hostClock == HostClocks.CLOCK_REALTIME ? times[1] : times[2];
    into.device(times[0], 1);
    return map(one, two, at, at, into);
  }

  private boolean extended(Capture into) throws IOException {
    Pair one = pair();
    hardware.extended(SAMPLES, hostClock, times);
    Pair two = pair();
    int best = 0;
    for (int i = 1; i < SAMPLES; i++) {
      best = widthAt(i) < widthAt(best) ? i : best;
    }
    into.device(times[3 * best + 1], 1);
    return map(one, two, times[3 * best], times[3 * best + 2], into);
  }

  private long widthAt(int sample) {
    return times[3 * sample + 2] - times[3 * sample];
  }

  private boolean plain(Capture into) throws IOException {
    Stamp before = clocks.stamp();
    into.device(hardware.nanos(), 1);
    Stamp after = clocks.stamp();
    into.between(
        before.clocksourceId(), before.cycles(), after.clocksourceId(), after.cycles());
    return true;
  }

  /** Brings an interval of the host's clock onto our counter; false if it does not fit. */
  private boolean map(Pair one, Pair two, long from, long to, Capture into) {
    long id = one.before.clocksourceId();
    boolean raw = hostClock == HostClocks.CLOCK_MONOTONIC_RAW;
    if (raw && ClockSource.kindOf(id) == ClockSource.MONOTONIC_RAW) {
      into.between(id, from, id, to);
      return from <= to;
    }
    long window = two.hostNanos - one.hostNanos;
    boolean sameCounter =
        one.after.clocksourceId() == id
            && two.before.clocksourceId() == id
            && two.after.clocksourceId() == id;
    boolean fits =
        from >= one.hostNanos && from <= to && to <= two.hostNanos
            && window > 0 && window < WINDOW_LIMIT_NANOS;
    if (!fits && raw) {
      // In a time namespace the kernel's RAW is not the one that we read.
      hostClock = HostClocks.CLOCK_REALTIME;
    }
    long open = two.after.cycles() - one.before.cycles();
    if (!fits || !sameCounter || open > Long.MAX_VALUE / WINDOW_LIMIT_NANOS) {
      return false;
    }
    // Each reading was cut to whole nanoseconds; a slew may bend REALTIME's line a little.
    long slack = 2 * Math.ceilDiv(open, window) + 1 + (raw ? 0 : open / SLEW_DIVISOR);
    long low = between(one.before, two.before, from - one.hostNanos, window) - slack;
    long high = between(one.after, two.after, to - one.hostNanos, window) + slack + 1;
    into.between(id, low, id, high);
    return true;
  }

  /** The cycle that lies part of the way between two. */
  private static long between(Stamp a, Stamp b, long part, long whole) {
    return a.cycles() + (b.cycles() - a.cycles()) * part / whole;
  }
}
