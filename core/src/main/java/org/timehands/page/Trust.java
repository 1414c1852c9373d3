package org.timehands.page;

import java.util.Set;
import java.util.TreeSet;
import org.timehands.linux.FileStatus;
import org.timehands.linux.HostInfo;

/**
 * Whose files are used: those of certain users, if nobody else may write to them.
 *
 * @param uids the users
 */
record Trust(Set<Long> uids) {
  /** May not be set on what only the owner changes. */
  static final int GROUP_AND_OTHERS = 0022;

  /** May not be set on what the owner's group may change too. */
  static final int OTHERS = 0002;

  /** Root, this user, and more by name. */
  static Trust ofReader(Set<Integer> more) {
    Set<Long> uids = new TreeSet<>(Set.of(0L));
    uids.add(HostInfo.uid());
    more.forEach(uid -> uids.add(Integer.toUnsignedLong(uid)));
    return new Trust(uids);
  }

  /** This user alone: what he owns he writes to. */
  static Trust ofOwner() {
    return new Trust(Set.of(HostInfo.uid()));
  }

  /** Refuses what others could have written. */
  void check(String path, FileStatus status, int forbidden) throws PageRefusedException {
    long uid = Integer.toUnsignedLong(status.uid());
    if (!uids.contains(uid)) {
      throw new PageRefusedException(
          PageRefusedException.Reason.OWNER,
          path + " belongs to user " + uid + ", allowed are " + uids
              + ": let one of them own it, or name that user as trusted");
    }
    if ((status.permissions() & forbidden) != 0) {
      throw new PageRefusedException(
          PageRefusedException.Reason.MODE,
          String.format(
              "%s has mode %04o, bits %04o must be clear: chmod it, or start its owner anew",
              path, status.permissions(), forbidden));
    }
  }
}
