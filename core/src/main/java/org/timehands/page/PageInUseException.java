package org.timehands.page;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Thrown when a page is to be owned that another process owns already; names that process. */
public final class PageInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient OwnerInfo owner;

  /** The page's directory and who owns it. */
  public PageInUseException(Path directory, OwnerInfo owner) {
    super(describe(directory, owner));
    this.owner = Objects.requireNonNull(owner, "owner");
  }

  /** The process that owns the page. */
  public OwnerInfo owner() {
    return owner;
  }

  private static String describe(Path directory, OwnerInfo owner) {
    String process =
        owner.pid() == 0
            ? "a process that is just starting"
            : owner.alive()
                ? "process " + owner.pid()
                : "process " + owner.pid() + " of another container";
    return "page " + directory + " is owned by " + process
        + ", one owner is possible: read it as it is, stop that process, or name another page";
  }
}
