package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.fixed.Fixed;
import org.timehands.page.PageOwner;
import org.timehands.timeline.History;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * Stamps that are taken by several threads and by two other processes during ten thousand updates,
 * steps and slews convert afterwards to exactly what was read then (4-01, 4-05, 4-06, 4-13, N10). A
 * reader that lost the horizon three times in a row answers the last promised cycle: the times are
 * that cycle's, the bounds cover what lies between (TimelineTest.whoLosesThreeTimesIsHeld).
 */
class PurityTest {
  private static final long SEED = 0x7153_0201L;
  private static final int UPDATES = 10_000;
  private static final int SLOTS = 16_384;
  private static final int THREADS = 3;
  private static final int LOG_LIMIT = 60_000;

  @TempDir Path temp;

  @Test
  void whatWasReadIsWhatHistorySays() throws Exception {
    System.out.println(
        "PurityTest seed " + SEED + ", replay: mvn -pl core,sim,stress -am test -Dtest=PurityTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false");
    Path page = temp.resolve("page");
    try (PageOwner owner = OwnerMain.open(page, SLOTS);
        Herd herd = Herd.start("page", page, temp)) {
      AtomicBoolean done = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<List<LiveLine>>> logs = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        logs.add(threads.submit(() -> read(owner.timeline(), done)));
      }
      update(owner.writer());
      done.set(true);
      herd.stop();
      herd.assertNeverBackward();
      List<LiveLine> lines = herd.lines();
      final int elsewhere = lines.size();
      for (Future<List<LiveLine>> each : logs) {
        lines.addAll(log(each));
      }
      threads.shutdown();
      check(owner, lines, elsewhere, herd.summary());
    }
  }

  private static void check(
      PageOwner owner, List<LiveLine> lines, int elsewhere, String summary) {
    History history = new History(owner.page());
    assertTrue(history.newest() >= UPDATES, "updates: " + history.newest());
    assertTrue(elsewhere > 1000 && lines.size() > elsewhere + 1000, lines.size() + " stamps");
    assertEquals(0, Herd.impure(lines, history));
    System.out.println(
        "PurityTest: " + history.newest() + " updates, " + elsewhere + " stamps of two processes, "
            + (lines.size() - elsewhere) + " of " + THREADS + " threads, all as read; " + summary);
    // Planted: one value that differs by a nanosecond.
    LiveLine last = lines.removeLast();
    long later = last.cycles() + 1_000;
    lines.add(new LiveLine(last.clocksource(), later, last.lateNanos(), last.told()));
    assertEquals(1, Herd.impure(lines, history));
  }

  private static void update(TimelineWriter writer) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < UPDATES; i++) {
      long appended = writer.append(anything(random));
      if (i % 4 == 0) {
        writer.awaitCommit(appended);
      }
    }
  }

  private static TimelineWriter.Edit anything(SplittableRandom random) {
    long ppt = random.nextLong(-2 * OwnerMain.SLEW_PPT, 2 * OwnerMain.SLEW_PPT);
    int kind = random.nextInt(4);
    long step = random.nextLong(-2_000_000_000L, 2_000_000_000L);
    long error = random.nextLong(1L << 30);
    long rate = Fixed.ratePpb(random.nextLong(1_000_000));
    return next -> {
      next.setRate(next.rawRate().plusPpt(ppt));
      next.errorNanos = error;
      next.errorRate = rate;
      switch (kind) {
        case 0 -> next.realOffsetNanos += step;
        case 1 -> next.taiOffsetNanos += step;
        case 2 -> next.setLeap(next.monoBaseNanos + error % 100_000, step < 0 ? -1 : 1);
        default -> next.setLeap(0, 0);
      }
    };
  }

  private static List<LiveLine> read(Timeline timeline, AtomicBoolean done) {
    List<LiveLine> log = new ArrayList<>();
    Sample sample = new Sample();
    long last = Long.MIN_VALUE;
    while (!done.get() && log.size() < LOG_LIMIT) {
      timeline.sample(sample);
      assertTrue(sample.monoNanos() >= last, "time went back in a thread");
      last = sample.monoNanos();
      log.add(LiveLine.of(sample));
      for (int i = 0; i < 200; i++) {
        long next = timeline.monotonic();
        assertTrue(next >= last, "time went back in a thread");
        last = next;
      }
    }
    return log;
  }

  private static List<LiveLine> log(Future<List<LiveLine>> thread)
      throws IOException, InterruptedException {
    try {
      return thread.get();
    } catch (ExecutionException failed) {
      throw new AssertionError("a reading thread failed", failed.getCause());
    }
  }

  @Test
  void theComparisonSeesAnotherTimeAndABoundThatIsNotTheCycles() {
    LiveLine history = LiveLine.parse("1 900 0 2 3 4 5 6 7 80 90 100");
    assertTrue(LiveLine.parse("1 900 0 2 3 4 5 6 7 80 90 100").agreesWith(history));
    assertFalse(LiveLine.parse("1 900 0 2 3 4 5 6 8 80 90 100").agreesWith(history), "a time");
    assertFalse(LiveLine.parse("1 900 0 2 3 4 5 6 7 81 90 100").agreesWith(history), "not held");
    assertFalse(LiveLine.parse("1 900 0 2 3 4 5 6 7 79 90 100").agreesWith(history), "smaller");
    // Held 50 ns before the present: the bounds have grown by so much, and little more.
    assertTrue(LiveLine.parse("1 900 50 2 3 4 5 6 7 130 141 150").agreesWith(history));
    assertFalse(LiveLine.parse("1 900 50 2 3 4 5 6 7 130 139 150").agreesWith(history), "a lie");
    assertFalse(LiveLine.parse("1 900 50 2 3 4 5 6 7 130 140 251").agreesWith(history), "too much");
    assertFalse(LiveLine.parse("1 900 50 2 3 4 5 6 8 130 140 150").agreesWith(history), "a time");
  }
}
