package org.timehands.stress.interleave;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.timehands.mischief.Mischief;
import org.timehands.timeline.PageIdentity;
import org.timehands.timeline.Page;

/**
 * One schedule of one seed: actors run one at a time, each until the scheduler takes the turn away
 * before one of its accesses, while true time goes on as the scheduler likes.
 *
 * <p>Memory is sequentially consistent here; what weaker memory adds is for the jcstress tests.
 */
final class Simulation implements Mischief.Hook {
  private static final int MAX_STEPS = 120_000;
  private static final int MAX_READ_STEPS = 20_000;
  private static final long MAX_UNWATCHED = 5_000_000;
  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  final Plan plan;
  final Variant variant;
  final Rng rng;
  final Layout layout;
  final Page page;
  final SimCounter x;
  final SimCounter y;
  final Checker checker;
  final Traces traces;
  final List<Actor> actors = new ArrayList<>();
  /** When the machine woke from a sleep, in true time. */
  final List<Long> wakes = new ArrayList<>();
  Owner owner;
  Violation failure;
  long reads;
  long totalSteps;

  private final Set<String> rules;
  private Actor current;
  private Actor lastRun;
  private int budget;
  private boolean quiet;
  private long unwatched;
  private long round;
  private long picos;

  Simulation(
      long seed,
      Plan.Focus focus,
      Variant variant,
      long pageAddress,
      boolean traced,
      Set<String> rules) {
    this.rules = rules;
    this.rng = new Rng(seed);
    this.plan = new Plan(rng, focus);
    this.variant = variant;
    this.traces = traced ? new Traces() : null;
    this.layout = new Layout(pageAddress, plan.slots);
    this.page = Page.format(pageAddress, plan.slots, new PageIdentity(1, 2, 3, seed, 4));
    long kindX = plan.nativeFirst ? Campaign.NATIVE_KIND : 256;
    this.x = counter(kindX, plan.hertzX);
    this.y = counter(257, plan.hertzY);
    this.checker = new Checker(this);
  }

  private SimCounter counter(long id, long hertz) {
    long limit = plan.width == Plan.WIDE ? 0 : 1L << plan.width;
    long near = rng.belowLong(plan.step * 100);
    // Close before a wrap: of the width, or of the sign.
    long origin = limit != 0 ? limit - 1 - near : rng.permille(500) ? near : Long.MAX_VALUE - near;
    long off = rng.belowLong(SimCounter.DRIFT_PPB) - SimCounter.DRIFT_PPB / 2;
    return new SimCounter(this, id, plan.width, hertz, off, origin);
  }

  /** The counter of an id. */
  SimCounter counterOf(long id) {
    return id == x.id() ? x : y;
  }

  long picos() {
    return picos;
  }

  long round() {
    return round;
  }

  /** A check of the given name has failed; ends the schedule if that check counts. */
  void broken(String rule, String detail) {
    if (rules.isEmpty() || rules.contains(rule)) {
      throw new Violation(rule, detail);
    }
  }

  Actor current() {
    return current;
  }

  /** Runs the schedule; the failure stands in {@link #failure}. */
  void run() {
    quietly(() -> Owner.begin(this));
    Processes.start(this);
    while (failure == null && totalSteps < MAX_STEPS) {
      Actor next = choose();
      if (next == null) {
        break;
      }
      turn(next);
      round++;
      passTime();
    }
    if (failure == null) {
      try {
        quietly(() -> Aftermath.check(this));
      } catch (Violation found) {
        failure = found;
      } catch (RuntimeException | Error thrown) {
        failure = new Violation("THROWS", "afterwards: " + Traces.shortStack(thrown));
      }
    }
  }

  private void turn(Actor next) {
    if (next != lastRun) {
      next.soloSteps = 0;
      lastRun = next;
    }
    budget = rng.permille(400) ? 1 : rng.permille(50) ? 5000 : 1 + (int) rng.heavy(64);
    current = next;
    next.run();
    current = null;
  }

  private Actor choose() {
    int count = 0;
    Actor chosen = null;
    Actor sleeper = null;
    int sleepers = 0;
    for (Actor actor : actors) {
      if (actor.canRun(round)) {
        if (rng.below(++count) == 0) {
          chosen = actor;
        }
      } else if (actor.canRun(Long.MAX_VALUE) && rng.below(++sleepers) == 0) {
        sleeper = actor;
      }
    }
    return chosen != null ? chosen : sleeper;
  }

  private void passTime() {
    if (rng.permille(plan.leapPermille)) {
      // Far, but not so far that nobody could tell how often the counter came round.
      advance(rng.belowLong(x.picosOf(1L << (plan.width - 2))));
      return;
    }
    int kind = rng.below(1000);
    if (kind < 600) {
      return;
    }
    long stepPicos = x.picosOf(plan.step);
    if (kind < 850) {
      advance(rng.belowLong(plan.accessPicos * 4 + 1));
    } else if (kind < 960) {
      advance(rng.belowLong(stepPicos + 1));
    } else if (kind < 992) {
      advance(rng.heavy(stepPicos * 30 + 1));
    } else if (kind < 998 || !plan.sleeps || wakes.size() > 2) {
      advance(rng.heavy(x.picosOf(plan.gap) * (rng.permille(300) ? 5 : 1) + 1));
    } else {
      advance(x.picosOf(plan.gap) * (2 + rng.below(4)));
      wakes.add(picos);
      trace("the machine slept");
    }
  }

  /** Lets true time pass; a narrow counter is never left alone for half of its range. */
  void advance(long more) {
    if (plan.width != Plan.WIDE) {
      quietly(
          () -> {
            long k = layout.newest();
            SimCounter counter = counterOf(layout.word(k, Layout.CLOCKSOURCE));
            long ahead = counter.wideAt(picos + more) - layout.promisedCycle(k);
            long quarter = 1L << (plan.width - 2);
            long fastest = Math.max(plan.hertzX, plan.hertzY);
            if (ahead <= 0 || counter.picosOf(ahead) < quarter * (1e12 / fastest)) {
              picos += more;
            }
          });
      return;
    }
    picos += more;
  }

  /** Does something that is no actor's step. */
  void quietly(Runnable action) {
    boolean before = quiet;
    quiet = true;
    try {
      action.run();
    } finally {
      quiet = before;
    }
  }

  void fail(Violation found) {
    if (failure == null) {
      failure = found;
      trace("VIOLATION " + found.rule + ": " + found.getMessage());
    }
  }

  /** Puts the running actor to sleep for some rounds, or for as long as others can run. */
  void stall(Actor actor) {
    boolean forEver = rng.permille(150);
    actor.asleepUntil = forEver ? FOR_EVER : round + rng.heavy(600);
    trace(actor.name + " stalls");
  }

  void trace(String line) {
    if (traces != null) {
      traces.add(picos + " ps  " + line);
    }
  }

  // --- Mischief.Hook: what actors do ------------------------------------------------------------

  @Override
  public void load(long address) {
    step("load", address, 0);
  }

  @Override
  public void store(long address) {
    step("store", address, address == layout.address + 128 ? 200 : 0);
  }

  @Override
  public void cas(long address) {
    if (current != null && !quiet) {
      current.attempts++;
    }
    step("cas", address, 200);
  }

  @Override
  public void counter() {
    if (current == null || quiet) {
      step("counter", 0, 0);
      return;
    }
    step("counter", 0, 60);
    advance(current.waiting ? x.picosOf(plan.step) : rng.belowLong(plan.accessPicos * 2 + 1));
  }

  /** The counter has been sampled. */
  void sampled(SimCounter counter, long wide) {
    if (current != null && !quiet) {
      current.lastCounter = counter;
      current.lastWide = wide;
      trace(current.name + " reads " + counter.name() + " = " + counter.sinceOrigin(wide));
    }
  }

  private void step(String what, long address, int extraStallPermille) {
    Actor actor = current;
    if (actor == null || quiet) {
      unwatched++;
      if (unwatched > MAX_UNWATCHED) {
        throw new Violation("STEPS", "a call outside of the schedule does not end");
      }
      return;
    }
    unwatched = 0;
    totalSteps++;
    actor.soloSteps++;
    if (++actor.steps > MAX_READ_STEPS && !actor.waiting) {
      throw new Violation("STEPS", actor.name + " took " + actor.steps + " steps");
    }
    if (owner.diesAt(actor)) {
      trace("the owner dies");
      owner.kill();
      Actor.yieldTurn();
    }
    if (rng.permille(plan.stallPermille + extraStallPermille)) {
      stall(actor);
      Actor.yieldTurn();
    } else if (--budget <= 0) {
      Actor.yieldTurn();
    }
    if (traces != null && address != 0) {
      trace(actor.name + " " + what + " " + layout.name(address) + " (" + peek(address) + ")");
    }
  }

  private String peek(long address) {
    long[] value = new long[1];
    quietly(() -> value[0] = org.timehands.linux.Memory.get(address));
    String name = layout.name(address);
    if (name.startsWith("H[") && value[0] >= 0) {
      return (value[0] >>> 1) + ((value[0] & 1) != 0 ? " sealed" : "");
    }
    return Long.toString(value[0]);
  }
}
