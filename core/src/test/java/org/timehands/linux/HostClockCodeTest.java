package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostClockCodeTest {
  private static final long ADDRESS = 0x1122334455667788L;

  @Test
  void bytesAreGolden() {
    assertEquals(
        "554889e54883ec104889e648b88877665544332211ffd085c0750f4869042400ca9a3b4803442408c9c3"
            + "48b80000000000000080c9c3",
        hex(Arch.X86_64));
    assertEquals(
        "fd7bbea9fd030091e14300917001005800023fd6c0000035e00741a9220100580004029bfd7bc2a8"
            + "c0035fd60000f0d2fd7bc2a8c0035fd6887766554433221100ca9a3b00000000",
        hex(Arch.ARM64));
    assertThrows(IllegalArgumentException.class, () -> HostClockCode.bytes(Arch.OTHER, ADDRESS));
  }

  @Test
  void aDisassemblerReadsTheX86BytesAsMeant() throws Exception {
    assertEquals(
        List.of(
            "push rbp",
            "mov rbp,rsp",
            "sub rsp,0x10",
            "mov rsi,rsp",
            "movabs rax,0x1122334455667788",
            "call rax",
            "test eax,eax",
            "jne 0x2a",
            "imul rax,QWORD PTR [rsp],0x3b9aca00",
            "add rax,QWORD PTR [rsp+0x8]",
            "leave",
            "ret",
            "movabs rax,0x8000000000000000",
            "leave",
            "ret"),
        Disassembler.x86(HostClockCode.bytes(Arch.X86_64, ADDRESS)).stream()
            .filter(line -> !line.isEmpty())
            .toList());
  }

  @Test
  void aDisassemblerReadsTheArmBytesAsMeant() throws Exception {
    assertEquals(
        List.of(
            "stp x29, x30, [sp, #-32]!",
            "mov x29, sp",
            "add x1, sp, #0x10",
            "ldr x16, 0x38",
            "blr x16",
            "cbnz w0, 0x2c",
            "ldp x0, x1, [sp, #16]",
            "ldr x2, 0x40",
            "madd x0, x0, x2, x1",
            "ldp x29, x30, [sp], #32",
            "ret",
            "mov x0, #0x8000000000000000",
            "ldp x29, x30, [sp], #32",
            "ret"),
        Disassembler.arm(HostClockCode.bytes(Arch.ARM64, ADDRESS)).subList(0, 14));
  }

  private static String hex(Arch arch) {
    return HexFormat.of().formatHex(HostClockCode.bytes(arch, ADDRESS));
  }
}
