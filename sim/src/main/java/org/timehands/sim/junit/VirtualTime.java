package org.timehands.sim.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.timehands.tick.TickMode;

/**
 * Runs a test, or all tests of a class, at virtual time: each in a {@link
 * org.timehands.sim.VirtualWorld} of its own.
 *
 * <p>Tests, and the constructors and lifecycle methods of their class, may have parameters of these
 * types: VirtualWorld, Timekeeper, Timekeeping, Timers, Timeouts, Sleeper, TimerExecutor and
 * ScheduledExecutorService (with one thread), TimeoutScheduler, java.time's Clock (UTC) and
 * InstantSource.
 *
 * <pre>{@code
 * @Test
 * @VirtualTime
 * void reportsOnceAnHour(VirtualWorld world, ScheduledExecutorService executor) {
 *   executor.scheduleAtFixedRate(report::write, 1, 1, TimeUnit.HOURS);
 *   world.advance(Duration.ofDays(1));
 *   assertEquals(24, report.count());
 * }
 * }</pre>
 *
 * <p>Nested classes are run as the class around them, unless they have an annotation of their own.
 * Time is driven by the thread that JUnit runs a method on. Code that {@code
 * assertTimeoutPreemptively} runs is on yet another: hand it to {@link
 * org.timehands.sim.VirtualWorld#call}.
 *
 * <p>A test that fails says its seed and the command that replays it; {@code -Dtimehands.seed=N}
 * runs all such tests with that seed.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(VirtualTimeExtension.class)
public @interface VirtualTime {
  /** The seed of all that is left to chance; 0 for another one in each run. */
  long seed() default 1;

  /** REALTIME at the beginning, as ISO 8601 has it. */
  String start() default "2026-01-01T00:00:00Z";

  /** How timers are woken. */
  TickMode.Kind tickMode() default TickMode.Kind.TICKLESS;

  /** Ticks a second where there is a beat, in [1, 10 000]. */
  int hz() default 1000;

  /** Whether devices are late, lose events and wake for nothing. */
  boolean adversary() default false;

  /** How many shards of timers there are, in [1, 64]. */
  int cpus() default 1;

  /** For how much real time a thread may run before it sleeps, in milliseconds, at least 1. */
  long patienceMillis() default 10_000;
}
