package org.timehands.page;

import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a page is not used; the message is one line that says the value found, what is
 * allowed, and what to do.
 */
public final class PageRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** The kind of refusal; the C reader has the same. */
  public enum Reason {
    /** No page is named, and none of the usual places can have one. */
    NO_PATH,
    /** There is no page at the place. */
    NO_PAGE,
    /** The system refused a call. */
    SYSTEM,
    /** A symbolic link. */
    SYMLINK,
    /** Not a directory, or not an ordinary file. */
    TYPE,
    /** Belongs to a user that is not trusted. */
    OWNER,
    /** Users that are not trusted may write to it. */
    MODE,
    /** Cut short, or of a size that no page has. */
    SIZE,
    /** Not a page, of another layout version, or damaged. */
    FORMAT,
    /** It is being made just now. */
    NOT_READY,
    /** Its timeline goes on in another page. */
    SUPERSEDED,
    /** Of another boot of the machine. */
    BOOT,
    /** Of another time namespace. */
    NAMESPACE,
    /** Its counter cannot be read here. */
    COUNTER,
    /** Its counter runs at another rate here. */
    SLOPE
  }

  /** A refusal of a kind, in one line. */
  public PageRefusedException(Reason reason, String message) {
    super(message);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** A refusal with what led to it. */
  public PageRefusedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** The kind of refusal. */
  public Reason reason() {
    return reason;
  }
}
