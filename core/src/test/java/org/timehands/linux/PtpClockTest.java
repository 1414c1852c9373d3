package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PTP hardware clocks: the bytes of every request, and a real clock where there is one (4-19). */
class PtpClockTest {
  @TempDir Path temp;

  @Test
  void requestsHaveLinuxNumbers() {
    assertEquals(0x80503d01, PtpRequest.GETCAPS);
    assertEquals(0xc0403d08, PtpRequest.SYS_OFFSET_PRECISE);
    assertEquals(0xc4c03d09, PtpRequest.SYS_OFFSET_EXTENDED);
    assertEquals(-5, PtpClock.clockOf(0), "FD_TO_CLOCKID(0)");
    assertEquals((~7 << 3) | 3, PtpClock.clockOf(7));
  }

  @Test
  void timesStandWhereLinuxPutsThem() {
    ByteBuffer answer = PtpRequest.buffer(PtpRequest.EXTENDED_BYTES);
    PtpRequest.askExtended(answer, 2, HostClocks.CLOCK_MONOTONIC_RAW);
    assertEquals(2, answer.getInt(0));
    assertEquals(4, answer.getInt(4));
    assertEquals(0, answer.getLong(8));
    for (int i = 0; i < 6; i++) {
      answer.putLong(16 + 16 * i, 100 + i);
      answer.putInt(16 + 16 * i + 8, 999_999_990 + i);
    }
    long[] times = new long[6];
    PtpRequest.times(answer, 16, 6, times);
    assertArrayEquals(
        new long[] {
          100_999_999_990L, 101_999_999_991L, 102_999_999_992L, 103_999_999_993L,
          104_999_999_994L, 105_999_999_995L
        },
        times);
    ByteBuffer negative = PtpRequest.buffer(PtpRequest.PRECISE_BYTES);
    negative.putLong(0, -1).putInt(8, 5);
    PtpRequest.times(negative, 0, 3, times);
    assertEquals(-999_999_995L, times[0]);
    assertEquals(0, times[1]);
    assertThrows(
        IllegalArgumentException.class, () -> PtpRequest.askExtended(answer, 26, 0));
  }

  @Test
  void capabilitiesStandWhereLinuxPutsThem() {
    ByteBuffer answer = PtpRequest.buffer(PtpRequest.CAPS_BYTES);
    for (int i = 0; i < 9; i++) {
      answer.putInt(4 * i, 10 + i);
    }
    assertEquals(new PtpCaps(10, 11, 12, 13, true, 15, true, true, 18), PtpRequest.caps(answer));
    answer.putInt(24, 0);
    assertFalse(PtpRequest.caps(answer).crossStamping());
  }

  /** The requests reach the kernel: a file that is no such clock refuses them by name. */
  @Test
  void anOrdinaryFileIsRefused() throws IOException {
    assumeTrue(NativeAccess.available());
    Path file = Files.createFile(temp.resolve("file"));
    try (PtpClock clock = PtpClock.open(file)) {
      ErrnoException refused = assertThrows(ErrnoException.class, clock::caps);
      assertEquals("ENOTTY", refused.errnoName());
      assertEquals(
          "ENOTTY",
          assertThrows(ErrnoException.class, () -> clock.precise(new long[3])).errnoName());
      assertEquals(
          "ENOTTY",
          assertThrows(ErrnoException.class, () -> clock.extended(1, 0, new long[3]))
              .errnoName());
      IOException none = assertThrows(IOException.class, clock::nanos);
      assertTrue(none.getMessage().contains("EINVAL"), none.getMessage());
    }
  }

  @Test
  void aRealClockWhereThereIsOne() throws IOException {
    assumeTrue(NativeAccess.available());
    List<Path> devices = PtpClock.devices().stream().filter(Files::isReadable).toList();
    assumeTrue(!devices.isEmpty(), "skipped: no readable /dev/ptp* on this machine");
    try (PtpClock clock = PtpClock.open(devices.getFirst())) {
      assertTrue(clock.caps().maxAdjustmentPpb() >= 0);
      long first = clock.nanos();
      assertTrue(clock.nanos() >= first);
    }
  }
}
