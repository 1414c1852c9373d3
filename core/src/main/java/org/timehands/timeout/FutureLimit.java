package org.timehands.timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The callback of a future's timeout: a report of what was slow shows which future it was. */
record FutureLimit(CompletableFuture<?> future, Duration limit) implements Consumer<Timeout> {
  @Override
  public void accept(Timeout timeout) {
    future.completeExceptionally(new TimeoutException("not completed within " + limit));
  }
}
