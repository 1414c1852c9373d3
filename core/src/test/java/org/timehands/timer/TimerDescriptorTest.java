package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerDescriptor.Setting;

/** timerfd's rules (semantics 2.9), at virtual time. */
class TimerDescriptorTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int ABS = TimerDescriptor.ABSTIME;
  private static final int CANCEL = ABS | TimerDescriptor.CANCEL_ON_SET;

  private final VirtualTimers virtual = new VirtualTimers();

  private TimerDescriptor descriptor(ClockId clock) {
    return new TimerDescriptor(virtual.timers, clock);
  }

  private static long set(TimerDescriptor fd, int flags, long value, long interval) {
    return fd.setTime(flags, new Setting(value, interval), null);
  }

  @Test
  void countsExpirationsUntilRead() {
    TimerDescriptor fd = descriptor(ClockId.MONOTONIC);
    assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
    assertEquals(0, set(fd, 0, 10 * SECOND, 3 * SECOND));
    assertEquals(new Setting(10 * SECOND, 3 * SECOND), fd.getTime());
    virtual.advance(9 * SECOND);
    assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
    virtual.advance(11 * SECOND);
    assertTrue(fd.isReadable());
    assertEquals(4, fd.tryRead());
    assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
    assertEquals(new Setting(2 * SECOND, 3 * SECOND), fd.getTime());
    virtual.advance(2 * SECOND);
    assertEquals(1, fd.tryRead());
  }

  /** A periodic timer that nobody reads stops, and wakes nobody. */
  @Test
  void unreadItRests() {
    TimerDescriptor fd = descriptor(ClockId.BOOTTIME);
    set(fd, 0, 1, 2);
    virtual.advance(1000 * SECOND);
    assertEquals(1, virtual.timers.statistics().expired());
    assertEquals(500 * SECOND, fd.tryRead());
  }

  /** gettime of an expired periodic timer forwards it and keeps the count. */
  @Test
  void askingKeepsTheCount() {
    TimerDescriptor fd = descriptor(ClockId.MONOTONIC);
    set(fd, 0, SECOND, SECOND);
    virtual.advance(5 * SECOND + SECOND / 2);
    assertEquals(new Setting(SECOND / 2, SECOND), fd.getTime());
    assertEquals(5, fd.tryRead());
    TimerDescriptor once = descriptor(ClockId.MONOTONIC);
    set(once, 0, SECOND, 0);
    virtual.advance(2 * SECOND);
    assertEquals(new Setting(0, 0), once.getTime());
    assertEquals(1, once.tryRead());
    assertEquals(new Setting(0, 0), once.getTime());
  }

  @Test
  void settingClearsTheCountAndTellsTheOldSetting() {
    TimerDescriptor fd = descriptor(ClockId.TAI);
    Setting[] old = new Setting[1];
    set(fd, ABS, virtual.nanos(ClockId.TAI) + 7 * SECOND, SECOND);
    virtual.advance(2 * SECOND);
    fd.setTime(0, new Setting(SECOND, 0), old);
    assertEquals(new Setting(5 * SECOND, SECOND), old[0]);
    virtual.advance(3 * SECOND);
    fd.setTime(0, new Setting(0, 5), old);
    assertEquals(new Setting(0, 0), old[0]);
    assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
    fd.setTime(0, new Setting(0, 0), old);
    assertEquals(new Setting(0, 5), old[0]);
    virtual.advance(100 * SECOND);
    assertFalse(fd.isReadable());
  }

  /** What has expired and was read, or was cancelled, is over: nothing is left of it. */
  @Test
  void nothingIsLeftOfWhatIsOver() {
    Setting[] old = new Setting[1];
    TimerDescriptor once = descriptor(ClockId.MONOTONIC);
    set(once, 0, SECOND, 0);
    virtual.advance(2 * SECOND);
    assertEquals(1, once.tryRead());
    once.setTime(0, new Setting(SECOND, 0), old);
    assertEquals(new Setting(0, 0), old[0]);
    TimerDescriptor cancelled = descriptor(ClockId.REALTIME);
    set(cancelled, CANCEL, virtual.nanos(ClockId.REALTIME) + 2 * SECOND, 3 * SECOND);
    virtual.step(5 * SECOND);
    virtual.advance(0);
    assertEquals(TimerDescriptor.CANCELED, cancelled.tryRead());
    assertEquals(new Setting(0, 3 * SECOND), cancelled.getTime());
    cancelled.setTime(0, new Setting(SECOND, 0), old);
    assertEquals(new Setting(0, 3 * SECOND), old[0], "was not armed again");
  }

  @Test
  void aPastInstantExpiresAtOnce() {
    TimerDescriptor fd = descriptor(ClockId.REALTIME);
    set(fd, ABS, virtual.nanos(ClockId.REALTIME) - 10 * SECOND, SECOND);
    virtual.advance(0);
    assertEquals(11, fd.tryRead());
  }

  /** CANCEL_ON_SET: told once, count dropped, not armed again. */
  @Test
  void aSetCancels() {
    TimerDescriptor fd = descriptor(ClockId.REALTIME);
    set(fd, CANCEL, virtual.nanos(ClockId.REALTIME) + 10 * SECOND, 0);
    virtual.step(SECOND);
    assertTrue(fd.isReadable());
    assertEquals(TimerDescriptor.CANCELED, fd.tryRead());
    assertEquals(TimerDescriptor.NOTHING, fd.tryRead());
    virtual.step(0);
    assertFalse(fd.isReadable(), "the offset is the same: nothing has happened");
  }

  /** The offset is remembered when the descriptor is made, not when it is set. */
  @Test
  void aSetBeforeTheSettingIsToldToo() {
    TimerDescriptor fd = descriptor(ClockId.REALTIME);
    virtual.step(SECOND);
    set(fd, CANCEL, virtual.nanos(ClockId.REALTIME) + 10 * SECOND, 0);
    virtual.step(0);
    assertEquals(TimerDescriptor.CANCELED, fd.tryRead());
  }

  @Test
  void settingACancelledDescriptorArmsItAndTells() {
    TimerDescriptor fd = descriptor(ClockId.REALTIME);
    set(fd, CANCEL, virtual.nanos(ClockId.REALTIME) + 10 * SECOND, 0);
    virtual.step(-SECOND);
    assertEquals(
        TimerDescriptor.CANCELED,
        set(fd, CANCEL, virtual.nanos(ClockId.REALTIME) + 2 * SECOND, 0));
    virtual.advance(2 * SECOND);
    assertEquals(1, fd.tryRead());
  }

  @Test
  void whoDidNotAskIsNotCancelled() {
    for (ClockId clock : new ClockId[] {ClockId.MONOTONIC, ClockId.REALTIME}) {
      TimerDescriptor fd = descriptor(clock);
      set(fd, clock == ClockId.REALTIME ? ABS : CANCEL, virtual.nanos(clock) + 10 * SECOND, 0);
      virtual.step(SECOND);
      assertEquals(TimerDescriptor.NOTHING, fd.tryRead(), clock.toString());
    }
  }

  @Test
  void aReaderWaits() throws Exception {
    TimerDescriptor fd = descriptor(ClockId.MONOTONIC);
    set(fd, 0, SECOND, 0);
    FutureTask<Long> read = new FutureTask<>(fd::read);
    Thread.ofVirtual().start(read);
    virtual.advance(SECOND);
    assertEquals(1, read.get());
    FutureTask<Long> closed = new FutureTask<>(fd::read);
    Thread.ofVirtual().start(closed);
    fd.close();
    assertThrows(ExecutionException.class, closed::get);
    assertThrows(IllegalStateException.class, fd::tryRead);
  }

  @Test
  void refusals() {
    TimerDescriptor fd = descriptor(ClockId.MONOTONIC);
    assertThrows(IllegalArgumentException.class, () -> set(fd, 4, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> set(fd, 0, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> set(fd, 0, 1, -1));
    assertThrows(IllegalArgumentException.class, () -> descriptor(ClockId.MONOTONIC_RAW));
  }
}
