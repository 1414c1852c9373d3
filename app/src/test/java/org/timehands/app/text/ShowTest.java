package org.timehands.app.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShowTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 ns", "57, 57 ns", "999, 999 ns", "1000, 1.00 µs", "1234, 1.23 µs", "9997, 10.0 µs",
    "99950, 100 µs", "999600, 1.00 ms", "12345678, 12.3 ms", "-1500, -1.50 µs",
    "1000000000, 1.00 s", "99900000000, 99.9 s", "100000000000, 100 s", "119999999999, 119 s",
    "125000000000, 2 min 5 s", "3600000000000, 1 h 0 min", "90000000000000, 1 d 1 h"
  })
  void amountsInThreeDigits(long nanos, String text) {
    assertEquals(text, Show.nanos(nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "57, ±57 ns", "1231, ±1.24 µs", "9991, ±10.0 µs", "100000000001, ±101 s",
    "3600000000001, ±1 h 1 min", "9223372036854775807, no bound"
  })
  void boundsAreRoundedUp(long nanos, String text) {
    assertEquals(text, Show.bound(nanos));
  }

  @Test
  void signsAndRates() {
    assertEquals("+12 ns", Show.signedNanos(12));
    assertEquals("-12 ns", Show.signedNanos(-12));
    assertEquals("±0 ns", Show.signedNanos(0));
    assertEquals("+0.012 ppm", Show.ppm(12_345));
    assertEquals("-100.000 ppm", Show.ppm(-100_000_000));
    assertEquals("±0.500 ppm", Show.ppmBound(500_000));
    assertEquals("no bound", Show.ppmBound(Long.MAX_VALUE));
    assertEquals("unknown", Show.ppm(Long.MAX_VALUE));
    assertEquals("250 Hz", Show.frequency(250));
    assertEquals("2.60 GHz", Show.frequency(2_596_137_382L));
    assertEquals("1 234 567", Show.grouped(1_234_567));
  }

  @Test
  void secondsKeepTheirSign() {
    assertEquals("3.000000001 s", Show.seconds(3_000_000_001L));
    assertEquals("-0.000000001 s", Show.seconds(-1));
    assertEquals("-1.500000000 s", Show.seconds(-1_500_000_000L));
    assertEquals("-9223372036.854775808 s", Show.seconds(Long.MIN_VALUE));
  }

  @Test
  void isoAgreesWithJavaTime() {
    DateTimeFormatter theirs = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS");
    long seed = Long.getLong("timehands.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    IsoTime iso = new IsoTime();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      long nanos = i % 2 == 0 ? random.nextLong() : random.nextLong(-1 << 30, 1L << 50);
      text.setLength(0);
      iso.append(text, nanos);
      Instant instant = Instant.EPOCH.plusNanos(nanos);
      assertEquals(
          theirs.format(instant.atOffset(ZoneOffset.UTC)),
          text.toString(),
          "replay: ./timehands test -Dtest=ShowTest -Dtimehands.seed=" + seed);
    }
  }

  @Test
  void tablesAlign() {
    Table table = new Table("name", ">number", "words");
    table.row("a", "1", "±x").row("long one", "12345", "");
    assertEquals(
        List.of("name      number  words", "a              1  ±x", "long one   12345"),
        table.lines());
  }

  @Test
  void sparkShowsSignAndSize() {
    assertEquals("▁▅█", Spark.line(new long[] {-5, 0, 5}));
    assertEquals("▅▅", Spark.line(new long[] {0, 0}));
    assertEquals("", Spark.line(new long[0]));
    String plot =
        Spark.plot(new long[][] {{0, 0, -2}, {0, -1, -1}}, "ab", 3, Long::toString);
    assertEquals(" 0 |ba\n   | bb\n-2 |  a\n", plot);
  }
}
