package org.timehands.linux;

/**
 * The processor architecture this JVM runs on, with the few constants of Linux's interface that
 * differ between the two supported ones.
 */
enum Arch {
  /** AMD and Intel, 64 bits. */
  X86_64(0x10000, 0x20000),
  /** ARM, 64 bits, little-endian. */
  ARM64(0x4000, 0x8000),
  /** Anything else: no native access. */
  OTHER(0, 0);

  private static final Arch CURRENT = of(System.getProperty("os.arch", ""));

  /** open(2): fail unless the path names a directory. */
  final int openDirectory;

  /** open(2): fail if the last part of the path is a symbolic link. */
  final int openNoFollow;

  Arch(int openDirectory, int openNoFollow) {
    this.openDirectory = openDirectory;
    this.openNoFollow = openNoFollow;
  }

  static Arch current() {
    return CURRENT;
  }

  static Arch of(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> ARM64;
      default -> OTHER;
    };
  }
}
