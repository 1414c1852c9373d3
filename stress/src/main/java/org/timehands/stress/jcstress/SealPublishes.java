package org.timehands.stress.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.timehands.linux.Memory;

/**
 * Sealing is publishing: who sees segment 0 sealed sees the whole of segment 1.
 *
 * <p>The writer is production's; the reader loads the words as {@code Timeline} does, and looks at
 * all of them, which no single read would. Weakened twin: {@code SealBeforeSuccessor}.
 */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "not sealed yet")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "sealed, the successor is whole")
@Outcome(id = "0", expect = FORBIDDEN, desc = "sealed, the successor is not there")
@Outcome(id = "-1", expect = FORBIDDEN, desc = "sealed, the successor has stale words")
@State
public class SealPublishes {
  private final SmallPage page =
      new SmallPage(FakeCounter.standing(SmallPage.START), SmallPage.NO_GUARD);

  /** Appends. */
  @Actor
  public void writer() {
    page.append();
  }

  /** Follows the seal. */
  @Actor
  public void reader(I_Result r) {
    r.r1 = follow(page);
  }

  /** Looks at segment 1 if segment 0 is sealed: 2 if not, else what the page's judge says. */
  public static int follow(SmallPage page) {
    if ((Memory.getAcquire(page.horizon(0)) & 1) == 0) {
      return 2;
    }
    page.copy(1);
    return page.judge(Memory.get(page.slot(1)), 1);
  }
}
