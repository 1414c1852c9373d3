package org.timehands.sim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.discipline.Timex.*;
import static org.timehands.posix.PosixNumbers.*;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Semantics 4.1: the selftests that look at rates, at virtual time, with tighter limits. */
class RatesTest {
  /** Upstream allows 1 ppm; a reading is good to 1 ns in 120 s. */
  private static final double RAW_SKEW_PPM = 1e-4;

  private static final long PPM = 1L << 16;

  private final Lab lab = new Lab();

  @ParameterizedTest
  @ValueSource(doubles = {0, 37.25, -499.75})
  @DisplayName("raw_skew")
  void rawSkew(double ppm) {
    lab.node.setRawFrequency(-12);
    assertTrue(lab.setFrequency(Math.round(ppm * PPM)) >= 0);
    assertTrue(lab.readTimex() >= 0);
    double told = (double) lab.timex.freq / PPM;
    assertEquals(ppm, told, 1.0 / PPM);
    assertEquals(told, lab.ppmOverRaw(120), RAW_SKEW_PPM);
  }

  /** The check sees a quartz that is steered otherwise than adjtimex says. */
  @Test
  void rawSkewSeesAFault() {
    lab.setFrequency(100 * PPM);
    double found = lab.ppmOverRaw(120);
    assertTrue(Math.abs(found - 100.001) > RAW_SKEW_PPM, "found " + found);
  }

  @Test
  @DisplayName("adjtick")
  void adjTick() {
    for (long tick = 9000; tick <= 11000; tick += 50) {
      lab.timex.tick = tick;
      assertTrue(lab.adjust(ADJ_TICK) >= 0);
      assertTrue(lab.readTimex() >= 0);
      assertEquals(tick, lab.timex.tick);
      double wanted = (tick / 10_000.0 - 1) * 1e6;
      assertEquals(wanted, lab.ppmOverRaw(15), 1e-3, "tick " + tick);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 250, 500, -250, -500})
  @DisplayName("change_skew")
  void changeSkew(long ppm) {
    assertTrue(lab.setFrequency(ppm * PPM) >= 0);
    assertEquals(ppm, lab.ppmOverRaw(120), RAW_SKEW_PPM);
    for (int clock : Lab.CLOCKS) {
      Order order = new Order();
      for (int i = 0; i < 2000; i++) {
        order.add(lab.nanos(clock));
        lab.sleep(i % 3 * 1e-9);
      }
      assertEquals("", order.fault(), "clock " + clock);
    }
  }

  /** 600 s of +-500 ppm, flipped each half second; read a thousand times a second. */
  @Test
  @DisplayName("skew_consistency")
  void skewConsistency() {
    Order order = new Order();
    long raw = lab.nanos(CLOCK_MONOTONIC_RAW);
    long mono = lab.nanos(CLOCK_MONOTONIC);
    for (int half = 0; half < 1200; half++) {
      assertTrue(lab.setFrequency((half % 2 == 0 ? 500 : -500) * PPM) >= 0);
      for (int i = 0; i < 500; i++) {
        order.add(lab.nanos(CLOCK_MONOTONIC));
        lab.sleep(1e-3);
      }
    }
    assertEquals("", order.fault());
    assertEquals(600_000, order.size());
    long gained = lab.nanos(CLOCK_MONOTONIC) - mono - (lab.nanos(CLOCK_MONOTONIC_RAW) - raw);
    Lab.near(0, gained, 1200, "as many seconds fast as slow, to 1 ns a flip");
  }

  /** The race of S1: the same flips, published late by an updater that had sampled early. */
  @Test
  void skewConsistencySeesAFault() {
    Order order = new Order();
    double time = 0;
    double rate = 1 + 500e-6;
    for (int i = 0; i < 20_000; i++) {
      order.add((long) time);
      time += 100 * rate;
      if (i == 10_000) {
        // Takes what it sampled a millisecond ago as base for a slope 1000 ppm lower.
        time -= 1e6 * 1000e-6;
      }
    }
    assertNotEquals("", order.fault());
  }

  @ParameterizedTest
  @ValueSource(doubles = {10, -10, 640, -640, 40_960, -40_960})
  @DisplayName("freq-step")
  void freqStep(double stepPpm) {
    SplittableRandom random = new SplittableRandom(42);
    for (double basePpm : new double[] {0, -stepPpm / 2}) {
      steer(basePpm);
      lab.sleep(1);
      steer(basePpm + stepPpm);
      // The second of two intervals, as upstream; a hundred samples 10 ms apart on average.
      lab.sleep(1);
      double[] x = new double[100];
      double[] y = new double[100];
      long raw0 = lab.nanos(CLOCK_MONOTONIC_RAW);
      long mono0 = lab.nanos(CLOCK_MONOTONIC);
      for (int i = 0; i < x.length; i++) {
        lab.sleep(random.nextDouble() * 0.02);
        x[i] = lab.nanos(CLOCK_MONOTONIC_RAW) - raw0;
        y[i] = lab.nanos(CLOCK_MONOTONIC) - mono0 - x[i];
      }
      double[] line = regress(x, y);
      double wanted = setPpm();
      assertEquals(wanted, line[0] * 1e6, 0.02, "residual frequency in ppm");
      assertTrue(line[1] < 50, "deviation of " + line[1] + " ns");
      assertTrue(line[1] < 2, "ours is a straight line: deviation of " + line[1] + " ns");
    }
  }

  /** Tick for what is coarse and frequency for the rest. */
  private void steer(double ppm) {
    lab.timex.tick = 10_000 + Math.round(ppm / 100);
    lab.timex.freq = Math.round((ppm - (lab.timex.tick - 10_000) * 100) * PPM);
    assertTrue(lab.adjust(ADJ_TICK | ADJ_FREQUENCY) >= 0);
  }

  private double setPpm() {
    lab.readTimex();
    return (lab.timex.tick - 10_000) * 100 + (double) lab.timex.freq / PPM;
  }

  /** Slope, and largest deviation from the line of least squares. */
  private static double[] regress(double[] x, double[] y) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      meanX += x[i] / x.length;
      meanY += y[i] / x.length;
    }
    double xx = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      xx += (x[i] - meanX) * (x[i] - meanX);
      xy += (x[i] - meanX) * (y[i] - meanY);
    }
    double slope = xy / xx;
    double most = 0;
    for (int i = 0; i < x.length; i++) {
      most = Math.max(most, Math.abs(y[i] - meanY - slope * (x[i] - meanX)));
    }
    return new double[] {slope, most};
  }

  @Test
  void freqStepSeesAFault() {
    double[] x = {0, 1e6, 2e6, 3e6};
    assertTrue(regress(x, new double[] {0, 0, 60, 60})[1] > 2);
    assertEquals(1e-6, regress(x, new double[] {0, 1, 2, 3})[0], 1e-12);
  }
}
