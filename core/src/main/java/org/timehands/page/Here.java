package org.timehands.page;

import java.util.UUID;
import org.timehands.linux.HostClocks;
import org.timehands.linux.HostInfo;
import org.timehands.linux.NativeAccess;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageIdentity;

/** Where this process counts: the boot and the time namespace that a page must be of. */
final class Here {
  private Here() {}

  /** Refuses to go on where files cannot be mapped as the layout needs it. */
  static void requireMapping() throws PageRefusedException {
    if (!NativeAccess.available()) {
      throw new PageRefusedException(
          PageRefusedException.Reason.SYSTEM,
          "a page needs native access: " + NativeAccess.whyNot());
    }
    if (Page.HEADER_BYTES % HostInfo.pageBytes() != 0) {
      throw new PageRefusedException(
          PageRefusedException.Reason.SYSTEM,
          "this kernel's memory pages have " + HostInfo.pageBytes() + " bytes, the layout needs "
              + Page.HEADER_BYTES + ": use a timeline of this process alone");
    }
  }

  /** The identity of a page that begins now. */
  static PageIdentity identity() {
    UUID boot = HostInfo.bootId();
    long created = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
    long timeline = mix(created ^ mix(HostInfo.pid() ^ boot.getLeastSignificantBits()));
    return new PageIdentity(
        boot.getMostSignificantBits(),
        boot.getLeastSignificantBits(),
        HostInfo.timeNamespace(),
        timeline,
        created);
  }

  /** Refuses a page whose counter counts elsewhere. */
  static void check(PageIdentity page) throws PageRefusedException {
    UUID boot = HostInfo.bootId();
    UUID theirs = new UUID(page.bootIdHigh(), page.bootIdLow());
    if (!theirs.equals(boot)) {
      throw new PageRefusedException(
          PageRefusedException.Reason.BOOT,
          "page is of boot " + theirs + ", this is boot " + boot + ": start its owner anew");
    }
    long namespace = HostInfo.timeNamespace();
    if (page.timeNamespace() != namespace) {
      throw new PageRefusedException(
          PageRefusedException.Reason.NAMESPACE,
          "page is of time namespace " + page.timeNamespace() + ", this process is in " + namespace
              + ": another container's; give each its own page");
    }
  }

  /** Spreads the bits of a number; Stafford's variant 13 of the finaliser of MurmurHash3. */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
