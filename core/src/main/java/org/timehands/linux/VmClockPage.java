package org.timehands.linux;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * The page on which a hypervisor tells its guests what time it is, and that they were moved:
 * {@code /dev/vmclock0}.
 *
 * <p>Layout and meaning are those of the UAPI group's specification UAPI.13 VMClock, with the flags
 * and the generation counter where Linux's and QEMU's header have them. All fields are
 * little-endian. The hypervisor makes the count at 0x0c odd, writes, and makes it even again; a
 * reader tries until it finds the same even count before and after, but not for ever.
 *
 * <p>Thread-safe. {@link #close} once nobody reads it any more: a later read ends the JVM.
 */
public final class VmClockPage implements Closeable {
  /** Where Linux has it. */
  public static final Path DEVICE = Path.of("/dev/vmclock0");

  /** What a page begins with: the letters VCLK. */
  static final int MAGIC = 0x4b4c4356;

  static final int VERSION = 1;

  /** The first bytes, which every page has. */
  static final int FIELDS_BYTES = 0x68;

  /** After so many tries the hypervisor is taken for stopped in the middle. */
  static final int TRIES = 1_000;

  private final Mapping mapping;
  private final long address;
  private final boolean hasGeneration;

  private VmClockPage(Mapping mapping, boolean hasGeneration) {
    this.mapping = mapping;
    this.address = mapping.address();
    this.hasGeneration = hasGeneration;
  }

  /**
   * Maps a page.
   *
   * @param file the device, or a file that looks like it
   * @throws IOException if it is too small, no such page or of another version; or the system
   *     refuses
   * @throws UnsupportedOperationException where native access is denied
   */
  public static VmClockPage open(Path file) throws IOException {
    Mapping mapping;
    try (Fd fd = Fd.open(file, false)) {
      mapping = Mapping.readOnly(fd, Pages.pageBytes());
    }
    try {
      long head = Memory.getAcquire(mapping.address());
      int size = (int) (head >>> 32);
      int version = (int) Memory.get(mapping.address() + 8) & 0xFFFF;
      if ((int) head != MAGIC) {
        throw new IOException(
            file + " begins with 0x" + Integer.toHexString((int) head) + ", a vmclock page with 0x"
                + Integer.toHexString(MAGIC) + ": not one");
      }
      if (version != VERSION || size < FIELDS_BYTES) {
        throw new IOException(
            file + " is a vmclock page of version " + version + " and " + size
                + " bytes; this reads version " + VERSION + " of " + FIELDS_BYTES
                + " bytes or more");
      }
      return new VmClockPage(mapping, size >= FIELDS_BYTES + 8);
    } catch (IOException | RuntimeException refused) {
      mapping.close();
      throw refused;
    }
  }

  /**
   * Copies the page.
   *
   * @param into the holder
   * @param counter read in between, so that it belongs to what is copied
   * @return false if the hypervisor was writing at each of a thousand tries; the holder is void
   */
  public boolean read(VmClockData into, LongSupplier counter) {
    for (int tries = 0; tries < TRIES; tries++) {
      long before = Memory.getAcquire(address + 8);
      if ((before >>> 32 & 1) == 0) {
        into.load(address, hasGeneration, counter.getAsLong());
        Memory.loadLoadFence();
        if (Memory.get(address + 8) == before) {
          return true;
        }
      }
      Thread.onSpinWait();
    }
    return false;
  }

  /**
   * The disruption marker.
   *
   * @param last what to answer if the hypervisor was writing at each of a thousand tries
   */
  public long marker(long last) {
    for (int tries = 0; tries < TRIES; tries++) {
      long before = Memory.getAcquire(address + 8);
      long marker = Memory.get(address + VmClockData.MARKER);
      Memory.loadLoadFence();
      if ((before >>> 32 & 1) == 0 && Memory.get(address + 8) == before) {
        return marker;
      }
      Thread.onSpinWait();
    }
    return last;
  }

  @Override
  public void close() throws IOException {
    mapping.close();
  }
}
