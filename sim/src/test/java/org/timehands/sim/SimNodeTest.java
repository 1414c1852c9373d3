package org.timehands.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.timehands.discipline.Timex;

/** A node driven from outside: exact over long runs, steered as its quartz and adjtimex say. */
class SimNodeTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double PPM = 65_536;

  private static long real(SimNode node) {
    return node.clocks().realtimeNanos();
  }

  private static int adjust(SimNode node, Timex timex, int modes) {
    long[] fields = new long[Timex.FIELDS];
    timex.modes = modes;
    timex.to(fields);
    int result = node.adjtimex(fields);
    timex.from(fields);
    return result;
  }

  private static void near(long expected, long found, long tolerance) {
    assertTrue(
        Math.abs(found - expected) <= tolerance,
        "expected " + expected + " +-" + tolerance + ", found " + found);
  }

  /** Ten million steps of a millisecond that no double can say: not one nanosecond is lost. */
  @Test
  void tenMillionStepsLoseNothing() {
    SimNode node = new SimNode();
    node.setRawFrequency(100);
    for (int i = 0; i < 10_000_000; i++) {
      node.advance(0.001);
    }
    near(10_001 * SECOND, node.clocks().monotonicNanos(), 1);
    assertEquals(10_001.0, node.raw(), 1e-9);
    assertEquals(node.monotonic(), node.realTime(), 0.0);
  }

  /** The same in few long steps and in many uneven ones, while a slew and a loop are at work. */
  @Test
  void theStepsDoNotMatter() {
    SimNode coarse = slewing();
    SimNode fine = slewing();
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 100; i++) {
      double left = 1;
      while (left > 0) {
        double step = Math.min(left, random.nextDouble() * 0.02);
        fine.advance(step);
        left = left > step ? left - step : 0;
      }
      coarse.advance(1);
      near(real(coarse), real(fine), 2);
    }
    assertTrue(real(coarse) > 100 * SECOND + 8_000_000, "the slew was at work");
  }

  private static SimNode slewing() {
    SimNode node = new SimNode();
    node.setRawFrequency(3.25);
    Timex timex = new Timex();
    timex.status = STA_PLL;
    timex.constant = 0;
    timex.freq = (long) (-20 * PPM);
    adjust(node, timex, ADJ_NANO | ADJ_STATUS | ADJ_FREQUENCY | ADJ_TIMECONST);
    timex.offset = 10_000_000;
    adjust(node, timex, ADJ_OFFSET | ADJ_NANO);
    return node;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, -0.001, 12.345678, -499.999, 500, -500})
  void frequencyOffsetsAreRight(double ppm) {
    for (double quartz : new double[] {0, 17.5, -40_000, 50_000, 1e-6}) {
      SimNode node = new SimNode();
      node.setRawFrequency(quartz);
      Timex timex = new Timex();
      timex.freq = Math.round(ppm * PPM);
      assertTrue(adjust(node, timex, ADJ_FREQUENCY) >= 0);
      long before = node.clocks().monotonicNanos();
      double wanted = (1 + quartz * 1e-6) * (1 + timex.freq / PPM * 1e-6);
      assertEquals(10 * wanted, node.localInterval(10), 1e-11);
      assertEquals(10, node.trueInterval(node.localInterval(10)), 1e-14);
      node.advance(10_000);
      double got = (node.clocks().monotonicNanos() - before) / 1e4 / 1e9;
      assertEquals(wanted, got, 1e-12, "a millionth of a ppm");
    }
  }

  /** A servo of an outside simulator: 16 s polls, noise of 10 us, quartz off by 37 ppm. */
  @Test
  void aLoopThroughAdjtimexLocks() {
    double[] locked = servo(1);
    assertEquals(-37 * (1 - 37e-6), locked[0], 0.05, "frequency in ppm");
    assertEquals(0, locked[1], 20e-6, "offset in seconds");
    assertTrue(locked[2] == Timex.TIME_OK, "state " + locked[2]);
  }

  /** A servo with the wrong sign runs away: the test above would see it. */
  @Test
  void theWrongSignRunsAway() {
    assertTrue(Math.abs(servo(-1)[1]) > 0.01);
  }

  /** Frequency in ppm, worst offset of the last hour in seconds, and state after eight hours. */
  private static double[] servo(int sign) {
    SimNode node = new SimNode(1_000_000 * SECOND);
    node.setRawFrequency(37);
    node.stepTime(0.05);
    SplittableRandom random = new SplittableRandom(11);
    Timex timex = new Timex();
    double worst = 0;
    int state = Timex.TIME_ERROR;
    for (int poll = 1; poll <= 1800; poll++) {
      node.advance(16);
      double offset = 1_000_000 + poll * 16 - node.realTime();
      worst = poll > 1575 ? Math.max(worst, Math.abs(offset)) : 0;
      timex.offset = sign * Math.round((offset + (random.nextDouble() - 0.5) * 20e-6) * 1e9);
      timex.status = STA_PLL;
      timex.constant = 4;
      timex.maxerror = 1000;
      state =
          adjust(
              node, timex, ADJ_OFFSET | ADJ_STATUS | ADJ_NANO | ADJ_TIMECONST | ADJ_MAXERROR);
    }
    return new double[] {timex.freq / PPM, worst, state};
  }

  @Test
  void setAndStep() {
    SimNode node = new SimNode();
    node.advance(5);
    node.setTime(1000.25);
    near(1000 * SECOND + SECOND / 4, real(node), 2);
    assertEquals(5, node.monotonic(), 2e-9);
    node.stepTime(-0.5);
    near(999 * SECOND + 3 * SECOND / 4, real(node), 4);
    node.advance(1);
    near(1000 * SECOND + 3 * SECOND / 4, real(node), 4);
    assertEquals(6, node.monotonic(), 4e-9);
    assertEquals(6, node.raw(), 4e-9);
  }

  /** What a setter waits is short of the next step: a node that is set often runs no faster. */
  @Test
  void settersLetNoTrueTimePass() {
    SimNode node = new SimNode();
    SimNode quiet = new SimNode();
    node.advance(1);
    quiet.advance(1);
    for (int i = 0; i < 1000; i++) {
      node.stepTime(i % 2 == 0 ? 1 : -1);
    }
    node.advance(1e-3);
    quiet.advance(1e-3);
    assertEquals(quiet.clocks().rawNanos(), node.clocks().rawNanos());
  }

  /** No global state: a crowd of nodes, driven in turns, tells what each tells alone. */
  @Test
  void nodesDoNotKnowEachOther() {
    SimNode[] crowd = new SimNode[200];
    for (int i = 0; i < crowd.length; i++) {
      crowd[i] = new SimNode(i * SECOND);
      crowd[i].setRawFrequency(i - 100);
    }
    long[] together = new long[crowd.length];
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < crowd.length; i++) {
        crowd[i].advance(0.37);
        crowd[i].stepTime(round * 1e-6);
      }
    }
    long[] alone = new long[crowd.length];
    for (int i = 0; i < crowd.length; i++) {
      together[i] = real(crowd[i]);
      SimNode node = new SimNode(i * SECOND);
      node.setRawFrequency(i - 100);
      for (int round = 0; round < 50; round++) {
        node.advance(0.37);
        node.stepTime(round * 1e-6);
      }
      alone[i] = real(node);
    }
    assertArrayEquals(alone, together);
  }

  @Test
  void tinyAndHugeSteps() {
    SimNode node = new SimNode();
    for (int i = 0; i < 1_000_000; i++) {
      node.advance(1e-12);
    }
    near(1000, node.clocks().monotonicNanos(), 1);
    node.advance(0);
    SimNode old = new SimNode();
    old.advance(5e8);
    near(500_000_000 * SECOND, old.clocks().monotonicNanos(), 1);
  }

  @Test
  void refusals() {
    SimNode node = new SimNode();
    check("advance of -1.0 s", () -> node.advance(-1));
    check("advance of NaN s", () -> node.advance(Double.NaN));
    check("advance of Infinity s", () -> node.advance(Double.POSITIVE_INFINITY));
    check("advance of 6.0E8 s", () -> node.advance(6e8));
    check("raw frequency of 50001.0 ppm", () -> node.setRawFrequency(50_001));
    check("raw frequency of NaN ppm", () -> node.setRawFrequency(Double.NaN));
    check("time of NaN s", () -> node.setTime(Double.NaN));
    check("step of 1.0E10 s", () -> node.stepTime(1e10));
    check("-1000000000", () -> node.setTime(-1));
    assertEquals(0, node.realTime(), 1e-8);
  }

  private static void check(String said, Runnable call) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(refused.getMessage().contains(said), refused.getMessage());
  }

  /**
   * 3-10: a synchroniser from outside, through adjtimex alone, keeps two machines of a network
   * within a bound of each other: quartzes of +37 and -61 ppm that wander, messages that take 0 to
   * 200 us each way.
   */
  @Test
  void twoNodesAreKeptTogether() {
    assertTrue(apart(true) < 100e-6, "together: " + apart(true));
    assertTrue(apart(false) > 0.1, "left alone they drift apart, and the measure sees it");
  }

  /** The most that two nodes are apart in the last two of six hours, in seconds. */
  private static double apart(boolean synchronised) {
    SimNode leader = new SimNode(1_000_000 * SECOND);
    SimNode follower = new SimNode(1_000_000 * SECOND);
    SplittableRandom random = new SplittableRandom(23);
    Timex timex = new Timex();
    double worst = 0;
    int polls = 6 * 3600 / 16;
    for (int poll = 0; poll < polls; poll++) {
      leader.setRawFrequency(37 + random.nextDouble() * 0.2);
      follower.setRawFrequency(-61 + random.nextDouble() * 0.2);
      double there = random.nextDouble() * 200e-6;
      double back = random.nextDouble() * 200e-6;
      // Four stamps of one exchange of messages, as NTP takes them.
      double sent = follower.realTime();
      leader.advance(there);
      follower.advance(there);
      double received = leader.realTime();
      leader.advance(back);
      follower.advance(back);
      double returned = follower.realTime();
      double offset = received - (sent + returned) / 2;
      if (synchronised) {
        timex.offset = Math.round(offset * 1e9);
        timex.status = STA_PLL;
        timex.constant = 4;
        timex.maxerror = 1000;
        adjust(
            follower,
            timex,
            ADJ_OFFSET | ADJ_STATUS | ADJ_NANO | ADJ_TIMECONST | ADJ_MAXERROR);
      }
      leader.advance(16 - there - back);
      follower.advance(16 - there - back);
      if (poll > polls * 2 / 3) {
        worst = Math.max(worst, Math.abs(leader.realTime() - follower.realTime()));
      }
    }
    return worst;
  }
}
