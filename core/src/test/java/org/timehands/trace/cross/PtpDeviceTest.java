package org.timehands.trace.cross;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.HostClocks;
import org.timehands.testing.Seeds;
import org.timehands.trace.TraceStage;
import org.timehands.trace.TurnedCounter;

/** PTP hardware clocks, simulated: the moment lies where the capture says, by each way (4-19). */
class PtpDeviceTest {
  private static final int EOPNOTSUPP = 95;
  private static final int EINVAL = 22;

  /** A host whose counter, clocks and card are straight lines over a time that passes by itself. */
  private static final class Host implements PtpDevice.Hardware, PtpDevice.HostReader {
    final SplittableRandom random;
    final TraceStage stage;
    PtpDevice.Way best = PtpDevice.Way.PRECISE;
    boolean oldKernel;
    long rawShift;
    double nanos = 1e9;
    /** When the card was read last, in cycles. */
    long truth;
    /** The card's times and their truths of one request. */
    final long[] device = new long[25];
    final long[] truths = new long[25];

    Host(SplittableRandom random) {
      this.random = random;
      this.stage = new TraceStage(16, new TurnedCounter(TraceStage.X, cyclesAt(1e9)));
      stage.x.beforeEach = () -> pass(40);
    }

    private static long cyclesAt(double nanos) {
      return (long) (nanos * 2.3);
    }

    private void pass(int most) {
      nanos += random.nextInt(1, most) + random.nextDouble();
      stage.x.cycles = cyclesAt(nanos);
    }

    private long read(int clock) {
      return clock == HostClocks.CLOCK_REALTIME
          ? 1_700_000_000_000_000_000L + (long) (nanos * 0.999_97)
          : 77_000_000 + rawShift + (long) (nanos * 1.000_01);
    }

    @Override
    public long nanos(int clock) {
      pass(30);
      return read(clock) - (clock == HostClocks.CLOCK_REALTIME ? 0 : rawShift);
    }

    private long latch(int at) {
      truth = cyclesAt(nanos);
      device[at] = 5_000_000_000L + (long) (nanos * 1.000_1);
      truths[at] = truth;
      return device[at];
    }

    @Override
    public void precise(long[] into) throws IOException {
      if (best != PtpDevice.Way.PRECISE) {
        throw new ErrnoException("ioctl", "ptp", EOPNOTSUPP);
      }
      pass(2_000);
      into[0] = latch(0);
      into[1] = read(HostClocks.CLOCK_REALTIME);
      into[2] = read(HostClocks.CLOCK_MONOTONIC_RAW);
      pass(2_000);
    }

    @Override
    public void extended(int samples, int clock, long[] into) throws IOException {
      if (best == PtpDevice.Way.PLAIN || (oldKernel && clock != HostClocks.CLOCK_REALTIME)) {
        throw new ErrnoException("ioctl", "ptp", best == PtpDevice.Way.PLAIN ? 25 : EINVAL);
      }
      for (int i = 0; i < samples; i++) {
        pass(500);
        into[3 * i] = read(clock);
        pass(900);
        into[3 * i + 1] = latch(i);
        pass(900);
        into[3 * i + 2] = read(clock);
      }
    }

    @Override
    public long nanos() {
      pass(900);
      long told = latch(0);
      pass(900);
      return told;
    }

    /** The cycle at which the card showed a time. */
    long truthOf(long deviceNanos) {
      for (int i = 0; i < device.length; i++) {
        if (device[i] == deviceNanos) {
          return truths[i];
        }
      }
      throw new AssertionError(deviceNanos + " was never shown");
    }
  }

  @ParameterizedTest
  @EnumSource(PtpDevice.Way.class)
  void theMomentLiesInTheCapture(PtpDevice.Way best) {
    Seeds.forEach(
        PtpDeviceTest.class,
        10,
        random -> {
          Host host = new Host(random);
          host.best = best;
          host.oldKernel = random.nextBoolean();
          try (TraceStage stage = host.stage) {
            PtpDevice device = new PtpDevice("card", host, stage.clocks, host);
            long widest = 0;
            for (int i = 0; i < 300; i++) {
              Capture got = new Capture();
              assertTrue(device.capture(got));
              long truth = host.truthOf(got.deviceNanos());
              assertTrue(
                  got.firstCycles() <= truth && truth <= got.lastCycles(),
                  () -> truth + " is not in " + got.firstCycles() + ".." + got.lastCycles());
              widest = Math.max(widest, got.lastCycles() - got.firstCycles());
            }
            assertEquals(best, device.way());
            long limit = best == PtpDevice.Way.PRECISE ? 300 : 5_000;
            assertTrue(widest < limit, "widest capture: " + widest + " cycles");
          }
        });
  }

  /** The planted fault: a capture that takes the middle for the truth is caught. */
  @Test
  void theTruthIsNotInTheMiddle() throws IOException {
    Host host = new Host(new SplittableRandom(1));
    try (TraceStage stage = host.stage) {
      PtpDevice device = new PtpDevice("card", host, stage.clocks, host);
      Capture got = new Capture();
      int missed = 0;
      for (int i = 0; i < 100; i++) {
        assertTrue(device.capture(got));
        long middle = (got.firstCycles() + got.lastCycles()) / 2;
        missed += Math.abs(middle - host.truthOf(got.deviceNanos())) > 1 ? 1 : 0;
      }
      assertTrue(missed > 20, missed + " of 100");
    }
  }

  /** In a time namespace the kernel's RAW is not ours: REALTIME serves then. */
  @Test
  void aShiftedRawIsNotTrusted() throws IOException {
    Host host = new Host(new SplittableRandom(2));
    host.rawShift = 100_000_000_000L;
    try (TraceStage stage = host.stage) {
      PtpDevice device = new PtpDevice("card", host, stage.clocks, host);
      Capture got = new Capture();
      assertEquals(false, device.capture(got));
      assertTrue(device.capture(got));
      long truth = host.truthOf(got.deviceNanos());
      assertTrue(got.firstCycles() <= truth && truth <= got.lastCycles());
      assertEquals(PtpDevice.Way.PRECISE, device.way());
    }
  }

  @Test
  void otherErrorsAreToldNotWorkedAround() {
    Host host = new Host(new SplittableRandom(3));
    try (TraceStage stage = host.stage) {
      PtpDevice.Hardware gone =
          new PtpDevice.Hardware() {
            @Override
            public void precise(long[] into) throws IOException {
              throw new ErrnoException("ioctl", "ptp", 5);
            }

            @Override
            public void extended(int samples, int clock, long[] into) {
              throw new AssertionError();
            }

            @Override
            public long nanos() {
              throw new AssertionError();
            }
          };
      PtpDevice device = new PtpDevice("gone", gone, stage.clocks, host);
      assertThrows(ErrnoException.class, () -> device.capture(new Capture()));
      assertEquals("gone", device.name());
    }
  }
}
