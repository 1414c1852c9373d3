package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * No page becomes both writable and executable through us; HotSpot's own code cache is such
 * memory, so a child with a code cache of fixed size counts them before and after.
 */
class WritableCodeTest {
  private static final String[] FIXED_CODE_CACHE = {
    "--enable-native-access=ALL-UNNAMED",
    "-XX:-SegmentedCodeCache",
    "-XX:InitialCodeCacheSize=64m",
    "-XX:ReservedCodeCacheSize=64m"
  };

  @Test
  void noPageIsWritableAndExecutableThroughUs() throws Exception {
    assertEquals("more: 0", ChildJvm.run(Everything.class, FIXED_CODE_CACHE).strip());
  }

  @Test
  void theCheckSeesAPageThatIsBoth() throws Exception {
    assertEquals("more: 4096", ChildJvm.run(Planted.class, FIXED_CODE_CACHE).strip());
  }

  private static long writableCodeBytes() throws Exception {
    return MemoryMap.read(Files.readString(Path.of("/proc/self/maps"))).ranges().stream()
        .filter(MemoryMap.Range::isWritableAndExecutable)
        .mapToLong(range -> range.to() - range.from())
        .sum();
  }

  /** Loads all the code we have. */
  static final class Everything {
    public static void main(String[] arguments) throws Exception {
      long before = writableCodeBytes();
      assert Counter.readOrdered() != 0;
      assert HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW) != 0;
      Memory.set(Memory.allocate(8, 8), 1);
      System.out.println("more: " + (writableCodeBytes() - before));
    }
  }

  /** Makes a page that is both, as a careless loader would. */
  static final class Planted {
    public static void main(String[] arguments) throws Exception {
      long before = writableCodeBytes();
      Pages.anonymous(4096, Pages.PROT_READ | Pages.PROT_WRITE | Pages.PROT_EXEC);
      System.out.println("more: " + (writableCodeBytes() - before));
    }
  }
}
