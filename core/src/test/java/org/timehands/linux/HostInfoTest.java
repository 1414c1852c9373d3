package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HostInfoTest {
  @Test
  void thisMachineTellsItsIdentity() throws Exception {
    assertNotEquals(new UUID(0, 0), HostInfo.bootId());
    assertEquals(HostInfo.bootId(), HostInfo.bootId());
    String link = Files.readSymbolicLink(Path.of("/proc/self/ns/time")).toString();
    assertEquals("time:[" + HostInfo.timeNamespace() + "]", link);
    assertEquals(
        ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue(),
        HostInfo.uid());
    assertEquals(
        ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:gid")).longValue(),
        HostInfo.gid());
    assertTrue(HostInfo.groups().length < 65536);
    assertEquals(0, HostInfo.pageBytes() % 4096);
    assertTrue(HostInfo.kernelRelease().contains("."));
  }

  @Test
  void aProcessIsKnownByItsStart() {
    OptionalLong mine = HostInfo.processStartTicks(HostInfo.pid());
    assertTrue(mine.orElseThrow() > 0);
    assertEquals(mine, HostInfo.processStartTicks(HostInfo.pid()));
    assertEquals(OptionalLong.empty(), HostInfo.processStartTicks(Integer.MAX_VALUE));
  }

  @Test
  void hardToReadLinesAreReadAsMeant() {
    String stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 4 5";
    assertEquals(OptionalLong.of(98765), HostInfo.parseStartTicks(stat));
    assertEquals(OptionalLong.empty(), HostInfo.parseStartTicks(""));
    assertEquals(OptionalLong.empty(), HostInfo.parseStartTicks("7 (x) S 1 2"));
    assertEquals(4026531834L, HostInfo.parseNamespace("time:[4026531834]"));
    assertEquals(0, HostInfo.parseNamespace("mnt:[4026531834]"));
    assertEquals(Optional.empty(), HostInfo.parseUuid("not a boot id"));
  }

  @Test
  void processorFlagsOfBothArchitecturesAreRead() {
    String x86 = "processor\t: 0\nflags\t\t: fpu tsc rdtscp\nbugs\t\t: spectre\n";
    assertEquals(Set.of("fpu", "tsc", "rdtscp"), HostInfo.parseCpuFlags(x86));
    String arm = "processor\t: 0\nFeatures\t: fp asimd evtstrm\n";
    assertEquals(Set.of("fp", "asimd", "evtstrm"), HostInfo.parseCpuFlags(arm));
    assertEquals(Set.of(), HostInfo.parseCpuFlags(""));
  }
}
