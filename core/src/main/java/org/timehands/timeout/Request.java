package org.timehands.timeout;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/** Somebody wants all that is pending in a shard: its owner puts it here, then opens the latch. */
final class Request {
  final boolean close;
  /** For the answers of all shards; room for one's is made before anything is taken. */
  final ArrayList<Timeout> pending;
  final CountDownLatch done = new CountDownLatch(1);

  @SuppressWarnings("NonApiType") // a list that room can be made in
  Request(boolean close, ArrayList<Timeout> pending) {
    this.close = close;
    this.pending = pending;
  }
}
