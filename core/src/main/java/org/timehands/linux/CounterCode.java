package org.timehands.linux;

import java.util.HexFormat;

/**
 * The machine code of the counter reads, as bytes: leaf functions without arguments that return
 * the count in the platform's result register.
 *
 * <p>They touch only registers the calling convention lets a callee destroy, and no memory. The
 * encodings are those of the AMD64 Architecture Programmer's Manual volume 3 and of the Arm
 * Architecture Reference Manual (A-profile), section C6.
 */
final class CounterCode {
  /** What is read, and in which order with the accesses around it. */
  enum Kind {
    /** The counter, at any time the processor likes. */
    RELAXED,
    /** The counter, after every earlier load has its value; by the cheaper instruction. */
    ORDERED,
    /** As ORDERED, by a fence before the plain read: for processors without the cheaper one. */
    FENCED,
    /** The counter's frequency in Hz, as firmware states it; arm64 only. */
    FREQUENCY
  }

  /* rdtsc leaves the halves in edx:eax. shl rdx,32; or rax,rdx; ret joins them. */
  private static final String X86_JOIN = "48C1E220 4809D0 C3";
  private static final String X86_RDTSC = "0F31";
  private static final String X86_RDTSCP = "0F01F9";
  private static final String X86_LFENCE = "0FAEE8";

  /* Little-endian instruction words. */
  private static final String ARM_ISB = "DF3F03D5";
  private static final String ARM_MRS_CNTVCT = "40E03BD5";
  private static final String ARM_MRS_CNTFRQ = "00E03BD5";
  private static final String ARM_RET = "C0035FD6";

  private CounterCode() {}

  /**
   * The code for one read.
   *
   * @throws IllegalArgumentException if the architecture has no such read
   */
  static byte[] bytes(Arch arch, Kind kind) {
    return switch (arch) {
      case X86_64 ->
          switch (kind) {
            case RELAXED -> hex(X86_RDTSC, X86_JOIN);
            case ORDERED -> hex(X86_RDTSCP, X86_JOIN);
            case FENCED -> hex(X86_LFENCE, X86_RDTSC, X86_JOIN);
            case FREQUENCY -> throw none(arch, kind);
          };
      case ARM64 ->
          switch (kind) {
            case RELAXED -> hex(ARM_MRS_CNTVCT, ARM_RET);
            case ORDERED, FENCED -> hex(ARM_ISB, ARM_MRS_CNTVCT, ARM_RET);
            case FREQUENCY -> hex(ARM_MRS_CNTFRQ, ARM_RET);
          };
      case OTHER -> throw none(arch, kind);
    };
  }

  static byte[] hex(String... parts) {
    return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
  }

  private static IllegalArgumentException none(Arch arch, Kind kind) {
    return new IllegalArgumentException(arch + " has no counter read of kind " + kind);
  }
}
