package org.timehands.discipline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TAI-UTC by date: Debian's list, tables in code, and what is refused. */
class LeapTableTest {
  private static final String LIST =
      """
      #\ta comment
      #$\t3960835200
      #@\t3991593600
      #
      3550089600      35      # 1 Jul 2012
      3644697600      36      # 1 Jul 2015
      3692217600      37      # 1 Jan 2017
      """;
  private static final long Y2017 = utc(2017, 1, 1);

  private static long utc(int year, int month, int day) {
    return LocalDate.of(year, month, day).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
  }

  private static LeapTable table() throws LeapTableException {
    return LeapTable.parse("list", LIST);
  }

  @Test
  void parses() throws IOException {
    LeapTable table = table();
    assertEquals(3, table.entries().size());
    assertEquals(utc(2012, 7, 1), table.firstSecond());
    assertEquals(utc(2026, 6, 28), table.expiresAtSecond());
    assertTrue(table.isExpiredAt(utc(2026, 6, 28)));
    assertFalse(table.isExpiredAt(utc(2026, 6, 28) - 1));
    assertEquals(36, table.taiOffsetAt(Y2017 - 1));
    assertEquals(37, table.taiOffsetAt(Y2017));
    assertEquals(37, table.taiOffsetAt(Long.MAX_VALUE));
  }

  @Test
  void readsFiles(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("leap-seconds.list"), LIST);
    assertEquals(3, LeapTable.read(file).entries().size());
    assertThrows(IOException.class, () -> LeapTable.read(directory.resolve("none")));
    Path large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
    assertThrows(IOException.class, () -> LeapTable.read(large));
  }

  @Test
  void debiansListIsGood() throws IOException {
    Path file = Path.of(LeapTable.SYSTEM_FILE);
    Assumptions.assumeTrue(Files.exists(file), "tzdata is not installed");
    LeapTable table = LeapTable.read(file);
    assertEquals(utc(1972, 1, 1), table.firstSecond());
    assertEquals(10, table.taiOffsetAt(utc(1972, 1, 1)));
    assertEquals(19, table.taiOffsetAt(utc(1980, 1, 6)), "GPS's zero");
    assertEquals(37, table.taiOffsetAt(utc(2020, 1, 1)));
    String text = Files.readString(file);
    String damaged = text.replace("3692217600", "3692304000");
    String message = refusal(damaged);
    assertTrue(message.contains("SHA-1") && message.contains("damaged"), message);
  }

  private static void roundTrip(LeapTable table, int shift) {
    for (long second = Y2017 - 100; second < Y2017 + 100; second++) {
      long tai = table.taiOfUtc(second) + shift;
      assertEquals(second, table.utcOfTai(tai));
      assertFalse(table.isInserted(tai));
    }
  }

  @Test
  void bothWays() throws IOException {
    roundTrip(table(), 0);
    long inserted = table().taiOfUtc(Y2017) - 1;
    assertTrue(table().isInserted(inserted));
    assertEquals(Y2017 - 1, table().utcOfTai(inserted), "23:59:59 again");
    assertEquals(inserted - 1, table().taiOfUtc(Y2017 - 1));
    assertThrows(AssertionError.class, () -> roundTrip(table(), 1), "planted");
  }

  @Test
  void deletedSecond() {
    long day = utc(2030, 1, 1);
    LeapTable table =
        LeapTable.of(
            Long.MAX_VALUE,
            List.of(new LeapTable.Entry(Y2017, 37), new LeapTable.Entry(day, 36)));
    assertEquals(day, table.utcOfTai(day - 2 + 37 + 1), "23:59:58 is followed by midnight");
    assertTrue(table.isDeleted(day - 1));
    assertFalse(table.isDeleted(day) || table.isDeleted(day - 2));
    LeapTable.Leap leap = table.nextLeapAfter(Y2017).orElseThrow();
    assertEquals(new LeapTable.Leap(day, -1, 36), leap);
    assertEquals(day - 1, leap.atSecond());
    assertEquals(Timex.STA_DEL, table.statusBitsAt(day - 86_400));
    assertEquals(0, table.statusBitsAt(day - 86_401));
    assertFalse(table.isExpiredAt(Long.MAX_VALUE - 1));
  }

  @Test
  void nextLeap() throws IOException {
    LeapTable table = table();
    LeapTable.Leap leap = table.nextLeapAfter(Y2017 - 1).orElseThrow();
    assertEquals(new LeapTable.Leap(Y2017, 1, 37), leap);
    assertEquals(Y2017, leap.atSecond());
    assertTrue(table.nextLeapAfter(Y2017).isEmpty());
    assertEquals(utc(2015, 7, 1), table.nextLeapAfter(0).orElseThrow().utcSecond());
    assertEquals(Timex.STA_INS, table.statusBitsAt(Y2017 - 1));
    assertEquals(0, table.statusBitsAt(Y2017));
  }

  /** The table's leap and the machine's leap are the same instant. */
  @Test
  void drivesTheLeapMachine() throws IOException {
    LeapTable table = table();
    Virtual clock = new Virtual();
    clock.utcSecond = Y2017 - 3600;
    clock.state.setTaiOffsetSeconds(table.taiOffsetAt(clock.utcSecond));
    clock.setStatus(Timex.STA_PLL | table.statusBitsAt(clock.utcSecond));
    clock.second();
    LeapTable.Leap leap = table.nextLeapAfter(clock.utcSecond).orElseThrow();
    assertEquals(leap.atSecond(), clock.state.leapSecond());
    assertEquals(leap.sign(), clock.state.leapSign());
    clock.until(Timex.TIME_WAIT);
    assertEquals(leap.taiOffsetSeconds(), clock.state.taiOffsetSeconds());
  }

  private static String refusal(String text) {
    return assertThrows(LeapTableException.class, () -> LeapTable.parse("list", text))
        .getMessage();
  }

  private static void refused(String from, String to, String... words) {
    String message = refusal(LIST.replace(from, to));
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void refusesWithLineValueAndRemedy() {
    refused("36      #", "38      #", "list, line 6", "38", "differ by 1 s");
    refused("3644697600", "3644697601", "line 6", "midnight");
    refused("3644697600", "3550089600", "line 6", "later than");
    refused("3644697600", "36446976oo", "line 6", "36446976oo", "number");
    refused("36      #", "", "line 6", "two numbers");
    refused("36      #", "1234567 #", "line 6", "six digits");
    refused("#@\t3991593600", "#", "expires");
    refused("#@\t3991593600", "#@ soon", "line 3", "soon");
    refused("#@", "#@ 3991593600\n#@", "line 4", "allowed is one");
    refused("# 1 Jan 2017", "\n#h 1 2 3", "line 8", "hash of 3 words");
    refused("# 1 Jan 2017", "\n#h 1 2 3 4 xyz", "line 8", "xyz", "hexadecimal");
    refused("# 1 Jan 2017", "\n#h 1 2 3 4 5", "line 8", "SHA-1");
    assertTrue(refusal("#@ 3991593600\n").contains("no entry"));
  }

  @Test
  void refusesTablesInCode() {
    assertThrows(IllegalArgumentException.class, () -> LeapTable.of(0, List.of()));
    LeapTable.Entry bad = new LeapTable.Entry(5, 10);
    String message =
        assertThrows(IllegalArgumentException.class, () -> LeapTable.of(0, List.of(bad)))
            .getMessage();
    assertTrue(message.contains("midnight"), message);
    LeapTable.Entry wild = new LeapTable.Entry(0, Integer.MAX_VALUE);
    assertThrows(IllegalArgumentException.class, () -> LeapTable.of(0, List.of(wild)));
  }

  @Test
  void beforeTheTableNothingIsKnown() throws IOException {
    LeapTable table = table();
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> table.taiOffsetAt(table.firstSecond() - 1))
            .getMessage();
    assertTrue(message.contains("before the leap table"), message);
    assertThrows(IllegalArgumentException.class, () -> table.utcOfTai(0));
  }
}
