package org.timehands.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The machine code that asks {@code clock_gettime} and returns one number, as bytes: {@code long
 * nanos(int clock)}, {@link #FAILED} on an error.
 *
 * <p>Why there is code at all: {@code clock_gettime} answers in a structure of the caller's. One
 * per thread costs each virtual thread a piece of native memory, one that is shared must be claimed
 * (4 to 5 ns more), and one on the Java heap must be allocated for each call. On the stack of this
 * function it costs nothing and no two calls can meet in it.
 */
final class HostClockCode {
  /** What the code returns if the clock cannot be read; no clock shows it before the year 1677. */
  static final long FAILED = Long.MIN_VALUE;

  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private HostClockCode() {}

  /** The code for one architecture, around the address of the C function. */
  static byte[] bytes(Arch arch, long clockGettime) {
    return switch (arch) {
      case X86_64 -> x86(clockGettime);
      case ARM64 -> arm(clockGettime);
      case OTHER -> throw new IllegalArgumentException("no code for " + arch);
    };
  }

  private static byte[] x86(long clockGettime) {
    return CounterCode.hex(
        "55", // push rbp
        "4889E5", // mov rbp,rsp
        "4883EC10", // sub rsp,16: the structure; the stack is now aligned to 16
        "4889E6", // mov rsi,rsp
        "48B8", // movabs rax,clock_gettime
        littleEndian(clockGettime),
        "FFD0", // call rax
        "85C0", // test eax,eax
        "750F", // jne failed
        "48690424", // imul rax,[rsp],1000000000
        littleEndian(NANOS_PER_SECOND),
        "4803442408", // add rax,[rsp+8]
        "C9", // leave
        "C3", // ret
        "48B8", // failed: movabs rax,FAILED
        littleEndian(FAILED),
        "C9", // leave
        "C3"); // ret
  }

  private static byte[] arm(long clockGettime) {
    return CounterCode.hex(
        "FD7BBEA9", // stp x29,x30,[sp,-32]!
        "FD030091", // mov x29,sp
        "E1430091", // add x1,sp,16: the structure
        "70010058", // ldr x16,clock_gettime (44 bytes on)
        "00023FD6", // blr x16
        "C0000035", // cbnz w0,failed (24 bytes on)
        "E00741A9", // ldp x0,x1,[sp,16]
        "22010058", // ldr x2,1000000000 (36 bytes on)
        "0004029B", // madd x0,x0,x2,x1
        "FD7BC2A8", // ldp x29,x30,[sp],32
        "C0035FD6", // ret
        "0000F0D2", // failed: mov x0,FAILED
        "FD7BC2A8", // ldp x29,x30,[sp],32
        "C0035FD6", // ret
        littleEndian(clockGettime),
        littleEndian((long) NANOS_PER_SECOND));
  }

  private static String littleEndian(long value) {
    return HexFormat.of()
        .formatHex(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  private static String littleEndian(int value) {
    return HexFormat.of()
        .formatHex(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }
}
