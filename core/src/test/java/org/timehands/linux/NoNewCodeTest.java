package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The counter where the kernel refuses to make written pages executable (PR_SET_MDWE). */
class NoNewCodeTest {
  @Test
  void theCounterIsLoadedFromAMemoryFile() throws Exception {
    // A code cache made at the start in full: HotSpot itself could not enlarge it afterwards.
    String output =
        ChildJvm.run(
            Refused.class,
            "--enable-native-access=ALL-UNNAMED",
            "-XX:-SegmentedCodeCache",
            "-XX:InitialCodeCacheSize=64m",
            "-XX:ReservedCodeCacheSize=64m");
    assertTrue(output.contains("not supported") || output.contains("counter read"), output);
  }

  /** Asks the kernel for the refusal, then reads the counter. */
  static final class Refused {
    private static final int PR_SET_MDWE = 65;
    private static final int REFUSE_EXEC_GAIN = 1;

    public static void main(String[] arguments) throws Exception {
      byte[] code = CounterCode.bytes(Arch.current(), CounterCode.Kind.RELAXED);
      if (Libc.callInt("prctl", PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) < 0) {
        System.out.println("PR_SET_MDWE is not supported here");
        return;
      }
      try {
        CodePage.load(List.of(code), CodePage.Way.PROTECT);
        throw new AssertionError("mprotect should be refused");
      } catch (ErrnoException refused) {
        assert refused.errnoName().equals("EACCES") : refused;
      }
      assert Counter.available() : Counter.whyNot();
      assert Counter.readOrdered() != 0;
      System.out.println("counter read");
    }
  }
}
