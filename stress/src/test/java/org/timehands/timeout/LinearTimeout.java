package org.timehands.timeout;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;

/**
 * A program for Lincheck, in a JVM of its own: one kept timeout, two threads that arm, reduce, put
 * off, cancel and ask, one of them its owner as well; all that they are told is as if one had
 * called after the other. Ends with 0 if Lincheck agrees, with 1 and a schedule if not.
 *
 * <p>Soon is due at the next look, far never: so only the order of calls counts, not the instants.
 */
public class LinearTimeout {
  private static final long MILLI = 1_000_000;
  private static final long FAR = 1_000_000 * MILLI;
  private static final int SCENARIOS = 12;
  private static final int SCHEDULES = 250;

  private LinearTimeout() {}

  /** The timeouts as they are. */
  public static class Real {
    volatile long now = 1_000 * MILLI;
    int ran;
    final Timeouts timeouts = Timeouts.byHand(() -> now, TimeoutsOptions.DEFAULT.withShards(1));
    final Timeout timeout = timeouts.timeout(due -> ran++);

    /** Made by Lincheck. */
    public Real() {}

    /** Arms for the next look. */
    @Operation
    public boolean armSoon() {
      return timeouts.arm(timeout, MILLI);
    }

    /** Arms for never. */
    @Operation
    public boolean armFar() {
      return timeouts.arm(timeout, FAR);
    }

    /** Arms for the next look, unless it is. */
    @Operation
    public void reduce() {
      timeouts.reduce(timeout, MILLI);
    }

    /** Puts off, if it is pending. */
    @Operation
    public void postpone() {
      timeouts.postpone(timeout, FAR);
    }

    /** Cancels. */
    @Operation
    public boolean cancel() {
      return timeout.cancel();
    }

    /** Asks. */
    @Operation
    public boolean isPending() {
      return timeout.isPending();
    }

    /** The owner looks; answers how often it ran. */
    @Operation(nonParallelGroup = "owner")
    public int expire() {
      now = now + 100 * MILLI;
      int before = ran;
      timeouts.poll();
      return ran - before;
    }
  }

  /** With a cancel that looks and stores. */
  public static class CancelsByStore extends Real {
    /** Made by Lincheck. */
    public CancelsByStore() {}

    @Override
    @Operation
    public boolean cancel() {
      SharedTimeout own = (SharedTimeout) timeout;
      boolean pending = SharedTimeout.isArmed(own.word);
      if (pending) {
        own.word = SharedTimeout.IDLE;
      }
      return pending;
    }
  }

  /** With an arming that reads where the owner looks before it writes the word. */
  public static class LooksFirst extends Real {
    /** Made by Lincheck. */
    public LooksFirst() {}

    @Override
    @Operation
    public boolean armSoon() {
      SharedTimeout own = (SharedTimeout) timeout;
      long from = own.tick();
      long looks = own.looksAt;
      long before = own.word;
      while (!own.change(before, SharedTimeout.word(from, 1))) {
        before = own.word;
      }
      own.forgetLater(own.later());
      if (from + 3 < looks) {
        own.shard.mail(own, from + 3);
      }
      return SharedTimeout.isArmed(before);
    }
  }

  /** What it is to do, one call after the other. */
  public static class Sequential {
    private static final int IDLE = 0;
    private static final int SOON = 1;
    private static final int LATER = 2;

    private int state;

    /** Made by Lincheck. */
    public Sequential() {}

    private boolean to(int next) {
      boolean pending = isPending();
      state = next;
      return pending;
    }

    /** As {@link Real#armSoon}. */
    public boolean armSoon() {
      return to(SOON);
    }

    /** As {@link Real#armFar}. */
    public boolean armFar() {
      return to(LATER);
    }

    /** As {@link Real#reduce}. */
    public void reduce() {
      state = SOON;
    }

    /** As {@link Real#postpone}. */
    public void postpone() {
      state = isPending() ? LATER : IDLE;
    }

    /** As {@link Real#cancel}. */
    public boolean cancel() {
      return to(IDLE);
    }

    /** As {@link Real#isPending}. */
    public boolean isPending() {
      return state != IDLE;
    }

    /** As {@link Real#expire}. */
    public int expire() {
      boolean due = state == SOON;
      state = due ? IDLE : state;
      return due ? 1 : 0;
    }
  }

  /**
   * Checks.
   *
   * @param args the simple name of a class above
   */
  public static void main(String[] args) throws ClassNotFoundException {
    Class<?> checked = Class.forName(LinearTimeout.class.getName() + "$" + args[0]);
    try {
      new ModelCheckingOptions()
          .iterations(SCENARIOS)
          .invocationsPerIteration(SCHEDULES)
          .threads(2)
          .actorsPerThread(3)
          .actorsBefore(1)
          .actorsAfter(2)
          .sequentialSpecification(Sequential.class)
          .check(checked);
      System.out.println("agrees: " + args[0]);
    } catch (AssertionError found) {
      System.out.println(found.getMessage());
      System.exit(1);
    }
  }
}
