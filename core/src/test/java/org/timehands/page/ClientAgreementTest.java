package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.fixed.Fixed;
import org.timehands.fixed.Slope;
import org.timehands.testing.Seeds;
import org.timehands.timeline.History;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Segment;
import org.timehands.timeline.StatusReason;
import org.timehands.timeline.TimeStatus;
import org.timehands.timeline.TimelineWriter;

/**
 * N10: The C reader and the Java reader tell the same of the same cycle, word for word (0-06,
 * 1-05).
 */
class ClientAgreementTest {
  private static final int SLOTS = 64;
  private static final long RAW = ClockSource.MONOTONIC_RAW;

  @TempDir Path temp;
  /** Which word of a described sample says how late it is. */
  private static final int LATE = 17;

  private Path directory;
  private PageOwner owner;

  @BeforeEach
  void own() throws IOException {
    directory = temp.resolve("timehands");
    owner =
        PageOwner.open(
            LivePage.at(directory),
            new OwnerOptions(SLOTS, OptionalInt.empty()),
            LivePage.counters(),
            LivePage.first());
  }

  @AfterEach
  void leave() throws IOException {
    owner.close();
  }

  @Test
  void aSnapshotOfEitherIsWhatBothConvertToLater() throws IOException {
    Seeds.forEach(ClientAgreementTest.class, 20, this::readConvertCompare);
  }

  private void readConvertCompare(SplittableRandom random) throws IOException {
    List<String> told = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      owner.writer().append(anything(random));
      told.addAll(CTool.run("read", directory.toString(), "40").lines());
      Sample sample = new Sample();
      for (int i = 0; i < 40; i++) {
        owner.timeline().sample(sample);
        told.add(describe(sample));
      }
    }
    assertEquals(3 * 80, told.size(), told.toString());
    List<String> stamps =
        told.stream().map(line -> line.split(" ", 3)).map(w -> w[1] + " " + w[0]).toList();
    List<String> inJava = stamps.stream().map(this::convert).toList();
    List<String> inC = convertInC(stamps);
    for (int i = 0; i < told.size(); i++) {
      assertEquals("0 " + told.get(i), inJava.get(i), "told then, and converted in Java");
      assertEquals("0 " + told.get(i), inC.get(i), "told then, and converted in C");
    }
  }

  @Test
  void stampsOfAllSortsConvertAlike() throws IOException {
    SplittableRandom random = new SplittableRandom(20261121);
    EnumSet<History.Found> kinds = EnumSet.noneOf(History.Found.class);
    for (int k = 0; k < 2 * SLOTS; k++) {
      owner.writer().append(anything(random));
      if (k % 9 == 0) {
        long end = now() + random.nextLong(100_000);
        long last = new History(owner.page()).newest();
        TimelineWriter.Edit over = anything(random);
        assertTrue(owner.writer().tryAppendBridge(last, over, end, anything(random)) > 0);
      }
      owner.timeline().monotonic();
    }
    List<String> stamps = new ArrayList<>();
    Segment oldest = new Segment();
    History history = new History(owner.page());
    history.segment(history.oldest(), oldest);
    long span = now() - oldest.startCycles;
    for (int i = 0; i < 3000; i++) {
      long id = i % 50 == 0 ? 1 : RAW;
      long ahead = i % 50 == 1 ? 10_000_000_000L : 0;
      long since = random.nextLong(-span / 10, span + span / 10) + ahead;
      stamps.add(id + " " + (oldest.startCycles + since));
    }
    List<String> inC = convertInC(stamps);
    for (int i = 0; i < stamps.size(); i++) {
      String inJava = convert(stamps.get(i));
      assertEquals(inJava, inC.get(i), stamps.get(i));
      kinds.add(History.Found.values()[inJava.charAt(0) - '0']);
    }
    assertEquals(EnumSet.allOf(History.Found.class), kinds, "every kind of answer was met");
  }

  /** A8: cycles past the end of an era have no time, in both. */
  @Test
  void anEraThatEndedConvertsAlike() throws IOException {
    owner.timeline().monotonic();
    History history = new History(owner.page());
    long last = history.newest();
    long era = RAW | 1L << 32;
    long start = 5_000;
    TimelineWriter.Edit over =
        next -> {
          next.clocksourceId = era;
          next.startCycles = start;
        };
    assertTrue(owner.writer().tryAppendBridge(last, over, start + 700, next -> {}) > 0);
    Segment ended = new Segment();
    long end = (history.segment(last, ended) >>> 1) + ended.startCycles;
    List<String> stamps =
        List.of(
            RAW + " " + (end - 1), RAW + " " + end, RAW + " " + (end + 1_000_000),
            era + " " + (start - 1), era + " " + start, era + " " + (start + 699),
            era + " " + (start + 700), era + " " + end);
    List<String> inC = convertInC(stamps);
    StringBuilder kinds = new StringBuilder();
    for (int i = 0; i < stamps.size(); i++) {
      assertEquals(convert(stamps.get(i)), inC.get(i), stamps.get(i));
      kinds.append(inC.get(i).charAt(0));
    }
    assertEquals("04424401", kinds.toString(), "EXACT 0, PREDICTED 1, TOO_OLD 2, UNMAPPABLE 4");
  }

  @Test
  void theComparisonSeesADifferenceOfOneNanosecond() throws IOException {
    Sample sample = new Sample();
    owner.timeline().sample(sample);
    String stamp = sample.clocksourceId() + " " + sample.cycles();
    // Planted: an offset that changed in place, in what only the C reader is shown.
    Path copy = CopiedPage.of(directory, temp.resolve("copy"));
    Path page = copy.resolve("page");
    long offset = LivePage.read(page, LivePage.SLOT_0_AT + 64);
    LivePage.write(page, LivePage.SLOT_0_AT + 64, offset + 1);
    String inC = convertInC(copy, List.of(stamp)).getFirst();
    assertNotEquals(convert(stamp), inC);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        ClockSource.TSC, ClockSource.MONOTONIC_RAW, ClockSource.NANO_TIME, ClockSource.TICK
      })
  void everyWayToReadKeepsTheOrderOfTime(long kind) throws IOException {
    owner.close();
    ClockSource counter = ClockSources.forReading(kind, 1).orElse(null);
    assumeTrue(counter != null, "no clocksource " + kind);
    Path other = temp.resolve("other");
    try (PageOwner on = NativePage.own(other, counter)) {
      on.writer().append(next -> next.setRate(next.rate().plusPpt(-500_000_000)));
      assertEquals("right\n", CTool.run("now", other.toString(), "20000").out());
      Sample sample = new Sample();
      on.timeline().sample(sample);
      String told = describe(sample);
      String[] words = told.split(" ", 3);
      assertEquals(
          "0 " + told, convertInC(other, List.of(words[1] + " " + words[0])).getFirst());
    }
  }

  @Test
  void whoMayOnlyReadHoldsTheSameInstantInBoth() throws IOException {
    owner.writer().append(LivePage.UNCHANGED);
    for (;;) {
      String line = CTool.run("read", directory.toString(), "1", "ro").lines().getFirst();
      String[] inC = line.split(" ");
      if (inC[13].equals("1")) {
        assertEquals(TimeStatus.STALE.ordinal(), Integer.parseInt(inC[11]));
        assertEquals(StatusReason.PROMISE_RAN_OUT.ordinal(), Integer.parseInt(inC[12]));
        ReaderOptions readOnly = new ReaderOptions(true, Set.of());
        try (PageReader reader = PageReader.attach(LivePage.at(directory), readOnly)) {
          Sample inJava = new Sample();
          reader.timeline().sample(inJava);
          assertHeldAlike(inC, describe(inJava).split(" "));
        }
        return;
      }
    }
  }

  /** All words are equal but the bounds, which cover the time since the last promise, and grow. */
  private static void assertHeldAlike(String[] inC, String[] laterInJava) {
    for (int i = 0; i < laterInJava.length; i++) {
      if ((i < 8 || i > 10) && i != LATE) {
        assertEquals(laterInJava[i], inC[i], "word " + i);
      } else {
        long early = Long.parseLong(inC[i]);
        long late = Long.parseLong(laterInJava[i]);
        assertTrue(early <= late && early > 0, "bound " + i + " grows from " + early);
      }
    }
    boolean covered = Long.parseLong(inC[8]) >= Long.parseLong(inC[LATE]);
    assertTrue(covered, "the bound covers the lateness");
  }

  @Test
  void aCounterThatWasDisturbedIsNotExtendedInEither() throws IOException {
    owner.writer().append(next -> next.gapCycles = next.stepCycles);
    assertEquals("0", CTool.run("read", directory.toString(), "1").out().split(" ")[13]);
    // The host's clock stands a second from where the owner last saw it: the machine was moved.
    owner.writer().append(next -> next.hostRawOffsetNanos += 1_000_000_000);
    assertDisturbed();
    owner.writer().append(next -> next.hostRawOffsetNanos -= 1_000_000_000);
    owner.timeline().monotonic();
    assertEquals("0", CTool.run("read", directory.toString(), "1").out().split(" ")[13]);
    // BOOTTIME has moved on against MONOTONIC: the machine slept.
    owner.writer().append(next -> next.hostBootOffsetNanos -= 5_000_000);
    assertDisturbed();
  }

  private void assertDisturbed() throws IOException {
    Sample inJava = new Sample();
    String inC;
    do { // The gap must pass first.
      inC = CTool.run("read", directory.toString(), "1").lines().getFirst();
    } while (inC.split(" ")[13].equals("0"));
    try (PageReader reader = LivePage.read(directory)) {
      reader.timeline().sample(inJava);
    }
    assertEquals(StatusReason.COUNTER_DISTURBED, inJava.reason());
    assertEquals(describe(inJava), inC);
  }

  /** A change of everything that a segment says, but for what the guards of the host look at. */
  static TimelineWriter.Edit anything(SplittableRandom random) {
    long ppt = random.nextLong(-900_000_000_000L, 900_000_000_000L);
    // Within what the self-test of a reader allows.
    long raw = random.nextLong(-400_000_000L, 400_000_000L);
    long seed = random.nextLong();
    return next -> {
      SplittableRandom same = new SplittableRandom(seed);
      next.setRate(Slope.ONE.plusPpt(ppt));
      next.setRawRate(same.nextBoolean() ? Slope.ONE : Slope.ONE.plusPpt(raw));
      next.realOffsetNanos += same.nextLong(-1L << 40, 1L << 40);
      next.bootOffsetNanos += same.nextLong(1L << 40);
      next.taiOffsetNanos += same.nextLong(-1L << 40, 1L << 40);
      next.setLeap(next.monoBaseNanos + same.nextLong(100_000), same.nextInt(3) - 1);
      next.errorNanos = same.nextLong(1L << 40);
      next.errorRate = Fixed.ratePpb(same.nextLong(1_000_000_000));
      next.referenceErrorNanos = same.nextBoolean() ? Long.MAX_VALUE : same.nextLong(1L << 50);
      next.rawErrorNanos = same.nextLong(1L << 40);
      next.rawErrorRate = same.nextLong();
      next.status = TimeStatus.values()[same.nextInt(3)];
      next.reason = StatusReason.values()[same.nextInt(StatusReason.values().length)];
      next.holdoverAfterCycles = same.nextBoolean() ? Long.MAX_VALUE : same.nextLong(100_000);
      next.freerunAfterCycles = same.nextBoolean() ? Long.MAX_VALUE : same.nextLong(200_000);
      next.clockWasSetSeq += same.nextLong(3);
      next.gapCycles = Long.MAX_VALUE;
    };
  }

  private long now() {
    Sample stamp = new Sample();
    owner.timeline().stamp(true, stamp);
    return stamp.cycles();
  }

  private String convert(String stamp) {
    String[] words = stamp.split(" ");
    Sample into = new Sample();
    History.Found found =
        new History(owner.page())
            .convert(Long.parseLong(words[0]), Long.parseLong(words[1]), into);
    boolean filled = found != History.Found.TOO_OLD && found != History.Found.WRONG_CLOCKSOURCE;
    return found.ordinal() + " " + (filled ? describe(into) : " 0".repeat(18).strip());
  }

  private List<String> convertInC(List<String> stamps) throws IOException {
    return convertInC(directory, stamps);
  }

  private static List<String> convertInC(Path page, List<String> stamps) throws IOException {
    List<String> command = List.of(CTool.tool().toString(), "convert", page.toString(), "ro");
    CTool.Result ran = CTool.run(command, String.join("\n", stamps) + "\n");
    assertEquals(0, ran.code(), ran.out());
    assertEquals(stamps.size(), ran.lines().size(), ran.out());
    return ran.lines();
  }

  /** A sample in the words of th_tool. */
  static String describe(Sample s) {
    return String.join(
        " ",
        List.of(
                s.cycles(), s.clocksourceId(), s.sequence(), s.monoNanos(), s.rawNanos(),
                s.realNanos(), s.bootNanos(), s.taiNanos(), s.errorNanos(), s.wallErrorNanos(),
                s.rawErrorNanos(), (long) s.status().ordinal(), (long) s.reason().ordinal(),
                s.isHeld() ? 1L : 0L, s.isGap() ? 1L : 0L, s.clockWasSetSeq(),
                s.clocksourceChangedSeq(), s.lateNanos())
            .stream()
            .map(String::valueOf)
            .toList());
  }
}
