package org.timehands.linux;

import java.io.IOException;

/**
 * A system call that failed, with the kernel's error number and the object it was about.
 *
 * <p>The message reads {@code call(subject) failed: NAME (meaning)}. Immutable and safe for use by
 * several threads.
 */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final String path;
  private final int errno;

  /**
   * Describes a failed call.
   *
   * @param call the name of the system call, such as {@code "openat"}
   * @param path the file or other object it was about; empty if there is none
   * @param errno the positive error number
   */
  public ErrnoException(String call, String path, int errno) {
    super(describe(call, path, errno));
    this.call = call;
    this.path = path;
    this.errno = errno;
  }

  private static String describe(String call, String path, int errno) {
    String meaning = Errno.meaning(errno);
    return call
        + "("
        + path
        + ") failed: "
        + Errno.name(errno)
        + (meaning.isEmpty() ? "" : " (" + meaning + ")");
  }

  /** The system call's name. */
  public String call() {
    return call;
  }

  /** The file or other object the call was about; may be empty. */
  public String path() {
    return path;
  }

  /** The error number, positive, as in errno(3). */
  public int errno() {
    return errno;
  }

  /** The error's symbolic name, such as {@code "ENOENT"}. */
  public String errnoName() {
    return Errno.name(errno);
  }
}
