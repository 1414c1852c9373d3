package org.timehands.bench.alternatives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** What was not taken works all the same (3-49, 3-50): else it is no alternative. */
class TimeoutAlternativesTest {
  private static final long SEED = Long.getLong("timehands.seed", 1);
  private static final String REPLAY =
      "replay: ./timehands test -Dtest=TimeoutAlternativesTest -Dtimehands.seed=" + SEED;
  private static final long TICK = TimeoutAlternative.TICK_NANOS;
  private static final int STEPS = 60_000;

  /** What must become of one timeout. */
  private static final class Item {
    Object timeout;
    boolean pending;
    long armedAt;
    long delay;

    long latest() {
      return armedAt + delay + delay * 8 / 63 + 3 * TICK;
    }
  }

  private long now = 1_000 * TICK;
  private String wrong;

  /** Random operations beside a list that knows; null, or what is wrong first. */
  private String hunt(Function<LongSupplier, TimeoutAlternative> make) {
    SplittableRandom random = new SplittableRandom(SEED);
    TimeoutAlternative design = make.apply(() -> now);
    List<Item> items = new ArrayList<>();
    wrong = null;
    for (int i = 0; i < 200; i++) {
      Item item = new Item();
      item.timeout = design.timeout(() -> ran(item));
      items.add(item);
    }
    for (int step = 0; step < STEPS && wrong == null; step++) {
      Item item = items.get(random.nextInt(items.size()));
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          item.pending = true;
          item.armedAt = now;
          item.delay = random.nextLong(1L << random.nextInt(1, 36));
          design.arm(item.timeout, item.delay);
        }
        case 2 -> {
          if (design.cancel(item.timeout) != item.pending) {
            wrong = "cancel said the contrary";
          }
          item.pending = false;
        }
        default -> {
          now += random.nextLong(1L << random.nextInt(1, 32));
          design.poll();
          if (items.stream().anyMatch(each -> each.pending && each.latest() < now)) {
            wrong = "late or lost";
          }
        }
      }
    }
    return wrong;
  }

  private void ran(Item item) {
    if (!item.pending) {
      wrong = "ran though not pending";
    } else if (now < item.armedAt + item.delay) {
      wrong = "early";
    }
    item.pending = false;
  }

  @Test
  void eachKeepsThePromises() {
    assertNull(hunt(nanos -> new LockedTimeouts(1, nanos)), REPLAY);
    assertNull(hunt(nanos -> new LockedTimeouts(16, nanos)), REPLAY);
    assertNull(hunt(LazyTimeouts::new), REPLAY);
  }

  /** A right design with a planted bug. */
  private record Broken(TimeoutAlternative right, long early, boolean cancels)
      implements TimeoutAlternative {
    @Override
    public Object timeout(Runnable callback) {
      return right.timeout(callback);
    }

    @Override
    public void arm(Object timeout, long delayNanos) {
      right.arm(timeout, Math.max(0, delayNanos - early));
    }

    @Override
    public boolean cancel(Object timeout) {
      return !cancels || right.cancel(timeout);
    }

    @Override
    public void poll() {
      right.poll();
    }
  }

  /** The checker is checked. */
  @Test
  void plantedBugsAreFound() {
    assertNotNull(hunt(nanos -> new Broken(new LockedTimeouts(1, nanos), 2 * TICK, true)));
    assertNotNull(hunt(nanos -> new Broken(new LockedTimeouts(1, nanos), 0, false)));
  }

  /** The engine of links beside a list: exact within 63 ticks, never early, late by 8/63. */
  @Test
  void linkedObjectsKeepThePromises() {
    SplittableRandom random = new SplittableRandom(SEED);
    ObjectWheel wheel = new ObjectWheel(5);
    List<ObjectWheel.Link> armed = new ArrayList<>();
    List<Long> armedAt = new ArrayList<>();
    long[] tick = {5};
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(3)) {
        case 0 -> {
          ObjectWheel.Link link = new ObjectWheel.Link();
          wheel.arm(link, tick[0] + random.nextLong(1L << random.nextInt(1, 20)));
          armed.add(link);
          armedAt.add(tick[0]);
        }
        case 1 -> {
          if (!armed.isEmpty()) {
            int place = random.nextInt(armed.size());
            armedAt.remove(place);
            assertTrue(wheel.cancel(armed.remove(place)), REPLAY);
          }
        }
        default -> {
          tick[0] += random.nextInt(1 << random.nextInt(1, 12));
          List<ObjectWheel.Link> ran = new ArrayList<>();
          wheel.advance(tick[0], ran::add);
          for (ObjectWheel.Link link : ran) {
            assertTrue(link.expires() <= tick[0], "early; " + REPLAY);
            armedAt.remove(armed.indexOf(link));
            armed.remove(link);
          }
          for (int i = 0; i < armed.size(); i++) {
            long delay = armed.get(i).expires() - armedAt.get(i);
            assertTrue(armed.get(i).expires() + delay * 8 / 63 >= tick[0], "late; " + REPLAY);
          }
        }
      }
    }
    assertEquals(armed.size(), armedAt.size());
  }
}
