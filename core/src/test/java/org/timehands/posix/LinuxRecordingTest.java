package org.timehands.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerDescriptor;

/**
 * Random calls on POSIX timers, ITIMER_REAL and timerfds were made on Linux 6.18 and their answers
 * recorded ({@code core/src/test/c/record_timers.c}). The same calls at the same instants of
 * virtual time have the same answers (semantics 2.9).
 *
 * <p>A call is the number of a timer, a letter, what is given, and after {@code =} the answer:
 * {@code c} creates a timer on a clock with a signal (s) or none (n), {@code d} does so when it has
 * deleted the one before, {@code f} opens a timerfd, {@code s} sets relative, {@code a} absolute:
 * so many steps ahead, an interval of so many; {@code x} disarms; {@code g} asks for the setting,
 * {@code o} for the overruns, {@code t} takes a signal, or a timerfd's count, that has come. An
 * {@code e} is a nanosecond. {@code @} begins a step of 10 ms.
 */
class LinuxRecordingTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long STEP = 10_000_000;
  private static final int TIMERS = 12;
  private static final int ITIMER = 18;
  private static final Pattern CALL = Pattern.compile("(\\d+)([cdfsaxgot])([^=]*)=?(.*)");

  /** {@code record 60 8}. */
  private static final String RECORDING =
      """
      0c0n=0 1c0s=1 2c7s=2 3c7s=3 4c11s=4 5c11s=5 6c7s=6 7c11n=7 8c7s=8 9c7n=9 10c1s=10 11c0s=11
      12f0 13f1 14f1 15f1 16f7 17f0 @1 1s2,0=0,0 2x2=0,0 3d7s=12 5t=- 7o=0 11t=- 13a-5,4=0,0 @2
      0a0,0=0,0 2t=- 4o=0 11t=- 13s7,3=2,4 14t=- @3 0o=0 1o=0 3o=0 6a-2,0=0,0 9a0,3=0,0 13g=6,3
      14g=0,0 15g=0,0 @4 3s0,1=0,0 4o=0 5g=0,0 9s7,1=2,3 12t=- 16x2=0,0 @5 1s5,2=0,0 3t=0 6t=0
      10s0,2=0,0 11s1,1=0,0 15x2=0,0 17s1,1=0,0 18t=- @6 1t=- 6t=- 7g=0,0 10s0,0=1,2 15s4,2=0,2
      17t=- @7 1x4=3,2 6t=- 8g=0,0 9g=4,1 10a-8,0=0,0 13t=- 16g=0,2 @8 0t=- 1s6,0=0,0 2t=- 4t=-
      11t=1 13g=1,3 14t=- 16t=- 17g=0,1 18g=0,0 @9 0o=0 2o=0 3a-2,0=0,1 4g=0,0 6o=0 8t=-
      9s1,0=2,1 10t=0 15s2,0=1,2 16t=- 17a-7,0=0,1 18g=0,0 @10 0a-1,2=0,0 2g=0,0 3g=0,0
      6s1,0=0,0 7t=- 9s0,3=0,0 11t=1 15g=1,0 18t=- @11 0g=0,2 1g=3,0 3g=0,0 6s4,3=0,0 7s3,0=0,0
      11x1=0,1 12a-2,1=0,0 13s0,1=1,3 14a-5,1=0,0 16a3,0=0,2 17g=0,0 @12 0t=- 1s0,1=2,0 3d0s=13
      4t=- 6x2=3,3 7s1,1=2,0 9g=1,3 13g=0,1 @13 1g=0,1 2t=- 5g=0,0 9a-3,3=0,3 12g=0,1 18g=0,0
      @14 1o=0 2o=0 3t=- 6s1,1=0,0 7t=- 10a-1,4=0,0 13g=0,1 14g=0,1 18s1,0=0,0 @15 2t=-
      7a-4,1=0,1 11t=- 13g=0,1 14t=9 15t=1 16g=0,0 @16 1t=3 2x1=0,0 3a-7,2=0,0 5t=- 6o=0 8g=0,0
      11g=0,0 14a-8,1=0,1 15t=- 16t=1 17t=1 18g=0,0 @17 0g=0,2 2o=0 6t=1 7g=0,1 8g=0,0 10t=0
      16t=- 18s4,1=0,0 @18 0d0n=14 1t=1 8a-5,0=0,0 11o=0 12t=9 13t=7 14g=0,1 15g=0,0 @19 4o=0
      6a2,0=0,1 8a-7,3=0,0 9t=- 14x4=0,1 16a-3,1=0,0 18t=0 @20 3t=5 4g=0,0 6g=1,0 9g=2,3
      14s3,4=0,4 15t=- 17g=0,0 @21 0g=0,0 1t=2 4t=- 8g=0,3 12a-6,3=0,1 14s0,3=2,4 18t=- @22
      1x3=0,1 2t=- 5g=0,0 6o=0 10a-4,3=3,4 13s5,4=0,1 14t=1 16t=6 18g=0,1 @23 0g=0,0 1g=0,0
      3g=0,2 4o=0 6t=0 10t=1 11g=0,0 12t=3 15t=- 16g=0,1 @24 0t=- 4a-4,0=0,0 6g=0,0 7g=0,1 8t=3
      10t=- 11t=- 14s2,1=0,3 18g=0,1 @25 2s5,4=0,0 4s3,4=0,0 7a-4,2=0,1 12a-1,0=2,3 13t=- 16t=3
      @26 1a3,4=0,0 2g=4,4 3s5,0=1,2 4o=0 6t=- 7s2,1=1,2 8s4,2=1,3 12g=0,0 16a-1,1=0,1 18g=0,1
      @27 1t=- 2t=- 5x0=0,0 7o=0 8a-8,3=3,2 9a0,0=1,3 10o=1 11g=0,0 17a-4,3=0,0 @28 0t=- 1g=1,4
      2t=- 3g=3,0 5a0,4=0,0 6s7,1=0,0 9g=0,0 11g=0,0 12g=0,0 14g=0,1 16g=0,1 @29 1o=0 5a0,0=3,4
      10g=1,3 12g=0,0 13g=2,4 15g=0,0 @30 0o=0 2g=0,4 5s7,3=0,0 11x0=0,0 13a-5,3=1,4 15g=0,0
      16t=5 17x2=2,3 18x3=0,1 @31 0o=0 1o=0 2t=0 3t=- 4g=1,4 7o=0 9s2,3=0,0 11x1=0,0 14t=5
      17a-3,0=0,2 @32 2g=2,4 3g=0,0 7d1s=15 8a-3,4=2,3 10s1,0=1,3 17t=1 18g=0,0 @33 0d1s=16
      1x0=0,4 2t=- 8a3,3=0,4 10s4,0=0,0 12g=0,0 14g=0,1 15g=0,0 17g=0,0 18s0,4=0,0 @34 1g=0,0
      2g=0,4 4g=2,4 5o=0 6t=- 8t=- 10s5,1=3,0 11g=0,0 13x2=0,3 17t=- 18g=0,4 @35 0t=- 2x0=3,4
      3d1s=17 6o=0 7t=- 11g=0,0 13t=- 14g=0,1 15a-1,2=0,0 @36 0t=- 2g=0,0 3g=0,0 6g=0,1
      7s0,0=0,0 10t=- 12g=0,0 13a-3,2=0,2 16g=0,1 @37 2s3,0=0,0 5t=- 7g=0,0 8t=0 9s2,3=2,3
      10s1,3=2,1 11s3,3=0,0 14g=0,1 15t=2 @38 0g=0,0 2t=- 3x0=0,0 5t=0 6g=0,1 7s7,2=0,0 8x1=1,3
      10g=0,3 12s5,0=0,0 13g=1,2 @39 0t=- 3s5,2=0,0 5d1n=18 7o=0 10a-5,2=2,3 11s6,2=1,3 12g=4,0
      13a-7,2=0,2 14g=0,1 16t=9 18t=0 @40 1t=- 4a-7,3=0,4 7t=- 11x4=5,2 14g=0,1 17t=- @41 0g=0,0
      1s1,2=0,0 2g=0,0 3x0=3,2 4o=0 6g=0,1 7t=- 8o=0 10x4=1,2 13t=5 16s1,0=0,1 17g=0,0 18t=- @42
      2t=0 3g=0,0 5g=0,0 6g=0,1 8s5,4=0,0 11o=0 13g=0,2 16a3,4=0,0 18s4,0=0,4 @43 0t=- 1g=1,2
      3t=- 5o=0 6g=0,1 15g=1,2 16t=- 17t=- @44 2t=- 4s1,2=1,3 6a-6,1=0,1 9t=- 10g=0,0 15s4,3=0,2
      @45 0o=0 1a1,0=1,2 2t=- 3s5,0=0,0 4x4=0,2 9g=0,3 10g=0,0 12g=0,0 17a-1,2=0,0 18t=0 @46
      1t=- 3t=- 7g=1,2 8t=- 9s3,3=2,3 10o=0 12a2,0=0,0 13g=0,2 14t=15 15g=2,3 16g=3,4 17t=1 @47
      3o=0 4t=- 7x0=0,2 8g=0,4 10g=0,0 17g=1,2 @48 1t=0 5t=- 10a-3,0=0,0 15g=0,3 18t=0 @49
      0s5,3=0,0 2o=0 3s0,3=1,0 5g=0,0 6o=0 11o=0 12t=1 16g=0,4 @50 2t=- 7t=- 9t=- 11t=-
      12a-2,4=0,0 13g=0,2 14t=4 @51 0t=- 1s3,2=0,0 3g=1,3 4a-5,4=0,0 6g=0,1 7a2,4=0,0 9g=1,3
      10g=0,0 11g=0,0 13x0=1,2 15g=0,3 @52 1o=0 3g=0,3 5a3,1=0,0 7x0=1,4 8d1s=19 9g=0,3 10d0s=20
      11d1s=21 12s1,1=0,4 15t=2 17s7,3=0,2 @53 0t=- 2s0,1=0,0 8t=- 11t=- 14t=3 17t=- @54 1x3=0,2
      5a-6,4=1,1 6g=0,1 9t=- 10t=- 11g=0,0 12g=0,1 14s7,2=0,1 16t=3 17a-7,2=5,3 18g=0,0 @55
      0a-8,3=2,3 1t=- 2a0,0=0,1 5a-8,3=1,4 6t=16 10t=- 11g=0,0 14g=6,2 15t=1 16g=2,4 17g=0,2 @56
      0t=2 7s1,0=0,0 8t=- 9g=2,3 16s2,0=1,4 17g=1,2 @57 1s3,4=0,0 4g=1,4 9s3,4=1,3 12t=4 15g=0,3
      18g=0,0 @58 0o=2 2t=0 4s6,1=0,4 6g=0,1 7g=0,0 8x0=0,0 9g=2,4 14a3,4=3,2 15s1,2=2,3 18g=0,0
      @59 2t=- 5t=- 7g=0,0 8d7n=22 10o=0 15g=0,2 16t=1 18s1,3=0,0 @60 3g=1,3 5s0,3=2,3 6o=16
      7s4,0=0,0 9t=- 12t=3 13g=0,0 14g=1,4 15a2,2=1,2 16g=0,0 17s3,3=1,2
      """;

  private final PosixMachine machine = new PosixMachine();
  private final PosixTime posix = machine.posix();
  private final Map<Integer, Deque<PosixTime.TimerSignal>> pending = new HashMap<>();
  private final PosixTime.Process process =
      posix.open(
          signal -> {
            int lane = signal.timerId() < 0 ? ITIMER : (int) signal.event().value();
            signals(lane).add(signal);
          });
  private final int[] ids = new int[TIMERS];
  private final TimerDescriptor[] descriptors = new TimerDescriptor[ITIMER];
  private final int[] clocks = new int[ITIMER + 1];
  private final Map<Integer, Long> began = new HashMap<>();
  private long step;

  LinuxRecordingTest() {
    for (int clock : new int[] {0, 1, 7, 11}) {
      long[] now = new long[2];
      assertEquals(0, posix.clockGetTime(clock, now));
      began.put(clock, now[0] * SECOND + now[1]);
    }
  }

  private Deque<PosixTime.TimerSignal> signals(int lane) {
    return pending.computeIfAbsent(lane, key -> new ArrayDeque<>());
  }

  /** To an instant a little behind a step, as the recorder's calls were. */
  private void begin(long newStep) {
    step = newStep;
    machine.runUntil(PosixMachine.BEGAN_NANOS + step * STEP + STEP / 20);
  }

  private String create(int lane, String given) {
    clocks[lane] = Integer.parseInt(given.substring(0, given.length() - 1));
    int kind = given.endsWith("n") ? TimerProcess.SIGEV_NONE : TimerProcess.SIGEV_SIGNAL;
    ids[lane] =
        process.timerCreate(clocks[lane], new PosixTime.Event(kind, 35 + lane, lane, 0));
    return Integer.toString(ids[lane]);
  }

  private String open(int lane, String given) {
    clocks[lane] = Integer.parseInt(given);
    ClockId clock =
        switch (clocks[lane]) {
          case 0 -> ClockId.REALTIME;
          case 1 -> ClockId.MONOTONIC;
          default -> ClockId.BOOTTIME;
        };
    descriptors[lane] = new TimerDescriptor(machine.timers, clock);
    return "";
  }

  private String set(int lane, boolean absolute, String given) {
    String[] numbers = given.split(",");
    long value = Integer.parseInt(numbers[0]) * STEP + STEP / 2;
    value += absolute ? began.get(clocks[lane]) + step * STEP : 0;
    return set(lane, absolute, value, Integer.parseInt(numbers[1]) * STEP);
  }

  private String set(int lane, boolean absolute, long value, long interval) {
    long[] its = {value / SECOND, value % SECOND, interval / SECOND, interval % SECOND};
    long[] old = new long[4];
    if (lane < TIMERS) {
      assertEquals(0, process.timerSetTime(ids[lane], absolute ? 1 : 0, its, old));
    } else if (lane < ITIMER) {
      TimerDescriptor.Setting[] was = new TimerDescriptor.Setting[1];
      TimerDescriptor.Setting setting = new TimerDescriptor.Setting(value, interval);
      assertEquals(0, descriptors[lane].setTime(absolute ? 1 : 0, setting, was));
      return told(was[0].valueNanos(), was[0].intervalNanos());
    } else {
      its[1] /= 1000;
      its[3] /= 1000;
      assertEquals(0, process.setITimer(its, old));
    }
    return told(lane, old);
  }

  private String get(int lane) {
    long[] its = new long[4];
    if (lane < TIMERS) {
      assertEquals(0, process.timerGetTime(ids[lane], its));
    } else if (lane < ITIMER) {
      TimerDescriptor.Setting setting = descriptors[lane].getTime();
      return told(setting.valueNanos(), setting.intervalNanos());
    } else {
      assertEquals(0, process.getITimer(its));
    }
    return told(lane, its);
  }

  private static String told(int lane, long[] its) {
    long unit = lane == ITIMER ? 1000 : 1;
    return told(its[0] * SECOND + its[1] * unit, its[2] * SECOND + its[3] * unit);
  }

  private static String told(long value, long interval) {
    return (value == 1 ? "e" : value / STEP) + "," + interval / STEP;
  }

  private String take(int lane) {
    if (lane >= TIMERS && lane < ITIMER) {
      long count = descriptors[lane].tryRead();
      return count == TimerDescriptor.NOTHING ? "-" : Long.toString(count);
    }
    Deque<PosixTime.TimerSignal> queued = signals(lane);
    while (!queued.isEmpty()) {
      int overruns = queued.poll().deliver();
      if (overruns >= 0) {
        return Integer.toString(overruns);
      }
    }
    return "-";
  }

  private String answer(int lane, String letter, String given) {
    return switch (letter) {
      case "c" -> create(lane, given);
      case "f" -> open(lane, given);
      case "d" -> {
        assertEquals(0, process.timerDelete(ids[lane]));
        yield create(lane, given);
      }
      case "s" -> set(lane, false, given);
      case "a" -> set(lane, true, given);
      case "x" -> set(lane, false, 0, Integer.parseInt(given) * STEP);
      case "g" -> get(lane);
      case "o" -> Integer.toString(process.timerGetOverrun(ids[lane]));
      default -> take(lane);
    };
  }

  /** Makes the calls; those that are answered otherwise than recorded. */
  private List<String> differences(List<String> calls) {
    List<String> found = new ArrayList<>();
    for (String call : calls) {
      if (call.startsWith("@")) {
        begin(Long.parseLong(call.substring(1)));
        continue;
      }
      Matcher parts = CALL.matcher(call);
      if (!parts.matches()) {
        throw new AssertionError("no call: " + call);
      }
      String ours = answer(Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3));
      machine.runUntil(machine.trueNanos.get());
      if (!ours.equals(parts.group(4))) {
        found.add("@" + step + " " + call + ", here " + ours);
      }
    }
    return found;
  }

  private static List<String> recorded() {
    return Arrays.asList(RECORDING.split("\\s+"));
  }

  @Test
  void theAnswersAreThoseOfLinux() {
    List<String> calls = recorded();
    assertEquals(List.of(), differences(calls));
    assertEquals(593, calls.size());
  }

  /** The planted bugs: other answers than were recorded. */
  @Test
  void otherAnswersAreFound() {
    List<String> calls = recorded();
    int planted = 0;
    for (int i = 0; i < calls.size(); i++) {
      if (calls.get(i).contains("t=0")) {
        calls.set(i, calls.get(i).replace("t=0", "t=1"));
        planted++;
      }
    }
    assertTrue(planted > 10, planted + " were planted");
    assertEquals(planted, differences(calls).size());
  }
}
