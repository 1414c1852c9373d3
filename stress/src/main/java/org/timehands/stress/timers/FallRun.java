package org.timehands.stress.timers;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.SimulatedClockSource;
import org.timehands.clocksource.TickClockSource;
import org.timehands.fixed.Slope;
import org.timehands.sim.Adversary;
import org.timehands.sim.VirtualSettings;
import org.timehands.sim.VirtualWorld;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerCallback.Next;

/**
 * One seeded schedule in a virtual world: the clocksource falls to ticks and comes back under armed
 * timers, from outside and from callbacks, tick modes are switched beside it, clocks are set, and
 * the devices of half of the worlds are late, lose events and wake for nothing.
 *
 * <p>Rules: EARLY; LATE (beyond what the mode and the devices' sins explain); LOST (never ran);
 * MODE (the mode is not what the clocksource allows); BEAT (with a beat, ran between two ticks);
 * BROKEN (an exception).
 */
final class FallRun {
  private static final ClockId[] CLOCKS = {
    ClockId.MONOTONIC, ClockId.REALTIME, ClockId.BOOTTIME, ClockId.TAI
  };
  private static final TickMode COARSE = TickMode.dynamic(1000);
  private static final int OPERATIONS = 40;
  private static final int COARSE_HERTZ = 100_000;
  private static final long FINE_HERTZ = 24_000_000;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;

  /** A setter and a change of counter take true time, in which nobody is woken. */
  private static final long CHANGES_NANOS = 500_000;

  /** The device's clock is a little off ours, after a change of counters that is paid back. */
  private static final long APART_NANOS = 100_000;

  /** A tick of 10 ms that is over when the mode is switched, and the first one after that. */
  private static final long BEATS_NANOS = 20 * MILLI;

  private final SplittableRandom random;
  private final VirtualWorld world;
  private final ClockSource coarse;
  private final ClockSource fine;
  private final Map<ClockId, Long> beatUntil = new EnumMap<>(ClockId.class);
  private TickMode wanted = TickMode.tickless();
  private boolean isCoarse;
  private Violation first;
  private long armed;
  private int depth;
  long expired;

  FallRun(long seed) {
    random = new SplittableRandom(seed);
    world =
        VirtualWorld.begin(
            VirtualSettings.defaults()
                .withSeed(seed)
                .withCpus(1 + random.nextInt(3))
                .adverse(random.nextBoolean()));
    coarse = TickClockSource.over(COARSE_HERTZ, world::trueNanos, 1);
    fine =
        new SimulatedClockSource(
            SimulatedClockSource.Settings.of(FINE_HERTZ).named("fine", 300, 300),
            world::trueNanos);
    noteBeat();
  }

  void run() {
    try (world) {
      for (int i = 0; i < OPERATIONS; i++) {
        operate();
        world.advance(Duration.ofNanos(random.nextLong(60 * MILLI)));
        judge();
      }
      switchTo(TickMode.dynamic(100));
      world.advance(Duration.ofSeconds(10));
      judge();
      if (expired != armed) {
        throw new Violation("LOST", armed - expired + " of " + armed + " never ran");
      }
    } catch (IllegalStateException | IllegalArgumentException | NullPointerException broken) {
      throw new Violation("BROKEN", broken.toString());
    }
  }

  private void judge() {
    if (first != null) {
      throw first;
    }
    TickMode allowed = wanted.isHighResolution() && isCoarse ? COARSE : wanted;
    if (!world.timers().tickMode().equals(allowed)) {
      throw new Violation(
          "MODE", world.timers().tickMode() + " in place of " + allowed + ", coarse " + isCoarse);
    }
  }

  private void operate() {
    switch (random.nextInt(6)) {
      case 0 -> change();
      case 1 -> switchTo(Beat.any(random));
      case 2 -> set();
      default -> {
        for (int i = random.nextInt(10); i >= 0; i--) {
          arm();
        }
      }
    }
  }

  /** To the other clocksource, or to the same once more. */
  private void change() {
    noteBeat();
    isCoarse = random.nextInt(3) == 0 ? isCoarse : !isCoarse;
    ClockSource to = isCoarse ? coarse : fine;
    world.timekeeping().changeClocksource(to, Slope.ofFrequency(to.frequencyHz()), 0);
    noteBeat();
  }

  private void switchTo(TickMode mode) {
    noteBeat();
    wanted = mode;
    world.timers().setTickMode(mode);
    noteBeat();
  }

  /** Forward only, so that what is due then is due at once, and not late. */
  private void set() {
    long step = random.nextLong(SECOND);
    world.timekeeping().injectOffset(step);
  }

  /** What was due while there was a beat may have waited for a tick. */
  private void noteBeat() {
    for (ClockId each : CLOCKS) {
      beatUntil.put(each, world.nanos(each));
    }
  }

  private void arm() {
    ClockId clock = random.nextBoolean() ? ClockId.MONOTONIC : ClockId.BOOTTIME;
    boolean settable = random.nextInt(4) == 0;
    ClockId on = settable ? CLOCKS[random.nextInt(CLOCKS.length)] : clock;
    boolean isSet = on == ClockId.REALTIME || on == ClockId.TAI;
    long expiry = world.nanos(on) + random.nextLong(SECOND);
    armed++;
    world
        .timers()
        .timer(
            random.nextInt(world.settings().cpus()),
            (timer, now) -> {
              expired++;
              try {
                judge(on, isSet, expiry, now);
                act();
              } catch (Violation broken) {
                first = first == null ? broken : first;
              }
              return Next.DONE;
            },
            false)
        .arm(on, expiry);
  }

  private void act() {
    if (depth > 0 || random.nextInt(20) != 0) {
      return;
    }
    depth++;
    if (random.nextBoolean()) {
      change();
    } else {
      switchTo(Beat.any(random));
    }
    depth--;
  }

  private void judge(ClockId on, boolean isSet, long expiry, long now) {
    if (now < expiry || world.nanos(on) < expiry) {
      throw new Violation("EARLY", on + " by " + (expiry - now));
    }
    TickMode mode = world.timers().tickMode();
    boolean beats = !mode.isHighResolution() || expiry <= beatUntil.get(on);
    long sins = world.settings().isAdverse() ? Adversary.RETRY_NANOS : 0;
    long allowed = sins + CHANGES_NANOS + (beats ? BEATS_NANOS : 0);
    if (!isSet && now - expiry > allowed) {
      throw new Violation("LATE", on + " by " + (now - expiry) + ", allowed " + allowed);
    }
    // A pass that has begun in another mode is gone through.
    long mono = world.nanos(ClockId.MONOTONIC);
    boolean isSwitched = mono - beatUntil.get(ClockId.MONOTONIC) < mode.tickNanos();
    long behind = Math.floorMod(mono, mode.tickNanos());
    long apart = Math.min(behind, mode.tickNanos() - behind);
    if (!mode.isHighResolution() && !isSwitched && sins == 0 && apart > APART_NANOS) {
      throw new Violation("BEAT", "ran " + behind + " ns behind a tick: " + mode);
    }
  }
}
