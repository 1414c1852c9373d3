package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.clocksource.ClockSource;

/**
 * An ordered read, carried to another thread by a message, is never later than what that thread
 * reads then, although a hand-over to a flatter line comes between.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "no message yet")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the message is not from the future")
@Outcome(expect = FORBIDDEN, desc = "time went back between threads")
@State
public class MessageCarriesTime {
  private final ClockSource counter = RealCounter.here();
  private final SmallPage page = new SmallPage(counter, SmallPage.NO_GUARD, counter.read());

  /*
   * field   | read     | write    | guard
   * message | volatile | volatile | none: one writer
   */
  private volatile long message;

  /** Reads, tells, and appends. */
  @Actor
  public void sender() {
    message = page.timeline.monotonic();
    page.append();
  }

  /** Hears and reads. */
  @Actor
  public void receiver(I_Result r) {
    long heard = message;
    long read = page.timeline.monotonic();
    page.check();
    r.r1 = heard == 0 ? 0 : heard <= read ? 1 : -1;
  }
}
