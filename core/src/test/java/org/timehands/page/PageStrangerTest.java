package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.linux.HostInfo;

/** Readers that are other users, or in another time namespace. */
class PageStrangerTest {
  private static final String GROUP = "4321";

  @TempDir Path temp;
  private Path directory;
  private Path tool;

  @BeforeEach
  void openTheWay() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    directory = temp.resolve("timehands");
    tool = temp.resolve("th_tool");
    Files.copy(CTool.tool(), tool, StandardCopyOption.COPY_ATTRIBUTES);
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private CTool.Result as(String uid, String gid, String... more) throws IOException {
    assumeTrue(HostInfo.uid() == 0, "only root can become other users");
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups"));
    command.addAll(List.of(tool.toString(), "attach", directory.toString()));
    command.addAll(List.of(more));
    return CTool.run(command, "");
  }

  @Test
  void aStrangerReadsRootsPageAndDoesNotExtend() throws IOException {
    LivePage.own(directory).close();
    assertEquals("ok extending=0\n", as("12345", "12345").out());
  }

  @Test
  void theOwnersGroupExtends() throws IOException {
    OptionalInt group = OptionalInt.of(Integer.parseInt(GROUP));
    OwnerOptions options = new OwnerOptions(LivePage.SLOTS, group);
    assumeTrue(HostInfo.uid() == 0, "only root can give a file to any group");
    PageOwner.open(LivePage.at(directory), options, LivePage.counters(), LivePage.first()).close();
    assertEquals("ok extending=1\n", as("12345", GROUP).out());
    assertEquals("ok extending=0\n", as("12345", GROUP, "ro").out());
    assertEquals("ok extending=0\n", as("12345", "12345").out());
  }

  @Test
  void aPageOfAThirdUserIsNotTrusted() throws IOException {
    LivePage.own(directory).close();
    for (String each : List.of("page", "horizon", "")) {
      CTool.run(List.of("chown", "777", directory.resolve(each).toString()), "");
    }
    CTool.Result refused = as("12345", "12345");
    assertEquals(4, refused.code());
    assertTrue(refused.out().startsWith("refused -5 "), refused.out());
    assertEquals("ok extending=0\n", as("12345", "12345", "trust=777").out());
  }

  @Test
  void anotherTimeNamespaceIsRefusedInC() throws IOException {
    LivePage.own(directory).close();
    CTool.Result refused =
        elsewhere(List.of(tool.toString(), "attach", directory.toString()));
    assertEquals(4, refused.code());
    assertTrue(refused.out().startsWith("refused -14 "), refused.out());
  }

  /** 4-08, A28: foreign time is refused. */
  @Test
  void anotherTimeNamespaceIsRefusedInJava() throws IOException {
    LivePage.own(directory).close();
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            AttachMain.class.getName(),
            directory.toString());
    assertEquals("attached\n", CTool.run(java, "").out());
    CTool.Result refused = elsewhere(java);
    assertTrue(refused.out().startsWith("NAMESPACE: "), refused.out());
  }

  private static CTool.Result elsewhere(List<String> command) throws IOException {
    List<String> there = new ArrayList<>(List.of("unshare", "--time", "--monotonic", "100000"));
    CTool.Result possible = CTool.run(with(there, List.of("true")), "");
    assumeTrue(
        possible.code() == 0, "no time namespace can be made here: " + possible.out().strip());
    return CTool.run(with(there, command), "");
  }

  private static List<String> with(List<String> first, List<String> then) {
    List<String> both = new ArrayList<>(first);
    both.addAll(then);
    return both;
  }
}
