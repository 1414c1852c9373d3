package org.timehands.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.fixed.Slope;
import org.timehands.journal.Hindsight;
import org.timehands.journal.HindsightEstimate;
import org.timehands.journal.Journal;
import org.timehands.journal.JournalConverter;
import org.timehands.journal.JournalOptions;
import org.timehands.journal.JournalWriter;
import org.timehands.journal.ReferenceSample;
import org.timehands.timeline.History.Found;
import org.timehands.timeline.Sample;

/** The daemon's journal: what its follower samples and publishes is there afterwards. */
class JournalFeedTest {
  private static final long SECOND = SimulatedHost.SECOND;

  @TempDir private Path scratch;

  /** What is read beside a follower that steers converts, and hindsight finds the host's time. */
  @Test
  void samplesAndSegmentsAreKept() throws IOException {
    List<Sample> read = new ArrayList<>();
    List<Long> truth = new ArrayList<>();
    try (SimulatedHost host = new SimulatedHost(5, StepPolicy.FOLLOW, 20)) {
      JournalFeed feed =
          JournalFeed.start(scratch, host.writer.page(), JournalOptions.defaults());
      host.follower.setSampleListener(feed);
      host.setHostPpm(-12);
      for (int i = 0; i < 100; i++) {
        host.follow(SECOND);
        Sample sample = new Sample();
        host.timeline.sample(sample);
        read.add(sample);
        truth.add(host.hostReal());
      }
      assertEquals(0, feed.droppedSamples());
      feed.close();
      assertEquals(Optional.empty(), feed.trouble());
      assertTrue(feed.status().samples() >= 100, feed.status().toString());
      assertEquals(host.steering.steps(), 0);
    }
    Journal journal = Journal.open(scratch);
    JournalConverter converter = journal.converter();
    Hindsight hindsight = Hindsight.of(journal.timelines().getFirst());
    HindsightEstimate estimate = new HindsightEstimate();
    assertEquals(1, hindsight.arcCount());
    for (int i = 0; i < read.size() - 1; i++) {
      Sample then = read.get(i);
      Sample now = new Sample();
      assertEquals(Found.EXACT, converter.convert(then.clocksourceId(), then.cycles(), now));
      assertEquals(then.realNanos(), now.realNanos());
      assertTrue(hindsight.at(now, estimate), "stamp " + i);
      long error = Math.abs(estimate.realNanos - truth.get(i));
      assertTrue(error <= estimate.boundNanos, error + " of " + estimate.boundNanos);
      assertTrue(error <= 60, "a bracket is 60 ns, hindsight is off by " + error);
    }
  }

  /** A step of the host parts hindsight; what is between is not guessed. */
  @Test
  void aStepOfTheHostPartsHindsight() throws IOException {
    try (SimulatedHost host = new SimulatedHost(6, StepPolicy.FOLLOW, 0)) {
      try (JournalFeed feed =
          JournalFeed.start(scratch, host.writer.page(), JournalOptions.defaults())) {
        host.follower.setSampleListener(feed);
        host.follow(30 * SECOND);
        host.stepReal(SECOND / 2);
        host.follow(30 * SECOND);
        host.follower.setSampleListener(SampleListener.NONE);
      }
    }
    Hindsight hindsight = Hindsight.of(Journal.open(scratch).timelines().getFirst());
    assertEquals(2, hindsight.arcCount());
  }

  /** The follower never waits: with nobody writing, the oldest samples go, and it is said. */
  @Test
  void aFullRoomDropsTheOldest() throws IOException {
    try (SimulatedHost host = new SimulatedHost(7, StepPolicy.FOLLOW, 0)) {
      JournalFeed feed =
          JournalFeed.start(scratch, host.writer.page(), JournalOptions.defaults());
      HostSample sample = new HostSample();
      for (int i = 0; i < 100 * JournalFeed.ROOM; i++) {
        sample.cycles = i;
        feed.sampled(sample, SimulatedHost.ID);
      }
      assertTrue(feed.droppedSamples() > 50 * JournalFeed.ROOM, feed.droppedSamples() + "");
      feed.close();
      assertFalse(feed.status().samples() == 0);
    }
  }

  /** A20 and 4-07 on disk: stamps on both sides of changes of the counter, and hindsight. */
  @Test
  void changesOfTheCounterAreKept() throws IOException {
    List<Sample> read = new ArrayList<>();
    List<Long> truth = new ArrayList<>();
    try (SimulatedHost host = new SimulatedHost(8, StepPolicy.FOLLOW, 20)) {
      ReferenceSample sample = new ReferenceSample();
      JournalWriter writer =
          JournalWriter.open(scratch, host.writer.page(), JournalOptions.defaults());
      host.follower.setSampleListener(
          (taken, id) -> {
            JournalFeed.copy(taken, id, sample);
            append(writer, sample);
          });
      SimulatedHost.Second second = host.second(300, SECOND, -15);
      for (int i = 0; i < 90; i++) {
        if (i == 30) {
          host.follower.changeCounter(second, Slope.ofFrequency(SECOND), 20_000, second);
        } else if (i == 60) {
          Slope slope = Slope.ofFrequency(SimulatedHost.FREQUENCY);
          host.follower.changeCounter(host, slope, 20_000, host);
        }
        host.follow(SECOND);
        Sample now = new Sample();
        host.timeline.sample(now);
        read.add(now);
        truth.add(host.hostReal());
        writer.poll();
      }
      writer.close();
    }
    Journal journal = Journal.open(scratch);
    JournalConverter converter = journal.converter();
    Hindsight hindsight = Hindsight.of(journal.timelines().getFirst());
    HindsightEstimate estimate = new HindsightEstimate();
    assertEquals(3, hindsight.arcCount());
    int estimates = 0;
    for (int i = 0; i < read.size(); i++) {
      Sample then = read.get(i);
      Sample now = new Sample();
      assertEquals(Found.EXACT, converter.convert(then.clocksourceId(), then.cycles(), now));
      assertEquals(then.realNanos(), now.realNanos());
      if (hindsight.at(now, estimate)) {
        long error = Math.abs(estimate.realNanos - truth.get(i));
        assertTrue(error <= estimate.boundNanos, error + " of " + estimate.boundNanos);
        estimates++;
      }
    }
    assertTrue(estimates > 80, estimates + " estimates");
  }

  private static void append(JournalWriter writer, ReferenceSample sample) {
    try {
      writer.append(sample);
    } catch (IOException lost) {
      throw new UncheckedIOException(lost);
    }
  }
}
