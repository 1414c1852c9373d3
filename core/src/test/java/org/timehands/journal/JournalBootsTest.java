package org.timehands.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Sample;

/** Several boots in one journal: the same cycles again, and whose they are. */
class JournalBootsTest {
  private static final long SECOND = JournalBench.SECOND;
  private static final long DAY = 86_400 * SECOND;
  private static final UUID FIRST = new UUID(1, 1);
  private static final UUID SECOND_BOOT = new UUID(2, 2);

  @TempDir private Path scratch;

  /** Journals a boot of so many steps; what was read. */
  private List<Sample> boot(long boot, long timeline, long createdNanos, long begins, int steps)
      throws IOException {
    try (JournalBench bench =
            new JournalBench(
                1024, JournalBench.identity(boot, timeline, createdNanos), begins);
        JournalWriter writer =
            JournalWriter.open(scratch, bench.page, JournalOptions.defaults())) {
      bench.steps(steps);
      writer.poll();
      return bench.read;
    }
  }

  private static void assertAll(Journal journal, List<Sample> read, UUID boot) {
    JournalConverter converter = journal.converter();
    Sample now = new Sample();
    for (Sample then : read) {
      assertEquals(
          Found.EXACT,
          converter.convert(then.clocksourceId(), then.cycles(), now),
          converter.words());
      assertEquals(then.realNanos(), now.realNanos());
      assertEquals(boot, converter.bootId());
      assertEquals(boot, converter.timeline().bootId());
      assertTrue(converter.words().contains(boot.toString()), converter.words());
    }
  }

  /** A stamp of a previous boot converts, and the answer names the boot. */
  @Test
  void aPreviousBootConverts() throws IOException {
    List<Sample> before = boot(1, 1, JournalBench.EPOCH_NANOS, 0, 50);
    assertAll(Journal.open(scratch), before, FIRST);
    List<Sample> after = boot(2, 2, JournalBench.EPOCH_NANOS + DAY, 0, 80);
    Journal both = Journal.open(scratch);
    assertEquals(List.of(FIRST, SECOND_BOOT), both.bootIds());
    assertAll(both.ofBoot(FIRST), before, FIRST);
    assertAll(both.ofBoot(SECOND_BOOT), after, SECOND_BOOT);
    var unknown = assertThrows(IllegalArgumentException.class, () -> both.ofBoot(new UUID(0, 9)));
    assertTrue(unknown.getMessage().contains(FIRST.toString()), unknown.getMessage());
  }

  /** Without the boot's name an overlapping cycle is refused in words, in bulk too. */
  @Test
  void overlappingCyclesAreToldApartOrRefused() throws IOException {
    List<Sample> before = boot(1, 1, JournalBench.EPOCH_NANOS, 0, 50);
    boot(2, 2, JournalBench.EPOCH_NANOS + DAY, 0, 80);
    JournalConverter converter = Journal.open(scratch).converter();
    Sample now = new Sample();
    long id = before.getFirst().clocksourceId();
    long[] cycles = before.stream().mapToLong(Sample::cycles).toArray();
    for (long each : cycles) {
      assertEquals(Found.UNMAPPABLE, converter.convert(id, each, now));
      assertEquals(JournalConverter.Why.SEVERAL_BOOTS, converter.why());
      assertNull(converter.bootId());
      assertNull(converter.timeline());
      assertTrue(converter.words().contains(FIRST.toString()), converter.words());
      assertTrue(converter.words().contains(SECOND_BOOT.toString()), converter.words());
    }
    long[] times = new long[cycles.length];
    assertEquals(0, converter.convertAll(id, cycles, times, null));
    assertEquals(JournalConverter.NO_TIME, times[3]);
  }

  /**
   * The hazard behind the refusal: boot 1's journal ends, its counter goes on, and somebody takes a
   * stamp that only boot 2's journal has. To answer it with boot 2's time would be a day off.
   * Shows 4-08.
   */
  @Test
  void aCycleThatTheOtherBootMayHaveReachedIsRefused() throws IOException {
    boot(1, 1, JournalBench.EPOCH_NANOS, 0, 50);
    // The second boot begins its journal an hour after the first one's end.
    List<Sample> after =
        boot(2, 2, JournalBench.EPOCH_NANOS + 3600 * SECOND, 1800 * SECOND, 80);
    JournalConverter converter = Journal.open(scratch).converter();
    Sample now = new Sample();
    for (Sample then : after) {
      assertEquals(
          Found.UNMAPPABLE, converter.convert(then.clocksourceId(), then.cycles(), now));
      assertEquals(JournalConverter.Why.SEVERAL_BOOTS, converter.why());
    }
  }

  /** But what the first boot had no time to count to is the second's alone. */
  @Test
  void aCycleThatOnlyOneBootCanHaveReachedIsAnswered() throws IOException {
    boot(1, 1, JournalBench.EPOCH_NANOS, 0, 50);
    List<Sample> after =
        boot(2, 2, JournalBench.EPOCH_NANOS + 3600 * SECOND, 7200 * SECOND, 80);
    assertAll(Journal.open(scratch), after, SECOND_BOOT);
  }

  /** Two timelines of one boot, one after the other, need no name. */
  @Test
  void timelinesOfOneBootFollowEachOther() throws IOException {
    List<Sample> before = boot(1, 1, JournalBench.EPOCH_NANOS, 0, 50);
    List<Sample> after = boot(1, 2, JournalBench.EPOCH_NANOS + 5, SECOND, 50);
    Journal journal = Journal.open(scratch);
    assertEquals(2, journal.timelines().size());
    assertAll(journal, before, FIRST);
    assertAll(journal, after, FIRST);
    JournalConverter converter = journal.converter();
    Sample now = new Sample();
    long id = before.getFirst().clocksourceId();
    assertEquals(Found.PREDICTED, converter.convert(id, SECOND / 2, now));
    assertEquals(1, converter.timeline().identity().timelineId());
    assertEquals(Found.PREDICTED, converter.convert(id, 9 * SECOND, now));
    assertEquals(2, converter.timeline().identity().timelineId());
  }

  /** Two timelines that both promised a cycle: neither's answer is the answer. */
  @Test
  void timelinesThatOverlapAreRefusedWhereTheyDo() throws IOException {
    List<Sample> one = boot(1, 1, JournalBench.EPOCH_NANOS, 0, 50);
    long middle = one.get(25).cycles();
    List<Sample> other = boot(1, 2, JournalBench.EPOCH_NANOS + 5, middle, 50);
    JournalConverter converter = Journal.open(scratch).converter();
    Sample now = new Sample();
    long id = one.getFirst().clocksourceId();
    for (Sample then : one.subList(0, 20)) {
      assertEquals(Found.EXACT, converter.convert(id, then.cycles(), now));
      assertEquals(then.realNanos(), now.realNanos());
    }
    assertEquals(Found.UNMAPPABLE, converter.convert(id, one.get(40).cycles(), now));
    assertEquals(JournalConverter.Why.SEVERAL_TIMELINES, converter.why());
    assertTrue(converter.words().contains("two timelines"), converter.words());
    assertEquals(Found.EXACT, converter.convert(id, other.getLast().cycles(), now));
    assertEquals(other.getLast().realNanos(), now.realNanos());
  }

  /** 4-16: a clocksource that the journal does not know. */
  @Test
  void anUnknownClocksourceIsRefused() throws IOException {
    boot(1, 1, JournalBench.EPOCH_NANOS, 0, 5);
    JournalConverter converter = Journal.open(scratch).converter();
    assertEquals(Found.WRONG_CLOCKSOURCE, converter.convert(77, 5, new Sample()));
    assertTrue(converter.words().contains("counts this clocksource"), converter.words());
    assertEquals(JournalConverter.Why.UNKNOWN_CLOCKSOURCE, converter.why());
  }

  /** 4-08: A counter that the kernel reads counts from elsewhere in another time namespace. */
  @Test
  void anotherTimeNamespaceIsAnotherPlace() throws IOException {
    List<Sample> here = boot(1, 1, JournalBench.EPOCH_NANOS, 0, 50);
    PageIdentity there = new PageIdentity(1, 1, 4, 2, JournalBench.EPOCH_NANOS + SECOND);
    try (JournalBench bench = new JournalBench(1024, there, 50 * SECOND);
        JournalWriter writer =
            JournalWriter.open(scratch, bench.page, JournalOptions.defaults())) {
      bench.steps(20);
      writer.poll();
    }
    Journal both = Journal.open(scratch);
    assertEquals(List.of(FIRST), both.bootIds());
    JournalConverter converter = both.converter();
    long id = here.getFirst().clocksourceId();
    Found found = converter.convert(id, here.getFirst().cycles(), new Sample());
    assertEquals(Found.UNMAPPABLE, found);
    assertTrue(converter.words().contains("(time namespace 4)"), converter.words());
    assertTrue(converter.words().contains("name the file"), converter.words());
    assertAll(Journal.open(scratch.resolve("00000001.journal")), here, FIRST);
  }
}
