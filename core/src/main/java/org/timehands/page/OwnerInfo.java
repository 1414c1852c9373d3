package org.timehands.page;

import java.util.OptionalLong;
import org.timehands.linux.HostInfo;
import org.timehands.timeline.PageHeader;

/**
 * Who owns a page, as its header says: a process, named by its number and its start.
 *
 * @param pid the process, in its own pid namespace; 0 if the last owner left in order
 * @param alive whether that process runs, as far as can be seen from here
 * @param epoch how often the page has had a new owner
 * @param startTicks when the process started, in kernel clock ticks since boot
 */
public record OwnerInfo(long pid, boolean alive, long epoch, long startTicks) {
  /** Nobody, yet. */
  static final OwnerInfo NOBODY = new OwnerInfo(0, false, 0, 0);

  static OwnerInfo of(PageHeader header) {
    long pid = header.ownerPid();
    OptionalLong started = pid > 0 ? HostInfo.processStartTicks(pid) : OptionalLong.empty();
    boolean alive = started.isPresent() && started.getAsLong() == header.ownerStartTicks();
    return new OwnerInfo(pid, alive, header.ownerEpoch(), header.ownerStartTicks());
  }
}
