package org.timehands.page;

import java.util.OptionalInt;
import org.timehands.timeline.Page;

/**
 * How a page is made. Immutable.
 *
 * @param slotCount how many segments of history it keeps, a power of two in [4, 2^20]; a page that
 *     is resumed keeps what it has
 * @param groupId the group whose members may extend the horizon themselves; empty for the owner's
 *     own group
 */
public record OwnerOptions(int slotCount, OptionalInt groupId) {
  /** Checks the count of slots. */
  public OwnerOptions {
    Page.checkSlots(slotCount);
  }

  /** The default depth of history, and the owner's own group. */
  public static OwnerOptions defaults() {
    return new OwnerOptions(Page.DEFAULT_SLOTS, OptionalInt.empty());
  }
}
