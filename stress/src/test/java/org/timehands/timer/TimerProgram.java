package org.timehands.timer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.ClockId;
import org.timehands.timer.TimerWorld.Habit;
import org.timehands.timer.TimerWorld.Subject;

/** What a few threads do with a few timers of one shard: by name, or at random. */
final class TimerProgram {
  static final List<String> ALL =
      List.of(
          "later beside a look",
          "sooner beside a look",
          "moved and back beside a look",
          "cancel beside expiry",
          "two arm one",
          "arm beside cancel",
          "first place is armed and cancelled",
          "cancel beside a sweep",
          "cancel beside a new one",
          "cancel beside a look at idle ones",
          "cancel beside another clock",
          "arm beside close",
          "sooner beside close",
          "cancel while it runs",
          "arms itself beside an arm",
          "arms itself beside a cancel",
          "waiting cancel beside arms",
          "waiting cancel beside AGAIN",
          "two waiting cancels beside AGAIN",
          "soft beside an arm",
          "soft beside a cancel",
          "tick mode beside an arm",
          "slack beside none",
          "discard beside an arm",
          "ties");

  private final TimerWorld world = new TimerWorld();
  private final String name;

  TimerProgram(String name) {
    this.name = name;
  }

  /** A world with its users, where the timers stand. */
  TimerWorld world() {
    Subject one = world.subject();
    if (!ofOne(one) && !ofPlaces(one) && !ofEnds(one) && !ofCallbacks()) {
      ofOtherKinds(one);
    }
    world.begin();
    return world;
  }

  private boolean ofOne(Subject one) {
    switch (name) {
      case "later beside a look" -> {
        one.arm(3);
        world.user(() -> world.pass(4));
        world.user(() -> one.arm(9), () -> one.arm(7));
      }
      case "sooner beside a look" -> {
        one.arm(10);
        one.arm(50);
        world.subject().arm(30);
        world.user(() -> world.pass(12));
        world.user(() -> one.arm(20));
      }
      case "moved and back beside a look" -> {
        one.arm(10);
        one.arm(50);
        world.user(() -> world.pass(12), () -> one.arm(60));
        world.user(() -> one.arm(20), () -> one.arm(50), () -> one.arm(30));
      }
      case "cancel beside expiry" -> {
        one.arm(3);
        world.user(() -> world.pass(4), one::ask);
        world.user(one::tryCancel, one::tryCancel);
      }
      case "two arm one" -> {
        one.arm(10);
        world.user(() -> one.arm(20), () -> one.arm(5));
        world.user(() -> one.arm(15), one::tryCancel);
      }
      case "arm beside cancel" -> {
        one.arm(10);
        world.user(() -> one.arm(12), () -> one.arm(8));
        world.user(one::tryCancel, one::cancel);
      }
      case "first place is armed and cancelled" -> {
        one.arm(30);
        world.subject().arm(40);
        world.user(() -> one.arm(5));
        world.user(one::tryCancel, one::ask);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean ofPlaces(Subject one) {
    Subject two = world.subject();
    Subject three = world.subject();
    Subject four = world.subject();
    switch (name) {
      case "cancel beside a sweep" -> {
        one.arm(10);
        two.arm(11);
        three.arm(12);
        four.arm(13);
        world.user(one::tryCancel, two::tryCancel, () -> one.arm(14));
        world.user(three::tryCancel, four::tryCancel);
      }
      case "cancel beside a new one" -> {
        one.arm(10);
        two.arm(11);
        one.tryCancel();
        world.user(() -> three.arm(30), () -> four.arm(31));
        world.user(two::tryCancel, three::tryCancel);
      }
      case "cancel beside a look at idle ones" -> {
        Subject five = world.subject();
        List.of(one, two, three, four, five).forEach(each -> each.arm(10));
        List.of(three, four, five).forEach(Subject::tryCancel);
        world.user(one::tryCancel);
        world.user(two::ask);
      }
      case "cancel beside another clock" -> {
        one.arm(10);
        two.arm(11);
        three.arm(12);
        two.tryCancel();
        world.user(one::tryCancel, three::discard);
        world.user(() -> one.arm(ClockId.REALTIME, 20, 0), () -> two.arm(9));
      }
      case "ties" -> {
        world.hasTies = true;
        one.arm(3);
        two.arm(4);
        one.tryCancel();
        world.user(() -> three.arm(10), () -> one.arm(10), () -> two.arm(10));
        world.user(() -> world.pass(10));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean ofEnds(Subject one) {
    Subject two = world.subject();
    switch (name) {
      case "arm beside close" -> {
        one.arm(5);
        two.arm(6);
        one.tryCancel();
        world.user(() -> one.arm(7), () -> two.arm(8), () -> two.arm(4));
        world.user(world::close);
      }
      case "sooner beside close" -> {
        one.arm(5);
        two.arm(9);
        world.user(() -> two.arm(1), one::tryCancel);
        world.user(() -> world.pass(6));
        world.user(world::close);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean ofCallbacks() {
    Subject arms = world.subject(Habit.ARMS, 1, false);
    Subject again = world.subject(Habit.AGAIN, 2, false);
    Subject plain = world.subject();
    switch (name) {
      case "cancel while it runs" -> {
        plain.arm(3);
        world.user(() -> world.pass(3), plain::tryCancel, plain::cancel);
        world.user(plain::ask, plain::cancel);
      }
      case "arms itself beside an arm" -> {
        arms.arm(3);
        world.user(() -> world.pass(3), () -> arms.arm(4));
        world.user(arms::tryCancel);
      }
      case "arms itself beside a cancel" -> {
        arms.arm(3);
        world.user(() -> world.pass(3), arms::cancel);
        world.user(arms::tryCancel, arms::ask);
      }
      case "waiting cancel beside arms" -> {
        plain.arm(3);
        world.user(() -> world.pass(3), plain::cancel);
        world.user(() -> plain.arm(2), () -> plain.arm(1), plain::ask);
      }
      case "waiting cancel beside AGAIN" -> {
        again.arm(3);
        world.user(() -> world.pass(3), again::cancel, again::ask);
        world.user(() -> again.arm(6));
      }
      case "two waiting cancels beside AGAIN" -> {
        again.arm(3);
        world.user(() -> world.pass(3), again::cancel);
        world.user(again::cancel, () -> again.arm(9));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void ofOtherKinds(Subject one) {
    Subject soft = world.subject(Habit.AGAIN, 1, true);
    switch (name) {
      case "soft beside an arm" -> {
        soft.arm(3);
        world.user(() -> world.pass(3), () -> soft.arm(5));
        world.user(() -> soft.arm(4), soft::tryCancel);
      }
      case "soft beside a cancel" -> {
        soft.arm(3);
        world.user(() -> world.pass(3), soft::cancel);
        world.user(soft::tryCancel, () -> soft.arm(7));
      }
      case "tick mode beside an arm" -> {
        one.arm(30);
        world.user(() -> one.arm(10), () -> one.arm(25));
        world.user(
            () -> world.setMode(TickMode.dynamic(100)), () -> world.setMode(TickMode.tickless()));
      }
      case "slack beside none" -> {
        one.arm(ClockId.MONOTONIC, 10, 5);
        world.user(() -> one.arm(12), () -> one.arm(ClockId.MONOTONIC, 6, 3));
        world.user(() -> one.arm(8), one::tryCancel);
      }
      case "discard beside an arm" -> {
        one.arm(10);
        world.subject().arm(20);
        world.user(one::discard, () -> one.arm(12));
        world.user(() -> one.arm(15), () -> one.arm(9));
      }
      default -> throw new IllegalArgumentException(name);
    }
  }

  /** A few timers of all kinds, and a few threads that each do a few things. */
  static TimerWorld random(SplittableRandom random) {
    TimerWorld world = new TimerWorld();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      Habit habit = Habit.values()[Math.max(0, random.nextInt(5) - 2)];
      world.subject(habit, 1 + random.nextInt(2), random.nextInt(4) == 0);
    }
    for (int i = random.nextInt(8); i > 0; i--) {
      operation(world, random).run();
    }
    if (random.nextBoolean()) {
      world.look();
    }
    int users = 2 + random.nextInt(2);
    for (int i = 0; i < users; i++) {
      List<Runnable> steps = new ArrayList<>();
      for (int k = 1 + random.nextInt(4); k > 0; k--) {
        steps.add(operation(world, random));
      }
      if (i == 0 && random.nextInt(4) == 0) {
        steps.add(world::close);
      }
      world.user(steps.toArray(Runnable[]::new));
    }
    world.begin();
    return world;
  }

  private static Runnable operation(TimerWorld world, SplittableRandom random) {
    Subject subject = world.subjects.get(random.nextInt(world.subjects.size()));
    long at = random.nextInt(24);
    return switch (random.nextInt(16)) {
      case 0 -> subject::cancel;
      case 1 -> subject::discard;
      case 2 -> subject::ask;
      case 3, 4, 5 -> subject::tryCancel;
      case 6 -> () -> subject.arm(ClockId.REALTIME, at, 0);
      case 7 -> () -> subject.arm(ClockId.MONOTONIC, at, 3);
      case 8, 9 -> () -> world.pass(at / 3);
      default -> () -> subject.arm(at);
    };
  }
}
