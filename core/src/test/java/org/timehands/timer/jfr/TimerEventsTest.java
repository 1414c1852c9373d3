package org.timehands.timer.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.clockevent.SimulatedDevice;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockView;
import org.timehands.timer.TimerCallback.Next;
import org.timehands.timer.TimerClocks;
import org.timehands.timer.TimerOptions;
import org.timehands.timer.TimerReports;
import org.timehands.timer.Timers;

/** Events of timers in a recording: what was asked for, and nothing else. */
class TimerEventsTest {
  private static final long MILLI = 1_000_000;

  @TempDir private Path scratch;
  private long nowNanos = 1_000 * MILLI;

  private final TimerClocks clocks =
      new TimerClocks() {
        @Override
        public void read(ClockView into) {
          into.set(nowNanos, nowNanos, nowNanos, nowNanos);
        }

        @Override
        public long monotonicNanos() {
          return nowNanos;
        }
      };

  /** 3-35: a callback that is always due again, and takes 50 ms each time. */
  private void misbehave(Timers timers) {
    timers
        .timer(
            (timer, now) -> {
              nowNanos += 50 * MILLI;
              return Next.AGAIN;
            })
        .armIn(ClockId.MONOTONIC, 0);
    timers.expire();
  }

  private List<RecordedEvent> record(boolean asked, boolean open) throws IOException {
    TimerReports silent =
        new TimerReports() {
          @Override
          public void slow(org.timehands.timer.ClockTimer timer, long tookNanos) {}

          @Override
          public void hang(long spentNanos, long pauseNanos) {}
        };
    Timers timers =
        Timers.byHand(
            clocks,
            TimerOptions.defaults()
                .withReports(silent)
                .withDevices(() -> new SimulatedDevice(() -> nowNanos)));
    Path file = scratch.resolve("timers-" + asked + open + ".jfr");
    TimerEvents events = TimerEvents.start("orders", timers);
    if (!open) {
      events.close();
    }
    try (Recording recording = new Recording()) {
      if (asked) {
        recording.enable(TimerEvents.HANG);
        recording.enable(TimerEvents.SLOW_CALLBACK);
        recording.enable(TimerEvents.STATISTICS).with("period", "endChunk");
      }
      recording.start();
      misbehave(timers);
      recording.stop();
      recording.dump(file);
    } finally {
      events.close();
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(each -> each.getEventType().getName().startsWith("timehands.Timer"))
        .toList();
  }

  private static List<RecordedEvent> of(List<RecordedEvent> all, String name) {
    return all.stream().filter(each -> each.getEventType().getName().equals(name)).toList();
  }

  /** 3-67: the recorder's events. */
  @Test
  void hangsSlowCallbacksAndStatisticsAreRecorded() throws IOException {
    List<RecordedEvent> all = record(true, true);
    RecordedEvent hang = of(all, TimerEvents.HANG).getFirst();
    assertEquals("orders", hang.getString("timers"));
    assertEquals(150 * MILLI, hang.getDuration("spent").toNanos());
    assertEquals(100 * MILLI, hang.getDuration("pause").toNanos());
    assertEquals(3, of(all, TimerEvents.SLOW_CALLBACK).size());
    RecordedEvent slow = of(all, TimerEvents.SLOW_CALLBACK).getFirst();
    assertEquals(50 * MILLI, slow.getDuration("took").toNanos());
    assertTrue(slow.getString("callback").contains("TimerEventsTest"));
    RecordedEvent seen = of(all, TimerEvents.STATISTICS).getLast();
    assertEquals("tickless", seen.getString("tickMode"));
    assertEquals(3, seen.getLong("expired"));
    assertEquals(1, seen.getLong("hangs"));
    assertEquals(1, seen.getLong("armed"), "the greedy one waits for the pause to end");
    assertEquals(1, seen.getLong("wakeups"));
    assertEquals(2, seen.getLong("late"), "by 50 and 100 ms");
    assertEquals(100 * MILLI, seen.getDuration("maxLate").toNanos());
    assertEquals(1L << 27, seen.getDuration("late99").toNanos(), "the bucket's end");
    assertEquals(150 * MILLI, seen.getDuration("maxHang").toNanos());
  }

  @Test
  void nothingIsRecordedUnlessItIsAskedFor() throws IOException {
    assertEquals(List.of(), record(false, true));
    assertEquals(List.of(), record(true, false));
  }
}
