package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.timehands.linux.CounterCode.Kind;

class CounterCodeTest {
  @Test
  void x86BytesAreGolden() {
    assertEquals("0f3148c1e2204809d0c3", hex(Arch.X86_64, Kind.RELAXED));
    assertEquals("0f01f948c1e2204809d0c3", hex(Arch.X86_64, Kind.ORDERED));
    assertEquals("0faee80f3148c1e2204809d0c3", hex(Arch.X86_64, Kind.FENCED));
  }

  @Test
  void armBytesAreGolden() {
    assertEquals("40e03bd5c0035fd6", hex(Arch.ARM64, Kind.RELAXED));
    assertEquals("df3f03d540e03bd5c0035fd6", hex(Arch.ARM64, Kind.ORDERED));
    assertEquals("df3f03d540e03bd5c0035fd6", hex(Arch.ARM64, Kind.FENCED));
    assertEquals("00e03bd5c0035fd6", hex(Arch.ARM64, Kind.FREQUENCY));
  }

  @Test
  void whatAnArchitectureLacksIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> CounterCode.bytes(Arch.X86_64, Kind.FREQUENCY));
    assertThrows(
        IllegalArgumentException.class, () -> CounterCode.bytes(Arch.OTHER, Kind.RELAXED));
  }

  @Test
  void aDisassemblerReadsTheX86BytesAsMeant() throws Exception {
    List<String> join = List.of("shl rdx,0x20", "or rax,rdx", "ret");
    assertEquals(concat(List.of("rdtsc"), join), disassemble(Arch.X86_64, Kind.RELAXED));
    assertEquals(concat(List.of("rdtscp"), join), disassemble(Arch.X86_64, Kind.ORDERED));
    assertEquals(concat(List.of("lfence", "rdtsc"), join), disassemble(Arch.X86_64, Kind.FENCED));
  }

  private static String hex(Arch arch, Kind kind) {
    return HexFormat.of().formatHex(CounterCode.bytes(arch, kind));
  }

  private static List<String> concat(List<String> a, List<String> b) {
    return java.util.stream.Stream.concat(a.stream(), b.stream()).toList();
  }

  private static List<String> disassemble(Arch arch, Kind kind) throws Exception {
    return Disassembler.x86(CounterCode.bytes(arch, kind));
  }

  /** What {@code objdump} of the GNU binutils makes of some bytes. */
  static final class Disassembler {
    private Disassembler() {}

    static List<String> x86(byte[] code) throws IOException, InterruptedException {
      Path file = Files.createTempFile("timehands-code", ".bin");
      try {
        Files.write(file, code);
        Process process =
            start("objdump", "-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "" + file);
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        // An instruction's line is "   0:<tab>0f 31 ...<tab>rdtsc".
        return output
            .lines()
            .map(line -> line.split("\t"))
            .filter(fields -> fields.length == 3)
            .map(fields -> fields[2].strip().replaceAll("\\s+", " "))
            .collect(Collectors.toList());
      } finally {
        Files.delete(file);
      }
    }

    private static Process start(String... command) {
      try {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
      } catch (IOException absent) {
        assumeTrue(false, "objdump is not installed");
        throw new AssertionError(absent);
      }
    }
  }
}
