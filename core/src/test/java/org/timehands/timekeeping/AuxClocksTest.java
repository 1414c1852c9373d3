package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.SECOND;

import org.junit.jupiter.api.Test;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;
import org.timehands.linux.Memory;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Timeline;

/** 2.6, CLOCK_AUX: timelines of their own beside the timekeeper's. */
class AuxClocksTest {
  private final Workshop shop = new Workshop();
  private final Timex timex = new Timex();

  private int adjust(AuxClock clock, int modes) {
    timex.modes = modes;
    return clock.adjtimex(timex, true);
  }

  @Test
  void beginsWhereRawStandsAndGoesItsOwnWay() {
    shop.timex.freq = 500 << 16;
    shop.adjust(Timex.ADJ_FREQUENCY);
    shop.pass(100 * SECOND);
    AuxClock clock = shop.keeping.aux().enable(AuxClocks.FIRST);
    assertEquals("aux0", clock.name());
    assertEquals(shop.clocks.rawNanos(), clock.nanos());
    shop.pass(100 * SECOND);
    assertEquals(shop.clocks.rawNanos(), clock.nanos());
    long core = shop.mono();
    timex.freq = -250 << 16;
    assertEquals(Timex.TIME_ERROR, adjust(clock, Timex.ADJ_FREQUENCY));
    long from = clock.nanos();
    core = shop.mono();
    shop.pass(10 * SECOND);
    assertEquals(from + 10 * SECOND - 2_500_000, clock.nanos(), 1);
    assertEquals(core + 10 * SECOND + 5_000_000, shop.mono(), 1);
    clock.set(12_345 * SECOND);
    assertEquals(12_345 * SECOND, clock.nanos(), 20_000);
    assertEquals(0, shop.clocks.snapshot(new Snapshot()).clockWasSetSeq());
    assertEquals(1, clock.resolutionNanos());
    assertThrows(IllegalArgumentException.class, () -> clock.set(-1));
    clock.set(0);
  }

  @Test
  void refusesLeapsTaiAndPulses() {
    AuxClock clock = shop.keeping.aux().enable(AuxClocks.LAST);
    for (int bad :
        new int[] {Timex.STA_INS, Timex.STA_DEL, Timex.STA_PPSFREQ, Timex.STA_PPSTIME}) {
      timex.status = bad;
      assertEquals(-Timex.EINVAL, adjust(clock, Timex.ADJ_STATUS));
    }
    timex.status = 0;
    assertEquals(-Timex.EINVAL, adjust(clock, Timex.ADJ_TAI));
    timex.modes = Timex.ADJ_FREQUENCY;
    assertEquals(-Timex.EPERM, clock.adjtimex(timex, false));
    timex.timeSec = 5;
    timex.timeUsec = 0;
    long from = clock.nanos();
    assertEquals(Timex.TIME_ERROR, adjust(clock, Timex.ADJ_SETOFFSET | Timex.ADJ_NANO));
    assertEquals(from + 5 * SECOND, clock.nanos(), 20_000);
    timex.timeSec = -1_000_000;
    assertEquals(-Timex.EINVAL, adjust(clock, Timex.ADJ_SETOFFSET | Timex.ADJ_NANO));
    assertThrows(
        IllegalArgumentException.class, () -> shop.keeping.aux().enable(AuxClocks.LAST + 1));
  }

  @Test
  void disabledMeansNoDevice() {
    AuxClocks aux = shop.keeping.aux();
    assertTrue(aux.find(17).isEmpty());
    AuxClock clock = aux.enable(17);
    timex.freq = 100 << 16;
    adjust(clock, Timex.ADJ_FREQUENCY);
    clock.set(5);
    aux.disable(17);
    aux.disable("no such clock");
    assertFalse(clock.isEnabled());
    assertThrows(IllegalStateException.class, clock::nanos);
    assertThrows(IllegalStateException.class, () -> clock.set(1));
    assertEquals(-AuxClocks.ENODEV, adjust(clock, 0));
    shop.pass(SECOND);
    assertEquals(clock, aux.enable(17));
    assertEquals(shop.clocks.rawNanos(), clock.nanos(), "begins anew");
    shop.pass(100 * SECOND);
    assertEquals(shop.clocks.rawNanos(), clock.nanos(), "at the nominal rate");
    adjust(clock, 0);
    assertEquals(0, timex.freq);
  }

  /** As many as one likes, by name; each slews by itself; all follow a change of the counter. */
  @Test
  void manyFollowTheCounter() {
    AuxClock[] clocks = new AuxClock[20];
    for (int i = 0; i < clocks.length; i++) {
      clocks[i] = shop.keeping.aux().enable("domain " + i);
      clocks[i].set((i + 1) * 1_000 * SECOND);
      timex.freq = (i - 10L) << 20;
      adjust(clocks[i], Timex.ADJ_FREQUENCY);
    }
    assertEquals(20, shop.keeping.aux().all().size());
    var other = shop.counter(24_000_000, 64, 300);
    shop.keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0);
    shop.run(5 * SECOND, SECOND);
    long[] from = new long[clocks.length];
    for (int i = 0; i < clocks.length; i++) {
      assertEquals(300, clocks[i].clocks().snapshot(new Snapshot()).clocksourceId());
      from[i] = clocks[i].nanos();
    }
    shop.pass(10 * SECOND);
    for (int i = 0; i < clocks.length; i++) {
      assertEquals(10 * SECOND + (i - 10) * 160_000L, clocks[i].nanos() - from[i], 100);
    }
    // Idle for longer than the gap guard: nothing of it may be lost.
    long idle = clocks[10].nanos();
    shop.pass(50 * SECOND);
    shop.keeping.suspend();
    assertEquals(idle + 50 * SECOND, clocks[10].nanos(), 100_000);
    long stopped = clocks[3].nanos();
    shop.pass(100 * SECOND);
    assertEquals(stopped, clocks[3].nanos());
    shop.keeping.resume(100 * SECOND);
    shop.pass(SECOND);
    assertEquals(stopped + SECOND, clocks[3].nanos(), 1_000_000);
  }

  /** In memory that is given: another reader of the same page agrees. */
  @Test
  void onAPageOfItsOwn() {
    long address = Memory.allocate(Page.totalBytes(16), 64);
    Page page = Page.format(address, 16, new PageIdentity(1, 2, 3, 4, 5));
    AuxClock clock = shop.keeping.aux().enable("shared", page);
    clock.set(777 * SECOND);
    Timeline reader =
        new Timeline(page, shop.clocks.timeline().counters(), true, GapProbe.TRUSTING);
    assertEquals(clock.nanos(), reader.realtime());
    assertThrows(
        IllegalArgumentException.class, () -> shop.keeping.aux().enable("shared", page));
  }

  /** A page that somebody else takes over ends the clock on it, and nothing else. */
  @Test
  void oneWhosePageIsTakenOverHindersNobody() {
    shop.keeping.addListener(shop);
    long address = Memory.allocate(Page.totalBytes(16), 64);
    Page page = Page.format(address, 16, new PageIdentity(1, 2, 3, 4, 5));
    AuxClock lost = shop.keeping.aux().enable("shared", page);
    AuxClock other = shop.keeping.aux().enable("other");
    timex.offset = 100_000;
    adjust(lost, Timex.ADJ_OFFSET_SINGLESHOT);
    shop.adjustStatus(Timex.STA_INS);
    shop.pass(2 * SECOND);
    shop.keeping.advance();
    page.takeOver(1, 1);
    shop.run(2 * 86_400 * SECOND, 3_600 * SECOND);
    assertFalse(lost.isEnabled(), "it cannot be steered any more");
    assertTrue(other.isEnabled());
    assertEquals("set 1", shop.heard.getFirst(), "the leap second was told");
    AuxClock again = shop.keeping.aux().enable("shared");
    assertEquals(shop.clocks.rawNanos(), again.nanos());
    again.set(5 * SECOND);
    assertEquals(again, shop.keeping.aux().find("shared").orElseThrow());
    assertEquals(2, shop.keeping.aux().all().size());
    var next = shop.counter(24_000_000, 64, 399);
    shop.keeping.changeClocksource(next, Slope.ofFrequency(24_000_000), 0);
    assertAllOn(399, other, again);
    assertFalse(lost.isEnabled());
  }

  /** The discipline of one of them slews, and ends in time. */
  @Test
  void slews() {
    AuxClock clock = shop.keeping.aux().enable(16);
    timex.status = Timex.STA_PLL;
    timex.offset = 1_000_000;
    timex.constant = 0;
    adjust(
        clock, Timex.ADJ_STATUS | Timex.ADJ_OFFSET | Timex.ADJ_NANO | Timex.ADJ_TIMECONST);
    long from = clock.nanos();
    long truth = shop.trueNanos.get();
    shop.run(100 * SECOND, SECOND / 2);
    long gained = clock.nanos() - from - (shop.trueNanos.get() - truth);
    assertEquals(1_000_000, gained, 20_000);
    adjust(clock, 0);
    assertEquals(0, timex.offset);
  }

  /** An auxiliary clock on another counter than the timekeeper's, if any. */
  private void assertAllOn(long id, AuxClock... clocks) {
    assertEquals(id, shop.clocks.snapshot(new Snapshot()).clocksourceId());
    for (AuxClock each : clocks) {
      assertEquals(id, each.clocks().snapshot(new Snapshot()).clocksourceId(), each.name());
    }
  }

  /** Planted: a counter that fails now and then while an auxiliary line is measured over to it. */
  @Test
  void aChangeThatFailsOnceDoesNotLeaveOneBehind() {
    for (int every : new int[] {30, 50, 70}) {
      long id = 300 + every;
      AuxClock one = shop.keeping.aux().enable("one");
      AuxClock two = shop.keeping.aux().enable("two");
      int[] reads = new int[1];
      boolean[] fails = {true};
      // The main line's own change takes some 24 reads or more.
      var other =
          new Delayed(
              shop.counter(24_000_000, 64, id),
              () -> {
                shop.trueNanos.addAndGet(40);
                if (fails[0] && ++reads[0] == every) {
                  throw new IllegalStateException("planted");
                }
              });
      long before = one.nanos();
      try {
        shop.keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0);
      } catch (IllegalStateException ofTheMainLine) {
        assertTrue(every == 30, "the main line has changed: nobody is to hear of an auxiliary one");
        fails[0] = false;
        shop.keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0);
      }
      fails[0] = false;
      shop.pass(SECOND);
      assertAllOn(id, one, two);
      assertEquals(before + SECOND, one.nanos(), 2_000_000);
      assertTrue(one.isEnabled() && two.isEnabled());
    }
  }

  /** Planted: the page of one of them was taken over, so that it cannot follow. */
  @Test
  void aLineThatCannotFollowIsDisabledAndTheOthersGoOn() {
    long address = Memory.allocate(Page.totalBytes(16), 64);
    Page page = Page.format(address, 16, new PageIdentity(1, 2, 3, 4, 5));
    AuxClock lost = shop.keeping.aux().enable("lost", page);
    AuxClock kept = shop.keeping.aux().enable("kept");
    page.takeOver(42, 43);
    var other = shop.counter(24_000_000, 64, 300);
    shop.keeping.changeClocksource(other, Slope.ofFrequency(24_000_000), 0);
    shop.pass(SECOND);
    assertAllOn(300, kept);
    assertFalse(lost.isEnabled());
    timex.modes = 0;
    assertEquals(-AuxClocks.ENODEV, lost.adjtimex(timex, true));
    assertThrows(AssertionError.class, () -> assertAllOn(300, kept, lost), "the check sees it");
    shop.keeping.suspend();
    shop.keeping.resume(SECOND);
    assertTrue(kept.isEnabled());
  }

  private void assertGoesAsRaw(AuxClock clock) {
    long from = clock.nanos() - shop.clocks.rawNanos();
    shop.pass(100 * SECOND);
    assertEquals(from, clock.nanos() - shop.clocks.rawNanos());
  }

  /** The planted fault: a clock that is off the nominal rate by the least that adjtimex knows. */
  @Test
  void theLeastOfRateIsSeen() {
    AuxClock clock = shop.keeping.aux().enable(16);
    assertGoesAsRaw(clock);
    timex.freq = 1 << 6;
    adjust(clock, Timex.ADJ_FREQUENCY);
    assertThrows(AssertionError.class, () -> assertGoesAsRaw(clock));
  }
}
