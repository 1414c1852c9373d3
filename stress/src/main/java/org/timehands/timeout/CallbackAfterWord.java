package org.timehands.timeout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import java.util.function.Consumer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.timehands.stress.jcstress.ArmedTimeout;

/** {@code ShutdownOneAgainstExpiry} by an owner that takes the callback after it has decided. */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "shut down, and has not run")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too late, and has run")
@Outcome(expect = ACCEPTABLE_INTERESTING, desc = "both or neither")
@State
public class CallbackAfterWord {
  /** Long enough to be met. */
  private static final int DAWDLE = 20;

  private final ArmedTimeout armed = new ArmedTimeout(10 * ArmedTimeout.MILLI);

  /** Shuts it down. */
  @Actor
  public void user(II_Result r) {
    r.r1 = armed.timeouts.shutdown(armed.timeout) ? 1 : 0;
  }

  /** Runs it, as a shard's owner would. */
  @Actor
  public void owner() {
    SharedTimeout own = (SharedTimeout) armed.timeout;
    long word = own.word;
    if (SharedTimeout.isArmed(word) && own.change(word, own.over())) {
      for (int i = 0; i < DAWDLE; i++) {
        Thread.onSpinWait();
      }
      Consumer<? super Timeout> callback = own.callback();
      if (callback != null) {
        callback.accept(own);
      }
    }
  }

  /** Counts. */
  @Arbiter
  public void afterwards(II_Result r) {
    r.r2 = armed.ranAfter(ArmedTimeout.MILLI);
  }
}
