package org.timehands.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSources;
import org.timehands.linux.Memory;
import org.timehands.rate.CounterRate;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Counters;
import org.timehands.timeline.GapProbe;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Sample;
import org.timehands.timeline.Timeline;
import org.timehands.timeline.TimelineWriter;

/**
 * Messages between threads on the machine's own counter, stamped on both sides while the timeline
 * is steered all the time: 0-02, A12, N7. Ten million by default; {@code -Dtimehands.handoffs=}
 * says how many instead, 1000000000 is the long mode.
 */
class HandOffTest {
  private static final long HAND_OFFS = Long.getLong("timehands.handoffs", 10_000_000L);
  private static final int A_ROUND = 200_000;
  private static final long SLEW_PPT = 500_000_000L;
  private static final int SPINS = 200;

  /** How the receiver stamps. */
  private enum Receiver {
    /** As it should. */
    ORDERED,
    /** Planted: with the stamp of a sender, which the processor may sample early. */
    RELAXED,
    /** Planted: before it looks whether there is a message. */
    HOISTED
  }

  /** A timeline on the best counter there is, steered up and down by a thread of its own. */
  private static final class Steered implements AutoCloseable {
    private final long address = Memory.allocate(Page.totalBytes(4096), 4096);
    private final AtomicBoolean done = new AtomicBoolean();
    private final TimelineWriter writer;
    private final Thread steering;
    final TraceClock clock;
    final Timeline timeline;

    Steered() {
      Candidate best = ClockSources.best();
      Counters counters = new Counters(best.source());
      Page page = Page.format(address, 4096, new PageIdentity(1, 2, 3, 4, 5));
      writer = TimelineWriter.begin(page, counters, next -> first(next, best));
      timeline = new Timeline(page, counters, true, GapProbe.TRUSTING);
      clock = new TraceClock(new Timekeeper(timeline));
      steering = Thread.ofPlatform().daemon().start(() -> steer(best.rate()));
    }

    private static void first(org.timehands.timeline.Segment next, Candidate best) {
      next.clocksourceId = best.source().id();
      next.setWidthBits(best.source().widthBits());
      next.startCycles = best.source().read();
      next.setRate(best.rate());
      next.setRawRate(best.rate());
      next.stepCycles = best.source().frequencyHz() / 10_000;
      next.gapCycles = best.source().frequencyHz();
    }

    private void steer(CounterRate nominal) {
      SplittableRandom random = new SplittableRandom(7);
      while (!done.get()) {
        long ppt = random.nextLong(-SLEW_PPT, SLEW_PPT);
        long step = random.nextLong(-1_000_000, 1_000_000);
        writer.awaitCommit(
            writer.append(
                next -> {
                  next.setRate(nominal.plusPpt(ppt));
                  next.realOffsetNanos += step;
                }));
        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
      }
    }

    @Override
    public void close() {
      done.set(true);
      try {
        steering.join();
        Memory.free(address);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void tenMillionHandOffsContradictNothing() throws Exception {
    try (Steered steered = new Steered();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Pair pair = new Pair(steered, Receiver.ORDERED);
      long messages = 0;
      long outOfOrder = 0;
      while (messages < HAND_OFFS) {
        pair.round(threads);
        OrderCheck check = new OrderCheck();
        outOfOrder += pair.merge(check).outOfOrder();
        assertTrue(check.isSound(), check + ", after " + messages + " more");
        assertEquals(0, check.halves());
        messages += check.messages();
      }
      assertEquals(0, outOfOrder);
      System.out.println("HandOffTest: " + messages + " messages, none received before sent");
    }
  }

  /** A12, the mutants: the stamp taken too early by the program, and too early by the processor. */
  @Test
  void theCheckFindsReceiversThatStampTooEarly() throws Exception {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two processors");
    try (Steered steered = new Steered();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      long hoisted = 0;
      long messages = 0;
      Pair pair = new Pair(steered, Receiver.HOISTED);
      while (hoisted == 0 && messages < 20_000_000) {
        pair.round(threads);
        OrderCheck check = new OrderCheck();
        pair.merge(check);
        hoisted += check.receivedBeforeSent();
        messages += check.messages();
      }
      assertTrue(hoisted > 0, "none found in " + messages);
      // What the processor does is its own business; it is told, not demanded.
      Pair relaxed = new Pair(steered, Receiver.RELAXED);
      OrderCheck check = new OrderCheck();
      relaxed.round(threads);
      relaxed.merge(check);
      System.out.println(
          "HandOffTest, planted: stamped before taking, " + hoisted + " of " + messages
              + " found; stamped relaxed, " + check.receivedBeforeSent() + " of "
              + check.messages());
    }
  }

  /** Two threads that send each other messages as fast as they can. */
  private static final class Pair {
    private final Steered steered;
    private final Receiver receiver;
    private final List<TraceRecorder> recorders = new ArrayList<>();
    private final List<TraceLog> planted = new ArrayList<>();
    private final Mailbox[] boxes = {new Mailbox(), new Mailbox()};

    Pair(Steered steered, Receiver receiver) {
      this.steered = steered;
      this.receiver = receiver;
      for (int i = 0; i < 2; i++) {
        recorders.add(steered.clock.recorder("thread " + i, A_ROUND + 1));
        planted.add(new TraceLog("planted " + i, A_ROUND));
      }
    }

    void round(ExecutorService threads) throws InterruptedException, ExecutionException {
      Future<?> other = threads.submit(() -> talk(1));
      Future<?> one = threads.submit(() -> talk(0));
      one.get();
      other.get();
    }

    private void talk(int me) {
      TraceRecorder recorder = recorders.get(me);
      TraceLog early = planted.get(me);
      recorder.clear();
      early.clear();
      int toSend = A_ROUND / 2;
      int toTake = A_ROUND / 2;
      int idle = 0;
      while (toSend > 0 || toTake > 0) {
        boolean moved = false;
        if (toTake > 0 && take(boxes[me], recorder, early)) {
          toTake--;
          moved = true;
        }
        // Drained first, so that messages are taken while they are hot.
        if (!moved && toSend > 0 && boxes[1 - me].hasRoom()) {
          long message = toSend * 2L + me + 1;
          recorder.send(message);
          boxes[1 - me].put(message);
          toSend--;
          moved = true;
        }
        idle = moved ? 0 : idle + 1;
        if (idle > SPINS) {
          Thread.yield();
        }
      }
    }

    private boolean take(Mailbox box, TraceRecorder recorder, TraceLog early) {
      long before = 0;
      if (receiver == Receiver.HOISTED) {
        before = steered.clock.cycles(steered.clock.stampOrdered());
      }
      long message = box.take();
      if (message == 0) {
        return false;
      }
      switch (receiver) {
        case ORDERED -> recorder.receive(message);
        case RELAXED -> {
          long stamp = steered.clock.stamp();
          early.add(
              steered.clock.clocksourceId(stamp), steered.clock.cycles(stamp),
              TraceKind.RECEIVE, message);
        }
        default ->
            early.add(
                steered.clock.clocksourceId(steered.clock.stamp()), before, TraceKind.RECEIVE,
                message);
      }
      return true;
    }

    TraceMerge.Summary merge(OrderCheck check) {
      steered.timeline.sample(new Sample());
      TraceMerge merge = new TraceMerge(steered.clock.converter());
      recorders.forEach(merge::add);
      planted.forEach(merge::add);
      TraceMerge.Summary told = merge.merge(check);
      assertEquals(told.events(), told.exact(), "all were promised: " + told);
      return told;
    }
  }
}
