package org.timehands.linux;

/**
 * What the kernel knows of an open file or directory, at one moment.
 *
 * @param uid the owner's user number
 * @param gid the owning group's number
 * @param mode type and permission bits, as in inode(7)
 * @param sizeBytes the size; of a directory, whatever the file system makes of it
 * @param inode the file's number within its device
 * @param device the device's major number in the upper 32 bits, its minor number in the lower
 */
public record FileStatus(
    int uid, int gid, int mode, long sizeBytes, long inode, long device) {
  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_REGULAR = 0100000;
  private static final int TYPE_CHARACTER = 0020000;
  private static final int TYPE_DIRECTORY = 0040000;

  /** Whether it is an ordinary file. */
  public boolean isRegular() {
    return (mode & TYPE_MASK) == TYPE_REGULAR;
  }

  /** Whether it is a device that is read and mapped like memory. */
  public boolean isCharacterDevice() {
    return (mode & TYPE_MASK) == TYPE_CHARACTER;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return (mode & TYPE_MASK) == TYPE_DIRECTORY;
  }

  /** The permission bits with set-user-id, set-group-id and sticky: the low 12 bits. */
  public int permissions() {
    return mode & 07777;
  }

  /** Whether both are one file. */
  public boolean isSameFile(FileStatus other) {
    return inode == other.inode && device == other.device;
  }
}
