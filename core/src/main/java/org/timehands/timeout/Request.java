package org.timehands.timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Somebody wants all that is pending in a shard: its owner puts it here, then opens the latch. */
final class Request {
  final boolean close;
  final List<Timeout> pending = new ArrayList<>();
  final CountDownLatch done = new CountDownLatch(1);

  Request(boolean close) {
    this.close = close;
  }
}
