package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.timehands.linux.CounterCode.Kind;

class CounterCodeTest {
  @Test
  void x86BytesAreGolden() {
    assertEquals("0f3148c1e2204809d0c3", hex(Arch.X86_64, Kind.RELAXED));
    assertEquals("0f01f948c1e2204809d0c3", hex(Arch.X86_64, Kind.ORDERED));
    assertEquals("0faee80f3148c1e2204809d0c3", hex(Arch.X86_64, Kind.FENCED));
  }

  /** 3-64: the other architecture's code. */
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
    assertEquals(concat(List.of("rdtsc"), join), disassemble(Kind.RELAXED));
    assertEquals(concat(List.of("rdtscp"), join), disassemble(Kind.ORDERED));
    assertEquals(concat(List.of("lfence", "rdtsc"), join), disassemble(Kind.FENCED));
  }

  @Test
  void aDisassemblerReadsTheArmBytesAsMeant() throws Exception {
    assertEquals(
        List.of("isb", "mrs x0, cntvct_el0", "ret"),
        Disassembler.arm(CounterCode.bytes(Arch.ARM64, Kind.ORDERED)));
    assertEquals(
        List.of("mrs x0, cntvct_el0", "ret"),
        Disassembler.arm(CounterCode.bytes(Arch.ARM64, Kind.RELAXED)));
    assertEquals(
        List.of("mrs x0, cntfrq_el0", "ret"),
        Disassembler.arm(CounterCode.bytes(Arch.ARM64, Kind.FREQUENCY)));
  }

  private static String hex(Arch arch, Kind kind) {
    return HexFormat.of().formatHex(CounterCode.bytes(arch, kind));
  }

  private static List<String> concat(List<String> a, List<String> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  private static List<String> disassemble(Kind kind) throws Exception {
    return Disassembler.x86(CounterCode.bytes(Arch.X86_64, kind));
  }
}
