package org.timehands.page;

import java.util.Set;

/**
 * How a page is attached. Immutable.
 *
 * @param readOnly never to extend the horizon, even where that is permitted
 * @param trustedUids users that may own the page, besides root and this user
 */
public record ReaderOptions(boolean readOnly, Set<Integer> trustedUids) {
  /** Copies the set. */
  public ReaderOptions {
    trustedUids = Set.copyOf(trustedUids);
  }

  /** Extends where permitted; trusts root and this user. */
  public static ReaderOptions defaults() {
    return new ReaderOptions(false, Set.of());
  }
}
