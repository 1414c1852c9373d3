package org.timehands.linux;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * A range of memory for {@link Memory}'s words: private, or backed by files that other processes
 * map too.
 *
 * <p>Files are mapped shared, one behind the other in one contiguous range. A file must be at least
 * as large as what is mapped of it, or a touch of the part beyond its end would kill the process
 * by SIGBUS; that is checked here, and {@link Fd} never shortens a file. A stranger who may write
 * to the file can still shorten it: map only files of owners you trust.
 *
 * <p>Address and size never change. {@link #close} may be called from any thread, once nobody uses
 * the range: a later access ends the JVM.
 */
public final class Mapping implements Closeable {
  /*
   * field  | read         | write        | guard
   * closed | synchronized | synchronized | this
   */

  /* Far above any page; keeps the sum of several parts from overflowing. */
  private static final long PART_LIMIT_BYTES = 1L << 40;
  private static final int PARTS_LIMIT = 16;

  private final long address;
  private final long bytes;
  private final boolean isPrivate;
  private boolean closed;

  /**
   * The beginning of one file, as a piece of the range.
   *
   * @param fd the open file; it may be closed once mapped
   * @param bytes how much of it: a positive multiple of the page size
   * @param writable whether the range may be written to; the file must then be open for writing
   */
  public record Part(Fd fd, long bytes, boolean writable) {}

  private Mapping(long address, long bytes, boolean isPrivate) {
    this.address = address;
    this.bytes = bytes;
    this.isPrivate = isPrivate;
  }

  /**
   * Takes zeroed memory for this process alone, aligned to a page; works without native access too.
   *
   * @param bytes the size, 1 or more
   */
  public static Mapping anonymous(long bytes) {
    return new Mapping(Memory.allocate(bytes, Pages.pageBytes()), bytes, true);
  }

  /**
   * Maps the beginnings of files, one behind the other.
   *
   * @param parts 1 to 16 pieces, in the order of their addresses
   * @throws IOException if a file is not an ordinary one or too small, or the system refuses
   * @throws IllegalArgumentException if a size is not a positive multiple of the page size
   * @throws UnsupportedOperationException where native access is denied
   */
  public static Mapping files(Part... parts) throws IOException {
    NativeAccess.require("mapping a file");
    if (parts.length < 1 || parts.length > PARTS_LIMIT) {
      throw new IllegalArgumentException(parts.length + " parts are outside 1.." + PARTS_LIMIT);
    }
    long total = 0;
    for (Part part : parts) {
      checkSize(part.bytes);
      total += part.bytes;
    }
    // Reserving the whole range first keeps others from mapping into the middle of it.
    long base = Pages.anonymous(total, Pages.PROT_NONE);
    try {
      long at = base;
      for (Part part : List.of(parts)) {
        mapAt(at, part);
        at += part.bytes;
      }
      return new Mapping(base, total, false);
    } catch (IOException | RuntimeException refused) {
      Pages.unmap(base, total);
      throw refused;
    }
  }

  /**
   * Maps the beginning of a file or of a character device, for reading.
   *
   * @param fd the open file; it may be closed once mapped
   * @param bytes how much of it: a positive multiple of the page size
   * @throws IOException if it is too small, neither of both, or the system refuses
   * @throws IllegalArgumentException if the size is not a positive multiple of the page size
   * @throws UnsupportedOperationException where native access is denied
   */
  public static Mapping readOnly(Fd fd, long bytes) throws IOException {
    NativeAccess.require("mapping a file");
    synchronized (fd) {
      if (!fd.status().isCharacterDevice()) {
        return files(new Part(fd, bytes, false));
      }
      checkSize(bytes);
      long base =
          Libc.checkLong(
              "mmap", fd.path(), 0, bytes, Pages.PROT_READ, Pages.MAP_SHARED, fd.live(), 0);
      return new Mapping(base, bytes, false);
    }
  }

  /** Address of the first byte. */
  public long address() {
    return address;
  }

  /** Size in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Gives the range back; does nothing the second time. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (isPrivate) {
      Memory.free(address);
    } else {
      Pages.unmap(address, bytes);
    }
  }

  private static void mapAt(long address, Part part) throws IOException {
    synchronized (part.fd) {
      FileStatus status = part.fd.status();
      if (!status.isRegular()) {
        throw new IOException(part.fd.path() + " is not an ordinary file; it is not mapped");
      }
      if (status.sizeBytes() < part.bytes) {
        throw new IOException(
            part.fd.path() + " has " + status.sizeBytes() + " bytes and " + part.bytes
                + " are needed; it is not mapped");
      }
      int protection = Pages.PROT_READ | (part.writable ? Pages.PROT_WRITE : 0);
      int flags = Pages.MAP_SHARED | Pages.MAP_FIXED;
      int fd = part.fd.live();
      Libc.checkLong("mmap", part.fd.path(), address, part.bytes, protection, flags, fd, 0);
    }
  }

  private static void checkSize(long bytes) {
    if (bytes < 1 || bytes > PART_LIMIT_BYTES || bytes % Pages.pageBytes() != 0) {
      throw new IllegalArgumentException(
          "a part of " + bytes + " bytes cannot be mapped: it must be a multiple of the page size "
              + Pages.pageBytes() + ", from that to " + PART_LIMIT_BYTES);
    }
  }
}
