package org.timehands.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.testing.Seeds;

/** One order of all that was traced: 0-02, N7. */
class TraceMergeTest {
  private static final long X = TraceStage.X;

  private static String merged(TraceStage stage, TraceStream... streams) {
    TraceMerge merge = new TraceMerge(stage.clock.converter());
    List<String> order = new ArrayList<>();
    for (TraceStream each : streams) {
      merge.add(each);
    }
    merge.merge(event -> order.add(event.stream().name() + event.message()));
    return String.join(" ", order);
  }

  private static TraceLog log(String name, Object... events) {
    TraceLog log = new TraceLog(name, 100);
    for (int i = 0; i < events.length; i += 3) {
      log.add(X, ((Number) events[i]).longValue(), (TraceKind) events[i + 1],
          ((Number) events[i + 2]).longValue());
    }
    return log;
  }

  @Test
  void timesDecideThenCyclesThenMessages() {
    try (TraceStage stage = new TraceStage(8)) {
      stage.x.cycles = 2000;
      stage.timeline.monotonic();
      TraceLog a = log("a", 1001, TraceKind.LOCAL, 1, 1005, TraceKind.SEND, 7);
      TraceLog b = log("b", 1000, TraceKind.LOCAL, 1, 1004, TraceKind.LOCAL, 2);
      assertEquals("b1 a1 b2 a7", merged(stage, a, b));
      // One stamp for all: c passes on what it got from a; b hears of it last.
      TraceLog c = log("c", 1005, TraceKind.RECEIVE, 7, 1005, TraceKind.SEND, 8);
      TraceLog last = log("d", 1005, TraceKind.RECEIVE, 8, 1005, TraceKind.LOCAL, 9);
      assertEquals("a1 a7 c7 c8 d8 d9", merged(stage, last, c, a));
      assertEquals("a1 a7 c7 c8 d8 d9", merged(stage, c, a, last));
      assertEquals("", merged(stage));
      assertEquals("", merged(stage, log("empty")));
    }
  }

  @Test
  void messagesInARingEndAllTheSame() {
    try (TraceStage stage = new TraceStage(8)) {
      TraceLog a = log("a", 1005, TraceKind.RECEIVE, 2, 1005, TraceKind.SEND, 1);
      TraceLog b = log("b", 1005, TraceKind.RECEIVE, 1, 1005, TraceKind.SEND, 2);
      assertEquals("a2 a1 b1 b2", merged(stage, a, b));
    }
  }

  @Test
  void whatHasNoTimeStaysBesideItsNeighbour() {
    try (TraceStage stage = new TraceStage(8)) {
      stage.x.cycles = 2000;
      stage.timeline.monotonic();
      TraceLog a = new TraceLog("a", 5);
      a.add(X, 900, TraceKind.LOCAL, 1);
      a.add(X, 1500, TraceKind.LOCAL, 2);
      a.add(9, 5, TraceKind.LOCAL, 3);
      a.add(X, 1600, TraceKind.LOCAL, 4);
      a.add(X, 1550, TraceKind.LOCAL, 5);
      TraceLog b = log("b", 1400, TraceKind.LOCAL, 1, 1550, TraceKind.LOCAL, 2);
      assertEquals("a1 b1 a2 a3 b2 a4 a5", merged(stage, a, b));
      TraceMerge.Summary told =
          new TraceMerge(stage.clock.converter()).add(a).add(b).merge(event -> {});
      assertEquals(new TraceMerge.Summary(7, 5, 0, 0, 2, 1), told);
    }
  }

  @Test
  void eventsBeyondThePromiseArePredicted() {
    try (TraceStage stage = new TraceStage(8)) {
      stage.promise();
      stage.writer.tryAppendBridge(0, next -> {}, 5000, next -> {});
      TraceLog a = log("a", 1050, TraceKind.LOCAL, 1, 3000, TraceKind.LOCAL, 2, 9000,
          TraceKind.LOCAL, 3);
      TraceMerge.Summary told =
          new TraceMerge(stage.clock.converter()).add(a).merge(event -> {});
      assertEquals(new TraceMerge.Summary(3, 1, 1, 1, 0, 0), told);
    }
  }

  /**
   * Threads that pass messages at random, on counters so coarse that many events share a stamp; the
   * merge gives an order that no message and no thread contradicts.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void anyExchangeOfMessagesIsOrdered(int coarse) {
    Seeds.forEach(
        TraceMergeTest.class,
        60,
        random -> {
          try (TraceStage stage = new TraceStage(64)) {
            List<TraceRecorder> threads = exchange(stage, random, coarse);
            TraceMerge merge = new TraceMerge(stage.clock.converter());
            threads.forEach(merge::add);
            OrderCheck check = new OrderCheck();
            int[] next = new int[threads.size()];
            TraceMerge.Summary told =
                merge.merge(
                    event -> {
                      assertEquals(next[event.streamNumber()]++, event.index());
                      check.accept(event);
                    });
            assertTrue(check.isSound(), check.toString());
            assertTrue(check.messages() > 100, check.toString());
            assertEquals(0, told.outOfOrder());
            assertEquals(0, check.repeated());
          }
        });
  }

  private static List<TraceRecorder> exchange(
      TraceStage stage, SplittableRandom random, int coarse) {
    List<TraceRecorder> threads = new ArrayList<>();
    List<ArrayDeque<Long>> boxes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      threads.add(stage.clock.recorder("t" + i, 4000));
      boxes.add(new ArrayDeque<>());
    }
    long message = 0;
    long fine = 0;
    for (int step = 0; step < 3000; step++) {
      fine += random.nextInt(4);
      stage.x.cycles = 1000 + fine / coarse;
      int who = random.nextInt(threads.size());
      switch (random.nextInt(4)) {
        case 0 -> threads.get(who).local(-step);
        case 1, 2 -> {
          threads.get(who).send(++message);
          boxes.get(random.nextInt(boxes.size())).add(message);
        }
        default -> {
          Long taken = boxes.get(who).poll();
          if (taken != null) {
            threads.get(who).receive(taken);
          }
        }
      }
      if (random.nextInt(100) == 0) {
        long ppt = random.nextLong(-500_000_000, 500_000_000);
        stage.writer.append(each -> each.setRate(each.rate().plusPpt(ppt)));
      }
    }
    stage.timeline.monotonic();
    return threads;
  }

  /** A12, in simulation: the processor samples up to 40 cycles before the message has come. */
  @Test
  void aRelaxedStampAtTheReceiverIsFoundOut() {
    try (TraceStage stage = new TraceStage(64)) {
      stage.x.earlyCycles = 40;
      TraceRecorder sender = stage.clock.recorder("sender", 1000);
      TraceRecorder ordered = stage.clock.recorder("ordered", 1000);
      TraceRecorder planted = stage.clock.recorder("planted", 1000);
      TraceLog relaxed = new TraceLog("relaxed", 1000);
      for (int i = 0; i < 1000; i++) {
        stage.x.cycles += 7;
        // What its thread writes waits for the count: early for others is not early for it.
        stage.x.earlyCycles = 0;
        sender.send(i);
        stage.x.cycles += i % 80;
        ordered.receive(i);
        stage.x.earlyCycles = 40;
        // The planted mutant: as TraceRecorder.receive would be with a relaxed stamp.
        relaxed.add(X, planted.local(i), TraceKind.RECEIVE, i);
      }
      stage.timeline.monotonic();
      OrderCheck right = new OrderCheck();
      new TraceMerge(stage.clock.converter()).add(sender).add(ordered).merge(right);
      assertTrue(right.isSound(), right.toString());
      assertEquals(1000, right.messages());
      OrderCheck wrong = new OrderCheck();
      new TraceMerge(stage.clock.converter()).add(sender).add(relaxed).merge(wrong);
      assertTrue(wrong.receivedBeforeSent() > 400, wrong.toString());
    }
  }

  /** The planted faults of the check itself: a counter that differs, an order that is shuffled. */
  @Test
  void theCheckSeesTimesAndCyclesThatFall() {
    try (TraceStage stage = new TraceStage(8)) {
      stage.x.cycles = 3000;
      stage.timeline.monotonic();
      TraceLog one = log("a", 1500, TraceKind.LOCAL, 1, 1400, TraceKind.LOCAL, 2);
      OrderCheck check = new OrderCheck();
      new TraceMerge(stage.clock.converter()).add(one).merge(check);
      assertEquals(1, check.timesFell());
      assertEquals(1, check.cyclesFell());
      TraceLog twice = log("b", 1500, TraceKind.SEND, 1, 1501, TraceKind.SEND, 1, 1502,
          TraceKind.RECEIVE, 5);
      check = new OrderCheck();
      new TraceMerge(stage.clock.converter()).add(twice).merge(check);
      assertEquals(1, check.repeated());
      assertEquals(2, check.halves());
      assertTrue(check.isSound());
    }
  }

  @Test
  void tracesTravelAsText() throws IOException {
    TraceLog a = log("a b", -5, TraceKind.SEND, Long.MIN_VALUE, 7, TraceKind.RECEIVE, 3);
    a.add(X + 1, 8, TraceKind.LOCAL, 0);
    StringBuilder text = new StringBuilder();
    TraceText.write(a, text);
    TraceText.write(log("empty"), text);
    BufferedReader in = new BufferedReader(new StringReader(text.toString()));
    TraceStream back = TraceText.read(in);
    assertEquals("a b", back.name());
    StringBuilder again = new StringBuilder();
    TraceText.write(back, again);
    assertTrue(text.toString().startsWith(again.toString()));
    assertEquals(0, TraceText.read(in).size());
    assertEquals(null, TraceText.read(in));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "x", "# timehands trace 2 0 a", "# timehands trace 1 a b", "# timehands trace 1 1 a\n",
        "# timehands trace 1 1 a\nL 1 2", "# timehands trace 1 1 a\nQ 1 2 3",
        "# timehands trace 1 1 a\nL 1 x 3", "# timehands trace 1 -1 a",
        "# timehands trace 1 999999999 a"
      })
  void brokenTracesAreRefused(String text) {
    BufferedReader in = new BufferedReader(new StringReader(text + "\n"));
    assertThrows(IOException.class, () -> TraceText.read(in));
  }
}
