package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code objdump} of the GNU binutils makes of some bytes; the test is skipped where it is
 * not installed.
 */
final class Disassembler {
  private Disassembler() {}

  static List<String> x86(byte[] code) throws IOException, InterruptedException {
    return run(code, "objdump", "-m", "i386:x86-64", "-M", "intel");
  }

  static List<String> arm(byte[] code) throws IOException, InterruptedException {
    return run(code, "aarch64-linux-gnu-objdump", "-m", "aarch64");
  }

  private static List<String> run(byte[] code, String... command)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("timehands-code", ".bin");
    try {
      Files.write(file, code);
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.command().addAll(List.of("-D", "-z", "-b", "binary", file.toString()));
      Process process = start(builder);
      String output = new String(process.getInputStream().readAllBytes());
      assertEquals(0, process.waitFor(), output);
      // An instruction's line is "   0:<tab>0f 31 ...<tab>rdtsc", with a comment perhaps.
      return output
          .lines()
          .map(line -> line.split("\t", 3))
          .filter(fields -> fields.length == 3)
          .map(fields -> fields[2].replaceAll("//.*", "").strip().replaceAll("\\s+", " "))
          .toList();
    } finally {
      Files.delete(file);
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException absent) {
      assumeTrue(false, builder.command().getFirst() + " is not installed");
      throw new AssertionError(absent);
    }
  }
}
