package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingTest {
  private static final long PAGE = HostInfo.pageBytes();

  @TempDir Path directory;

  @Test
  void filesStandOneBehindTheOther() throws Exception {
    try (Fd parent = Fd.openDirectory(directory);
        Fd a = file(parent, "a", 3 * PAGE);
        Fd b = file(parent, "b", 2 * PAGE)) {
      Mapping.Part first = new Mapping.Part(a, 3 * PAGE, true);
      Mapping.Part second = new Mapping.Part(b, 2 * PAGE, true);
      try (Mapping mapping = Mapping.files(first, second);
          Mapping other = Mapping.files(second)) {
        assertEquals(5 * PAGE, mapping.bytes());
        assertEquals(0, mapping.address() % PAGE);
        Memory.set(mapping.address() + 3 * PAGE - 8, 11);
        Memory.set(mapping.address() + 3 * PAGE, 22);
        assertEquals(22, Memory.get(other.address()));
        assertEquals("rw-s", permissions(mapping.address()));
      }
    }
    assertEquals(11, wordInFile("a", 3 * PAGE - 8));
    assertEquals(22, wordInFile("b", 0));
  }

  @Test
  void aMappingOutlivesItsDescriptorAndGoesAtItsOwnClose() throws Exception {
    Mapping mapping;
    try (Fd parent = Fd.openDirectory(directory);
        Fd a = file(parent, "a", PAGE)) {
      mapping = Mapping.files(new Mapping.Part(a, PAGE, true));
    }
    Memory.set(mapping.address(), 7);
    assertEquals(7, wordInFile("a", 0));
    mapping.close();
    assertFalse(isMapped(mapping.address()));
    mapping.close();
  }

  @Test
  void aReadOnlyPartIsReadOnly() throws Exception {
    try (Fd parent = Fd.openDirectory(directory)) {
      file(parent, "a", PAGE).close();
      file(parent, "b", PAGE).close();
      try (Fd a = parent.openAt("a", false);
          Fd b = parent.openAt("b", true);
          Mapping mapping =
              Mapping.files(new Mapping.Part(a, PAGE, false), new Mapping.Part(b, PAGE, true))) {
        assertEquals("r--s", permissions(mapping.address()));
        assertEquals("rw-s", permissions(mapping.address() + PAGE));
        assertEquals(0, Memory.get(mapping.address()));
        ErrnoException refused =
            assertThrows(
                ErrnoException.class, () -> Mapping.files(new Mapping.Part(a, PAGE, true)));
        assertEquals("EACCES", refused.errnoName());
      }
    }
  }

  @Test
  void aFileThatIsTooShortIsRefusedBeforeItCanKill() throws Exception {
    try (Fd parent = Fd.openDirectory(directory);
        Fd good = file(parent, "good", PAGE);
        Fd empty = parent.createAt("empty", 0600);
        Fd almost = file(parent, "almost", PAGE - 1)) {
      long before = mappedRanges();
      for (Fd bad : new Fd[] {empty, almost}) {
        String message =
            assertThrows(
                    IOException.class,
                    () ->
                        Mapping.files(
                            new Mapping.Part(good, PAGE, true), new Mapping.Part(bad, PAGE, true)))
                .getMessage();
        assertTrue(message.contains("are needed"), message);
        assertTrue(message.contains(bad.path()), message);
      }
      assertEquals(before, mappedRanges(), "the reserved range must be given back");
      IOException refused =
          assertThrows(
              IOException.class, () -> Mapping.files(new Mapping.Part(parent, PAGE, false)));
      assertTrue(refused.getMessage().contains("not an ordinary file"), refused.getMessage());
    }
  }

  @Test
  void sizesThatAreNoWholePagesAreRefused() throws Exception {
    try (Fd parent = Fd.openDirectory(directory);
        Fd a = file(parent, "a", PAGE)) {
      for (long bytes : new long[] {0, -PAGE, 1, PAGE + 8, 1L << 50, Long.MIN_VALUE}) {
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Mapping.files(new Mapping.Part(a, bytes, false)))
                .getMessage();
        assertTrue(message.contains("" + bytes) && message.contains("page size"), message);
      }
      assertThrows(IllegalArgumentException.class, Mapping::files);
    }
  }

  @Test
  void privateMemoryIsZeroedAndGivenBack() throws Exception {
    Mapping mapping = Mapping.anonymous(100_000);
    assertEquals(0, mapping.address() % PAGE);
    assertEquals(100_000, mapping.bytes());
    assertEquals(0, Memory.get(mapping.address() + 99_992));
    Memory.set(mapping.address() + 99_992, 1);
    mapping.close();
    assertFalse(isMapped(mapping.address()));
    mapping.close();
  }

  private static Fd file(Fd parent, String name, long bytes) throws IOException {
    Fd file = parent.createAt(name, 0600);
    file.grow(bytes);
    return file;
  }

  private long wordInFile(String name, long offset) throws IOException {
    byte[] all = Files.readAllBytes(directory.resolve(name));
    return ByteBuffer.wrap(all).order(ByteOrder.nativeOrder()).getLong((int) offset);
  }

  private static String permissions(long address) throws IOException {
    return maps().at(address).orElseThrow().permissions();
  }

  private static boolean isMapped(long address) throws IOException {
    return maps().at(address).isPresent();
  }

  /** How many ranges are mapped of files of this test. */
  private long mappedRanges() throws IOException {
    return Files.readString(Path.of("/proc/self/maps"))
        .lines()
        .filter(line -> line.contains(directory.toString()))
        .count();
  }

  private static MemoryMap maps() throws IOException {
    return MemoryMap.read(Files.readString(Path.of("/proc/self/maps")));
  }
}
