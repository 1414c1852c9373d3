package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FdTest {
  @TempDir Path directory;

  @Test
  void filesAreMadeWithExactPermissions() throws Exception {
    try (Fd parent = Fd.openDirectory(directory)) {
      for (int permissions : new int[] {0600, 0644, 0664, 0666}) {
        String name = "p" + Integer.toOctalString(permissions);
        try (Fd file = parent.createAt(name, permissions)) {
          FileStatus status = file.status();
          assertEquals(permissions, status.permissions());
          assertTrue(status.isRegular() && !status.isDirectory());
          assertEquals(0, status.sizeBytes());
          assertEquals(HostInfo.uid(), status.uid());
          assertEquals(Files.getAttribute(directory.resolve(name), "unix:ino"), status.inode());
          assertEquals(Files.getAttribute(directory.resolve(name), "unix:mode"), status.mode());
          file.chmod(0640);
          assertEquals(0640, file.status().permissions());
          file.chown(-1, -1);
        }
      }
      refusedWith("EEXIST", () -> parent.createAt("p600", 0600));
      assertThrows(IllegalArgumentException.class, () -> parent.createAt("q", 01777));
    }
  }

  @Test
  void directoriesAreMadeWithExactPermissions() throws Exception {
    try (Fd made = Fd.createDirectory(directory.resolve("d"), 0770)) {
      assertTrue(made.status().isDirectory());
      assertEquals(0770, made.status().permissions());
      try (Fd inner = made.createDirectoryAt("e", 0775);
          Fd again = made.openDirectoryAt("e")) {
        assertEquals(0775, inner.status().permissions());
        assertTrue(inner.status().isSameFile(again.status()));
        assertFalse(inner.status().isSameFile(made.status()));
      }
    }
    refusedWith("EEXIST", () -> Fd.createDirectory(directory.resolve("d"), 0770));
    refusedWith("ENOENT", () -> Fd.openDirectory(directory.resolve("none")));
  }

  @Test
  void symbolicLinksAreRefused() throws Exception {
    Files.createFile(directory.resolve("file"));
    Files.createDirectory(directory.resolve("dir"));
    Files.createSymbolicLink(directory.resolve("tofile"), directory.resolve("file"));
    Files.createSymbolicLink(directory.resolve("todir"), directory.resolve("dir"));
    Files.createSymbolicLink(directory.resolve("tonothing"), directory.resolve("none"));
    refusedWith("ELOOP", () -> Fd.open(directory.resolve("tofile"), false));
    refusedWith("ENOTDIR", () -> Fd.openDirectory(directory.resolve("todir")));
    // A slash at the end makes the kernel follow the link; Path takes the slash away.
    refusedWith("ENOTDIR", () -> Fd.openDirectory(Path.of(directory + "/todir/")));
    try (Fd parent = Fd.openDirectory(directory)) {
      refusedWith("ELOOP", () -> parent.openAt("tofile", true));
      refusedWith("ENOTDIR", () -> parent.openDirectoryAt("todir"));
      refusedWith("EEXIST", () -> parent.createAt("tonothing", 0600));
      parent.openAt("file", true).close();
      refusedWith("ENOTDIR", () -> parent.openDirectoryAt("file"));
    }
    assertFalse(Files.exists(directory.resolve("none")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "dir/", "/etc", "a\0b"})
  void onlySingleNamesAreTaken(String name) throws Exception {
    try (Fd parent = Fd.openDirectory(directory)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> parent.openAt(name, false))
              .getMessage();
      assertTrue(message.contains("is not a file name"), message);
      assertThrows(IllegalArgumentException.class, () -> parent.createAt(name, 0600));
      assertThrows(IllegalArgumentException.class, () -> parent.renameAt("x", name));
      assertThrows(IllegalArgumentException.class, () -> parent.unlinkAt(name));
    }
  }

  @Test
  void aFifoDoesNotStopUs() throws Exception {
    Path fifo = directory.resolve("fifo");
    Process mkfifo = new ProcessBuilder("mkfifo", fifo.toString()).start();
    assumeTrue(mkfifo.waitFor() == 0, "mkfifo is not installed");
    try (Fd opened = Fd.open(fifo, false)) {
      assertFalse(opened.status().isRegular());
    }
  }

  @Test
  void everyDescriptorIsClosedOnExec() throws Exception {
    try (Fd parent = Fd.openDirectory(directory);
        Fd file = parent.createAt("f", 0600)) {
      for (Fd fd : List.of(parent, file)) {
        assertTrue((openFlags(fd) & 02000000) != 0, fd.path());
      }
    }
  }

  @Test
  void filesGrowAndNeverShrink() throws Exception {
    try (Fd parent = Fd.openDirectory(directory);
        Fd file = parent.createAt("f", 0600)) {
      file.grow(10_000);
      assertEquals(10_000, file.status().sizeBytes());
      file.grow(10_000);
      file.grow(20_000);
      assertEquals(20_000, file.status().sizeBytes());
      String message =
          assertThrows(IOException.class, () -> file.grow(19_999)).getMessage();
      assertTrue(message.contains("20000") && message.contains("19999"), message);
      assertEquals(20_000, file.status().sizeBytes());
      assertThrows(IllegalArgumentException.class, () -> file.grow(0));
      try (Fd readOnly = parent.openAt("f", false)) {
        refusedWith("EBADF", () -> readOnly.grow(30_000));
      }
    }
  }

  @Test
  void grownRoomIsReserved() throws Exception {
    try (Fd parent = Fd.openDirectory(directory);
        Fd file = parent.createAt("f", 0600)) {
      file.grow(1 << 20);
    }
    Process stat =
        new ProcessBuilder("stat", "-c", "%b %B", directory.resolve("f").toString()).start();
    String[] fields = new String(stat.getInputStream().readAllBytes()).strip().split(" ");
    assertTrue(Long.parseLong(fields[0]) * Long.parseLong(fields[1]) >= 1 << 20);
  }

  @Test
  void namesAreReplacedAndTakenAway() throws Exception {
    try (Fd parent = Fd.openDirectory(directory);
        Fd a = parent.createAt("a", 0600);
        Fd b = parent.createAt("b", 0600)) {
      long inode = a.status().inode();
      parent.renameAt("a", "b");
      try (Fd found = parent.openAt("b", false)) {
        assertEquals(inode, found.status().inode());
      }
      assertNotNull(b.status());
      parent.unlinkAt("b");
      refusedWith("ENOENT", () -> parent.openAt("b", false));
      refusedWith("ENOENT", () -> parent.renameAt("b", "c"));
    }
  }

  @Test
  void aClosedDescriptorIsNotUsed() throws Exception {
    Fd parent = Fd.openDirectory(directory);
    Fd file = parent.createAt("f", 0600);
    file.close();
    file.close();
    assertThrows(ClosedChannelException.class, file::status);
    assertThrows(ClosedChannelException.class, () -> file.grow(1));
    assertThrows(ClosedChannelException.class, file::tryLockOwner);
    parent.close();
    assertThrows(ClosedChannelException.class, () -> parent.openAt("f", false));
  }

  @Test
  void errorsNameTheCallThePathAndTheRemedy() throws Exception {
    ErrnoException e =
        assertThrows(
            ErrnoException.class, () -> Fd.open(directory.resolve("none"), false));
    assertEquals("openat", e.call());
    assertEquals(2, e.errno());
    assertEquals("ENOENT", e.errnoName());
    assertTrue(e.path().endsWith("/none"));
    assertEquals(
        "openat(" + e.path() + ") failed: ENOENT (no such file or directory)", e.getMessage());
    assertEquals("ECANCELED", Errno.name(125));
    assertEquals("EHWPOISON", Errno.name(133));
    assertEquals("errno 41", Errno.name(41));
    assertEquals("errno 999", Errno.name(999));
    assertEquals("errno -3", Errno.name(-3));
  }

  @Test
  void twoOpenFilesOfOneProcessConflict() throws Exception {
    try (Fd parent = Fd.openDirectory(directory)) {
      Fd mine = parent.createAt("f", 0600);
      try (Fd other = parent.openAt("f", true);
          Fd reader = parent.openAt("f", false)) {
        assertFalse(reader.isLockedByOther());
        assertTrue(mine.tryLockOwner());
        assertTrue(mine.tryLockOwner());
        assertFalse(mine.isLockedByOther());
        assertFalse(other.tryLockOwner());
        assertTrue(other.isLockedByOther());
        assertTrue(reader.isLockedByOther());
        refusedWith("EBADF", reader::tryLockOwner);
        mine.close();
        assertFalse(reader.isLockedByOther());
        assertTrue(other.tryLockOwner());
      }
    }
  }

  @Test
  void aKilledProcessLosesItsLock() throws Exception {
    Path path = directory.resolve("f");
    try (Fd parent = Fd.openDirectory(directory);
        Fd mine = parent.createAt("f", 0600)) {
      Process child = ChildJvm.start(LockHolder.class, List.of(path.toString()));
      try {
        assertEquals("locked", child.inputReader().readLine());
        assertFalse(mine.tryLockOwner());
        assertTrue(mine.isLockedByOther());
      } finally {
        child.destroyForcibly(); // SIGKILL
        child.waitFor();
      }
      assertFalse(mine.isLockedByOther());
      assertTrue(mine.tryLockOwner());
    }
  }

  /** Takes the lock and keeps it until killed. */
  static final class LockHolder {
    public static void main(String[] arguments) throws Exception {
      Fd file = Fd.open(Path.of(arguments[0]), true);
      System.out.println(file.tryLockOwner() ? "locked" : "refused");
      while (System.in.read() >= 0) {
        assert file.path() != null;
      }
    }
  }

  @Test
  void modesAreReadAsPosixHasThem() throws Exception {
    Path file = Files.createFile(directory.resolve("f"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
    try (Fd opened = Fd.open(file, true)) {
      assertEquals(0751, opened.status().permissions());
    }
  }

  private static long openFlags(Fd fd) throws IOException {
    synchronized (fd) {
      return Files.readString(Path.of("/proc/self/fdinfo/" + fd.live()))
          .lines()
          .filter(line -> line.startsWith("flags:"))
          .mapToLong(line -> Long.parseLong(line.substring(6).strip(), 8))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void refusedWith(String name, Executable action) {
    assertEquals(name, assertThrows(ErrnoException.class, action).errnoName());
  }
}
