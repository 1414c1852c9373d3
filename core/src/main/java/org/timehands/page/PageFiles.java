package org.timehands.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.Fd;
import org.timehands.linux.FileStatus;
import org.timehands.linux.Mapping;
import org.timehands.timeline.Page;
import org.timehands.timeline.PageFormatException;
import org.timehands.timeline.PageHeader;

/**
 * The files of a page, opened without following links and checked before they are used.
 *
 * <p>{@code page} holds header and slots, and only the owner writes to it. {@code horizon} holds
 * the horizon words, on memory pages of their own, and the owner's group may write to it. Neither
 * is ever made shorter: who has it mapped would be killed.
 */
final class PageFiles {
  static final String PAGE = "page";
  static final String HORIZON = "horizon";

  /** Under these names an owner prepares new files; who holds the lock may remove them. */
  static final String NEW_PAGE = "page.new";
  static final String NEW_HORIZON = "horizon.new";

  static final int DIRECTORY_MODE = 0755;
  static final int PAGE_MODE = 0644;
  static final int HORIZON_MODE = 0664;

  private PageFiles() {}

  /** Opens the page's directory. */
  static Fd openDirectory(Path path, Trust trust) throws IOException {
    Fd directory;
    try {
      directory = Fd.openDirectory(path);
    } catch (ErrnoException refused) {
      throw explained(path.toString(), refused, Files.isSymbolicLink(path));
    }
    return checked(directory, trust, Trust.GROUP_AND_OTHERS, true);
  }

  /** Opens one of its files. */
  static Fd openFile(Fd directory, String name, boolean writable, int forbidden, Trust trust)
      throws IOException {
    Fd file;
    try {
      file = directory.openAt(name, writable);
    } catch (ErrnoException refused) {
      throw explained(directory.path() + "/" + name, refused, false);
    }
    return checked(file, trust, forbidden, false);
  }

  private static Fd checked(Fd fd, Trust trust, int forbidden, boolean isDirectory)
      throws IOException {
    try {
      FileStatus status = fd.status();
      if (isDirectory ? !status.isDirectory() : !status.isRegular()) {
        throw new PageRefusedException(
            PageRefusedException.Reason.TYPE,
            fd.path() + " is not an ordinary " + (isDirectory ? "directory" : "file")
                + ": remove it and start the owner anew");
      }
      trust.check(fd.path(), status, forbidden);
      return fd;
    } catch (IOException refused) {
      fd.close();
      throw refused;
    }
  }

  private static PageRefusedException explained(
      String path, ErrnoException refused, boolean isLink) {
    String errno = refused.errnoName();
    if (isLink || errno.equals("ELOOP")) {
      return new PageRefusedException(
          PageRefusedException.Reason.SYMLINK,
          path + " is a symbolic link, the thing itself is needed: name what it points to, or"
              + " remove it");
    }
    if (errno.equals("ENOENT")) {
      return new PageRefusedException(
          PageRefusedException.Reason.NO_PAGE,
          path + " does not exist: start an owner (timehands run), or name another page");
    }
    if (errno.equals("ENOTDIR")) {
      return new PageRefusedException(
          PageRefusedException.Reason.TYPE,
          path + " is not a directory: name the directory that holds the page's files");
    }
    return new PageRefusedException(
        PageRefusedException.Reason.SYSTEM,
        "page cannot be opened: " + refused.getMessage(),
        refused);
  }

  /** Whether a name stands for an open file still; false while another has taken its place. */
  static boolean isStill(Fd directory, String name, Fd open) throws IOException {
    try (Fd now = directory.openAt(name, false)) {
      return now.status().isSameFile(open.status());
    } catch (ErrnoException refused) {
      return false;
    }
  }

  /** Reads the header of an open page file and checks that its size is what the header says. */
  static PageHeader header(Fd page) throws IOException {
    long size = page.status().sizeBytes();
    if (size < Page.HEADER_BYTES) {
      throw new PageRefusedException(
          PageRefusedException.Reason.SIZE,
          page.path() + " has " + size + " bytes, a header alone has " + Page.HEADER_BYTES
              + ": being made, or cut short; try again, or start its owner anew");
    }
    try (Mapping mapping =
        Mapping.files(new Mapping.Part(page, Page.HEADER_BYTES, false))) {
      PageHeader header = Page.header(mapping.address(), mapping.bytes());
      checkSize(page, Page.horizonOffset(header.slotCount()));
      return header;
    } catch (PageFormatException refused) {
      throw new PageRefusedException(
          PageRefusedException.Reason.FORMAT, page.path() + ": " + refused.getMessage(), refused);
    }
  }

  /** Refuses a file whose size is not what the header says. */
  static void checkSize(Fd file, long wantedBytes) throws IOException {
    long size = file.status().sizeBytes();
    if (size != wantedBytes) {
      throw new PageRefusedException(
          PageRefusedException.Reason.SIZE,
          file.path() + " has " + size + " bytes, its header asks for " + wantedBytes
              + ": cut short or damaged; start its owner anew");
    }
  }

  /** Maps header, slots and horizons one behind the other; sizes have been checked. */
  static Mapping map(
      Fd page, Fd horizon, int slotCount, boolean pageWritable, boolean horizonWritable)
      throws IOException {
    return Mapping.files(
        new Mapping.Part(page, Page.horizonOffset(slotCount), pageWritable),
        new Mapping.Part(horizon, Page.horizonBytes(slotCount), horizonWritable));
  }
}
