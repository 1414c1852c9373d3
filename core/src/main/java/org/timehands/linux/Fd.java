package org.timehands.linux;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;

/**
 * An open file or directory, reached without following a symbolic link at the end of its path.
 *
 * <p>Every descriptor is closed on exec, opens without blocking (a FIFO put in our way cannot stop
 * us) and never becomes a controlling terminal. Names below a directory are single names: they may
 * not hold a slash and may not be {@code .} or {@code ..}. Links in the middle of a path given to
 * {@link #open} or {@link #openDirectory} are followed; open the directory first and check its
 * {@link #status} where that matters.
 *
 * <p>A file is never made shorter, because another process may have it mapped and would be killed
 * by SIGBUS.
 *
 * <p>All methods may be called from any thread; they exclude each other. After {@link #close} they
 * throw {@link ClosedChannelException}. Where native access is denied, opening throws {@link
 * UnsupportedOperationException}.
 */
public final class Fd implements Closeable {
  /*
   * field  | read         | write        | guard
   * number | synchronized | synchronized | this; held through each call, so that a number that has
   *        |              |              | been closed and given out anew is never used
   */
  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_NOCTTY = 0x100;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;

  /* fcntl(2): locks that belong to the open file, not to the process. */
  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;
  private static final long FLOCK_BYTES = 32;

  /* statx(2), whose structure is the same on every architecture, unlike that of fstat. */
  private static final int STATX_BASIC = 0x7ff;
  private static final long STATX_BYTES = 256;

  private static final int NAME_LIMIT_BYTES = 255;

  private final String path;
  private int number;

  private Fd(int number, String path) {
    this.number = number;
    this.path = path;
  }

  /**
   * Opens an existing file.
   *
   * @param path the file; not a symbolic link
   * @param writable whether to open it for writing as well as for reading
   * @throws ErrnoException if the system refuses; ELOOP if it is a symbolic link
   */
  public static Fd open(Path path, boolean writable) throws IOException {
    return openat(AT_FDCWD, path.toString(), path.toString(), access(writable), 0);
  }

  /**
   * Opens an existing directory.
   *
   * @param path the directory; not a symbolic link
   * @throws ErrnoException if the system refuses; ENOTDIR if it is a symbolic link or a file
   */
  public static Fd openDirectory(Path path) throws IOException {
    return openat(AT_FDCWD, path.toString(), path.toString(), Arch.current().openDirectory, 0);
  }

  /**
   * Makes a directory with exactly these permissions, whatever the umask, and opens it.
   *
   * @param path the directory, which must not exist
   * @param permissions the low 9 bits of its mode
   * @throws ErrnoException if the system refuses; EEXIST if it exists
   */
  public static Fd createDirectory(Path path, int permissions) throws IOException {
    NativeAccess.require("making a directory");
    checkPermissions(permissions);
    try (Arena arena = Arena.ofConfined()) {
      Libc.checkInt(
          "mkdir", path.toString(), Libc.string(arena, path.toString()), permissions);
    }
    return openDirectory(path).withPermissions(permissions);
  }

  /** As {@link #open}, for a name in this directory. */
  public synchronized Fd openAt(String name, boolean writable) throws IOException {
    return openat(live(), checkName(name), below(name), access(writable), 0);
  }

  /** As {@link #openDirectory}, for a name in this directory. */
  public synchronized Fd openDirectoryAt(String name) throws IOException {
    return openat(live(), checkName(name), below(name), Arch.current().openDirectory, 0);
  }

  /**
   * Makes an empty file in this directory with exactly these permissions, whatever the umask, and
   * opens it for reading and writing.
   *
   * @param name a single name, which must not exist, not even as a symbolic link
   * @param permissions the low 9 bits of its mode
   * @throws ErrnoException if the system refuses; EEXIST if the name exists
   */
  public synchronized Fd createAt(String name, int permissions) throws IOException {
    checkPermissions(permissions);
    int flags = O_RDWR | O_CREAT | O_EXCL;
    return openat(live(), checkName(name), below(name), flags, permissions)
        .withPermissions(permissions);
  }

  /** As {@link #createDirectory}, for a name in this directory. */
  public synchronized Fd createDirectoryAt(String name, int permissions) throws IOException {
    checkPermissions(permissions);
    try (Arena arena = Arena.ofConfined()) {
      long text = Libc.string(arena, checkName(name));
      Libc.checkInt("mkdirat", below(name), live(), text, permissions);
    }
    return openDirectoryAt(name).withPermissions(permissions);
  }

  /** Renames within this directory, replacing what has the new name, as one step. */
  public synchronized void renameAt(String from, String to) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long source = Libc.string(arena, checkName(from));
      long target = Libc.string(arena, checkName(to));
      String both = below(from) + " -> " + to;
      Libc.checkInt("renameat", both, live(), source, live(), target);
    }
  }

  /** Takes a file's name out of this directory; who has it open or mapped keeps it. */
  public synchronized void unlinkAt(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Libc.checkInt("unlinkat", below(name), live(), Libc.string(arena, checkName(name)), 0);
    }
  }

  /** What the kernel knows of the open file now. */
  public synchronized FileStatus status() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(STATX_BYTES, 8);
      long empty = Libc.string(arena, "");
      Libc.checkInt("statx", path, live(), empty, AT_EMPTY_PATH, STATX_BASIC, s.address());
      return new FileStatus(
          s.get(ValueLayout.JAVA_INT, 20),
          s.get(ValueLayout.JAVA_INT, 24),
          Short.toUnsignedInt(s.get(ValueLayout.JAVA_SHORT, 28)),
          s.get(ValueLayout.JAVA_LONG, 40),
          s.get(ValueLayout.JAVA_LONG, 32),
          (long) s.get(ValueLayout.JAVA_INT, 136) << 32
              | Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, 140)));
    }
  }

  /** Sets the permissions, the low 12 bits of the mode. */
  public synchronized void chmod(int permissions) throws IOException {
    Libc.checkInt("fchmod", path, live(), permissions);
  }

  /** Sets owner and group; -1 leaves one as it is. */
  public synchronized void chown(int uid, int gid) throws IOException {
    Libc.checkInt("fchown", path, live(), uid, gid);
  }

  /**
   * Makes the file at least this large, with zeroes, and reserves the room for all of it.
   *
   * <p>Reserving matters: a file with holes on a full {@code /dev/shm} kills by SIGBUS whoever
   * writes to a hole through a mapping.
   *
   * @param bytes the least size, 1 or more
   * @throws IOException if the file is larger already, because making it shorter is refused
   * @throws ErrnoException if the system refuses; ENOSPC if there is no room
   */
  public synchronized void grow(long bytes) throws IOException {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes " + bytes + " is below 1");
    }
    long sizeBytes = status().sizeBytes();
    if (sizeBytes > bytes) {
      throw new IOException(
          path + " has " + sizeBytes + " bytes; making it shorter (" + bytes + ") is refused");
    }
    int error;
    do {
      // Unlike ftruncate this cannot shorten a file that grew since the check; unlike most
      // functions it returns the error number.
      error = Libc.callInt("posix_fallocate", live(), 0, bytes);
    } while (error == Errno.EINTR);
    if (error != 0) {
      throw new ErrnoException("posix_fallocate", path, Math.abs(error));
    }
  }

  /**
   * Takes the write lock on the whole file, if nobody else has it.
   *
   * <p>The lock belongs to this open file: another one of the same process conflicts too. The
   * kernel frees it at {@link #close} and when the process dies, however it dies.
   *
   * @return whether the lock is ours now (also if it was before)
   * @throws ErrnoException if the system refuses; EBADF if the file is not open for writing
   */
  public synchronized boolean tryLockOwner() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lock = wholeFileLock(arena);
      int result = Libc.callInt("fcntl", live(), F_OFD_SETLK, lock.address());
      if (result == -Errno.EAGAIN || result == -Errno.EACCES) {
        return false;
      }
      Libc.check("fcntl(F_OFD_SETLK)", path, result);
      return true;
    }
  }

  /** Whether someone else, in this process or another, holds a lock on the file. */
  public synchronized boolean isLockedByOther() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lock = wholeFileLock(arena);
      int result = Libc.callInt("fcntl", live(), F_OFD_GETLK, lock.address());
      Libc.check("fcntl(F_OFD_GETLK)", path, result);
      return lock.get(ValueLayout.JAVA_SHORT, 0) != F_UNLCK;
    }
  }

  /** Where the file was found, for messages. */
  public String path() {
    return path;
  }

  /** Closes the file, which frees its lock; does nothing the second time. */
  @Override
  public synchronized void close() throws IOException {
    int closing = number;
    number = -1;
    if (closing >= 0) {
      // Not repeated on EINTR: Linux has given the number back by then.
      int result = Libc.callInt("close", closing);
      if (result != -Errno.EINTR) {
        Libc.check("close", path, result);
      }
    }
  }

  /** The descriptor's number, for calls of this package; the caller holds this object's monitor. */
  int live() throws ClosedChannelException {
    assert Thread.holdsLock(this);
    if (number < 0) {
      throw new ClosedChannelException();
    }
    return number;
  }

  private Fd withPermissions(int permissions) throws IOException {
    try {
      chmod(permissions);
      return this;
    } catch (IOException refused) {
      close();
      throw refused;
    }
  }

  private String below(String name) {
    return path + "/" + name;
  }

  private static Fd openat(int directory, String name, String path, int flags, int permissions)
      throws IOException {
    NativeAccess.require("opening a file");
    int all = flags | Arch.current().openNoFollow | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    try (Arena arena = Arena.ofConfined()) {
      long text = Libc.string(arena, name);
      int number;
      do {
        number = Libc.callInt("openat", directory, text, all, permissions);
      } while (number == -Errno.EINTR);
      Libc.check("openat", path, number);
      return new Fd(number, path);
    }
  }

  private static int access(boolean writable) {
    return writable ? O_RDWR : O_RDONLY;
  }

  /** A struct flock: type at 0, whence at 2, start at 8, length at 16; zeroes mean the whole. */
  private static MemorySegment wholeFileLock(Arena arena) {
    MemorySegment lock = arena.allocate(FLOCK_BYTES, 8);
    lock.set(ValueLayout.JAVA_SHORT, 0, F_WRLCK);
    return lock;
  }

  private static String checkName(String name) {
    if (name.isEmpty() || name.length() > NAME_LIMIT_BYTES || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0 || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is not a file name: it needs 1.." + NAME_LIMIT_BYTES
              + " characters without a slash or a zero, and not . or ..");
    }
    return name;
  }

  private static void checkPermissions(int permissions) {
    if ((permissions & ~0777) != 0) {
      throw new IllegalArgumentException(
          "permissions 0" + Integer.toOctalString(permissions) + " are outside 0..0777");
    }
  }
}
