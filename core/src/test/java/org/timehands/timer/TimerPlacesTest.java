package org.timehands.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.timehands.testing.Seeds;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.ClockTimer.Cancel;
import org.timehands.timer.TimerCallback.Next;

/**
 * Timers that are armed and cancelled with a shard's lock and without, against a plain list; and
 * all places of MONOTONIC's queue after each operation (3-13, 3-50, 3-54).
 */
class TimerPlacesTest {
  /** What a timer is armed for, and as the how-manieth. */
  private record Arming(long hardNanos, long sequence, boolean isMonotonic) {}

  private static final class Run {
    final VirtualTimers virtual = new VirtualTimers();
    final SplittableRandom random;
    final List<ClockTimer> timers = new ArrayList<>();
    final Map<ClockTimer, Arming> model = new HashMap<>();
    final List<ClockTimer> ran = new ArrayList<>();
    final TimerHeap heap;
    private long sequence;

    Run(SplittableRandom random) throws ReflectiveOperationException {
      this.random = random;
      for (int i = 1 + random.nextInt(random.nextBoolean() ? 6 : 50); i > 0; i--) {
        timers.add(
            virtual.timers.timer(
                0,
                (timer, now) -> {
                  ran.add(timer);
                  return Next.DONE;
                },
                false));
      }
      heap = ((TimerHeap[]) field(TimerShard.class, "queues", timers.getFirst().shard))[0];
    }

    void operate(int span) {
      ClockTimer timer = timers.get(random.nextInt(timers.size()));
      long at = VirtualTimers.MONO_START + 1 + random.nextInt(span);
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> cancelled(timer, timer.tryCancel());
        case 3 -> cancelled(timer, timer.discard());
        case 4 -> assertEquals(model.remove(timer) != null, timer.cancel());
        case 5 -> arm(timer, ClockId.MONOTONIC, at, random.nextInt(span));
        case 6 -> arm(timer, ClockId.BOOTTIME, at, 0);
        case 7 -> virtual.timers.expire();
        case 8 -> assertEquals(model.containsKey(timer), timer.isActive());
        default -> arm(timer, ClockId.MONOTONIC, at, 0);
      }
    }

    private void cancelled(ClockTimer timer, Cancel found) {
      boolean was = model.remove(timer) != null;
      assertEquals(was ? Cancel.CANCELLED : Cancel.INACTIVE, found);
    }

    private void arm(ClockTimer timer, ClockId clock, long at, long slack) {
      boolean isMonotonic = clock == ClockId.MONOTONIC;
      Arming before = model.put(timer, new Arming(at + slack, sequence++, isMonotonic));
      assertEquals(before != null, timer.arm(clock, at, slack));
    }

    private List<ClockTimer> inOrder() {
      return model.entrySet().stream()
          .filter(armed -> armed.getValue().isMonotonic)
          .sorted(
              Map.Entry.comparingByValue(
                  Comparator.comparingLong(Arming::hardNanos)
                      .thenComparingLong(Arming::sequence)))
          .map(Map.Entry::getKey)
          .toList();
    }

    /** Each place knows its timer and its timer it, none is later than its timer or its parent. */
    void look(boolean atAll) throws ReflectiveOperationException {
      ClockTimer[] placed = (ClockTimer[]) field(TimerHeap.class, "timers", heap);
      long[] keys = (long[]) field(TimerHeap.class, "keys", heap);
      int places = heap.places();
      for (int i = 0; i < places; i++) {
        ClockTimer timer = placed[i];
        assertEquals(i, timer.position);
        assertEquals(keys[2 * i], timer.placeNanos());
        int parent = (i - 1) >> 2;
        assertTrue(i == 0 || isOrdered(keys, parent, keys[2 * i], keys[2 * i + 1]));
        long word = timer.word();
        if (TimerHead.isFree(word)) {
          assertEquals(model.containsKey(timer), TimerHead.isArmed(word));
        }
        Arming armed = model.get(timer);
        if (armed != null) {
          assertTrue(isOrdered(keys, i, armed.hardNanos, timer.rank()), "place is later");
        }
      }
      List<ClockTimer> order = inOrder();
      assertEquals(order.size(), heap.armed(0, places));
      assertEquals(counted(), heap.counts.idle);
      assertTrue(virtual.device.deadlineNanos() <= firstOnTheDevice(order));
      if (atAll) {
        assertEquals(order, heap.first(Integer.MAX_VALUE));
      }
    }

    /** Of how many the idle place is counted. */
    private long counted() {
      return timers.stream()
          .filter(timer -> timer.position != TimerHeap.NONE && !model.containsKey(timer))
          .filter(timer -> timer.clock == ClockView.MONOTONIC)
          .filter(
              timer ->
                  TimerHead.isFree(timer.word())
                      ? TimerHead.isCounted(timer.word())
                      : timer.counted)
          .count();
    }

    private long firstOnTheDevice(List<ClockTimer> order) {
      return order.isEmpty()
          ? Long.MAX_VALUE
          : virtual.hostNanos + model.get(order.getFirst()).hardNanos - virtual.monoNanos;
    }

    private static boolean isOrdered(long[] keys, int place, long nanos, long rank) {
      long key = keys[2 * place];
      return key < nanos || key == nanos && keys[2 * place + 1] <= rank;
    }

    /** All run, in their order. */
    void drain(int span) {
      model.values().removeIf(armed -> !armed.isMonotonic);
      timers.stream().filter(timer -> !model.containsKey(timer)).forEach(ClockTimer::discard);
      List<ClockTimer> order = inOrder();
      virtual.pass(2L * span);
      virtual.timers.expire();
      assertEquals(order, ran);
      assertFalse(virtual.timers.isAnyArmed());
      timers.forEach(timer -> assertFalse(timer.isActive()));
    }

    private static Object field(Class<?> type, String name, Object of)
        throws ReflectiveOperationException {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(of);
    }
  }

  @Test
  void agreesWithAList() {
    Seeds.forEach(
        TimerPlacesTest.class,
        300,
        random -> {
          Run run = new Run(random);
          int span = 1 + random.nextInt(1000);
          int looks = 1 + random.nextInt(20);
          for (int i = 0; i < 500; i++) {
            run.operate(span);
            run.look(random.nextInt(looks) == 0);
          }
          run.drain(span);
        });
  }

  /** Most calls need no lock: who armed once may do so while another has it. */
  @Test
  void aTimerWithAPlaceNeedsNoLock() {
    VirtualTimers virtual = new VirtualTimers();
    ClockTimer timer = virtual.timers.timer((same, now) -> Next.DONE);
    timer.arm(ClockId.MONOTONIC, VirtualTimers.MONO_START + 5);
    long word = timer.word();
    assertTrue(TimerHead.isFree(word) && TimerHead.isArmed(word));
    assertSame(Cancel.CANCELLED, timer.tryCancel());
    assertFalse(timer.arm(ClockId.MONOTONIC, VirtualTimers.MONO_START + 7));
    assertEquals(VirtualTimers.MONO_START + 7, TimerHead.nanos(timer.word()));
    timer.arm(ClockId.MONOTONIC, VirtualTimers.MONO_START + 7, 1);
    assertFalse(TimerHead.isFree(timer.word()), "slack needs the lock");
  }
}
