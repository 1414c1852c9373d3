package org.timehands.linux;

/** Whole pages from the kernel: what {@link Memory}, {@link Mapping} and code pages stand on. */
final class Pages {
  static final int PROT_NONE = 0;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int PROT_EXEC = 4;

  static final int MAP_SHARED = 0x01;
  static final int MAP_PRIVATE = 0x02;
  static final int MAP_FIXED = 0x10;
  static final int MAP_ANONYMOUS = 0x20;

  private static final int SC_PAGESIZE = 30;

  private static final long PAGE_BYTES =
      NativeAccess.available() ? Libc.callLong("sysconf", SC_PAGESIZE) : 4096;

  private Pages() {}

  /** The size of a page; 4096 where native access is denied and nobody can map one. */
  static long pageBytes() {
    return PAGE_BYTES;
  }

  /** The next multiple of the page size. */
  static long roundUp(long bytes) {
    return Math.ceilDiv(bytes, PAGE_BYTES) * PAGE_BYTES;
  }

  /** Maps fresh zeroed pages. */
  static long anonymous(long bytes, int protection) throws ErrnoException {
    return Libc.checkLong(
        "mmap", bytes + " bytes", 0, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }

  static void unmap(long address, long bytes) throws ErrnoException {
    Libc.checkInt("munmap", "0x" + Long.toHexString(address), address, bytes);
  }
}
