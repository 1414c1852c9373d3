package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.linux.Fd;
import org.timehands.linux.HostInfo;
import org.timehands.page.PagePath.Origin;
import org.timehands.page.PagePath.Surroundings;

/** Which directory is the page, for those who read and those who own. */
class PagePathTest {
  private static final Map<String, String> RUNTIME = Map.of("XDG_RUNTIME_DIR", "/run/user/7");
  private static final Map<String, String> BOTH =
      Map.of("XDG_RUNTIME_DIR", "/run/user/7", "TIMEHANDS_PAGE", "/srv/clock");

  @TempDir Path shared;

  private Surroundings around(Map<String, String> environment) {
    return new Surroundings(environment, shared, HostInfo.uid());
  }

  private void expect(
      String directory, Origin origin, String asked, Map<String, String> environment,
      boolean owning)
      throws PageRefusedException {
    PagePath found = PagePath.resolve(asked, around(environment), owning);
    assertEquals(Path.of(directory), found.directory());
    assertEquals(origin, found.origin());
  }

  @Test
  void whatTheUserAsksForComesFirst() throws IOException {
    Files.createDirectory(shared.resolve("timehands"));
    expect("/opt/x", Origin.OPTION, "/opt/x/", BOTH, false);
    expect("/opt/x", Origin.OPTION, "/opt/y/../x", BOTH, true);
  }

  @Test
  void thenTheEnvironment() throws IOException {
    Files.createDirectory(shared.resolve("timehands"));
    expect("/srv/clock", Origin.ENVIRONMENT, null, BOTH, false);
    expect("/srv/clock", Origin.ENVIRONMENT, null, BOTH, true);
  }

  @Test
  void thenSharedMemoryIfItIsOurs() throws IOException {
    Path page = Files.createDirectory(shared.resolve("timehands"));
    expect(page.toString(), Origin.SHARED_MEMORY, null, RUNTIME, false);
    expect(page.toString(), Origin.SHARED_MEMORY, null, RUNTIME, true);
  }

  @Test
  void whereThereIsNoneAReaderLooksFurtherAndAnOwnerMakesOne() throws IOException {
    expect("/run/user/7/timehands", Origin.RUNTIME_DIRECTORY, null, RUNTIME, false);
    String page = shared.resolve("timehands").toString();
    expect(page, Origin.SHARED_MEMORY, null, RUNTIME, true);
    expect(page, Origin.SHARED_MEMORY, null, Map.of(), true);
  }

  @Test
  void aStrangersDirectoryIsPassedBy() throws IOException {
    assumeTrue(HostInfo.uid() == 0, "only root can give a directory away");
    Files.createDirectory(shared.resolve("timehands"));
    try (Fd open = Fd.openDirectory(shared.resolve("timehands"))) {
      open.chown(12345, -1);
    }
    expect("/run/user/7/timehands", Origin.RUNTIME_DIRECTORY, null, RUNTIME, false);
    expect("/run/user/7/timehands", Origin.RUNTIME_DIRECTORY, null, RUNTIME, true);
  }

  @Test
  void rootsDirectoryIsReadByAllAndOwnedByRoot() throws IOException {
    assumeTrue(HostInfo.uid() == 0, "the directory must be root's");
    Path page = Files.createDirectory(shared.resolve("timehands"));
    Surroundings user = new Surroundings(RUNTIME, shared, 12345);
    assertEquals(page, PagePath.resolve(null, user, false).directory());
    assertEquals(
        Path.of("/run/user/7/timehands"), PagePath.resolve(null, user, true).directory());
  }

  @Test
  void aLinkIsPassedBy() throws IOException {
    Path elsewhere = Files.createDirectory(shared.resolve("elsewhere"));
    Files.createSymbolicLink(shared.resolve("timehands"), elsewhere);
    expect("/run/user/7/timehands", Origin.RUNTIME_DIRECTORY, null, RUNTIME, false);
    expect("/run/user/7/timehands", Origin.RUNTIME_DIRECTORY, null, RUNTIME, true);
  }

  @Test
  void withoutAnyPlaceItSaysWhatToDo() {
    refused(null, Map.of(), false, "TIMEHANDS_PAGE");
    refused(null, Map.of("XDG_RUNTIME_DIR", "relative"), false, "\"relative\"");
    Surroundings none = new Surroundings(Map.of(), shared.resolve("missing"), HostInfo.uid());
    PageRefusedException refused =
        assertThrows(PageRefusedException.class, () -> PagePath.resolve(null, none, true));
    assertEquals(PageRefusedException.Reason.NO_PATH, refused.reason());
  }

  @Test
  void namesThatCanBeNoPageAreRefused() {
    refused("", BOTH, false, "\"\"");
    refused("/", BOTH, true, "\"/\"");
    refused("a\0b", BOTH, true, "directory");
  }

  private void refused(String asked, Map<String, String> environment, boolean owning, String says) {
    PageRefusedException refused =
        assertThrows(
            PageRefusedException.class,
            () -> PagePath.resolve(asked, around(environment), owning));
    assertEquals(PageRefusedException.Reason.NO_PATH, refused.reason());
    assertTrue(refused.getMessage().contains(says), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
  }
}
