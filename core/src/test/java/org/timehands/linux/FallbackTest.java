package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is left where the JVM denies native access. */
class FallbackTest {
  @Test
  void everythingFallsBackAndTheReasonIsLoggedOnce() throws Exception {
    String output = ChildJvm.run(Denied.class, "--illegal-native-access=deny");
    assertTrue(output.contains("all checks passed"), output);
    assertEquals(1, count(output, "Timehands runs without native code"), output);
    assertEquals(1, count(output, "--enable-native-access=ALL-UNNAMED"), output);
  }

  /** The checker itself: with access granted, the same program must fail. */
  @Test
  void theChildNoticesThatNothingWasDenied() {
    AssertionError failure =
        org.junit.jupiter.api.Assertions.assertThrows(
            AssertionError.class,
            () -> ChildJvm.run(Denied.class, "--enable-native-access=ALL-UNNAMED"));
    assertTrue(failure.getMessage().contains("native access should be denied"));
  }

  @Test
  void aSmallArenaSaysHowToMakeItLarger() throws Exception {
    String output =
        ChildJvm.run(
            SmallArena.class,
            "--illegal-native-access=deny",
            "-D" + Memory.ARENA_PROPERTY + "=65536");
    assertTrue(output.contains("the heap arena of 65536 bytes is full"), output);
    assertTrue(output.contains("raise -D" + Memory.ARENA_PROPERTY), output);
  }

  @Test
  void aSenselessArenaSizeIsNamedAndIgnored() throws Exception {
    String output =
        ChildJvm.run(
            SmallArena.class,
            "--illegal-native-access=deny",
            "-D" + Memory.ARENA_PROPERTY + "=lots");
    assertTrue(output.contains("=lots is ignored"), output);
    assertTrue(output.contains("no end in sight"), output);
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  /** Runs in the child that is denied native access. */
  static final class Denied {
    public static void main(String[] arguments) throws Exception {
      check(!NativeAccess.available(), "native access should be denied");
      check(!NativeAccess.whyNot().isEmpty(), "a reason should be given");
      check(!Counter.available(), "the counter should not be available");
      check(Counter.whyNot().equals(NativeAccess.whyNot()), "the reason should be the same");
      checkRefused(IllegalStateException.class, Counter::readOrdered);
      checkRefused(IllegalStateException.class, Counter::readRelaxed);
      checkRefused(IllegalStateException.class, Counter::readFenced);
      check(Counter.statedFrequencyHz() == 0, "no frequency should be stated");
      checkMemory();
      checkClocks();
      checkTheRest();
      System.out.println("all checks passed");
    }

    private static void checkMemory() {
      check(!Memory.isNative(), "memory should be on the heap");
      long a = Memory.allocate(4096, 4096);
      long b = Memory.allocate(100, 64);
      check(a % 4096 == 0 && b % 64 == 0 && a != 0, "addresses should be aligned");
      check(b >= a + 4096 || b + 104 <= a, "blocks should not overlap");
      Memory.set(a, 7);
      check(Memory.compareAndSet(a, 7, 8), "the word should be replaced");
      check(!Memory.compareAndSet(a, 7, 9), "the word should not be replaced");
      Memory.setRelease(a + 4088, 5);
      check(Memory.getAcquire(a) == 8 && Memory.get(a + 4088) == 5, "words should be kept");
      check(Memory.get(b) == 0, "a block should be zeroed");
      Memory.free(a);
      check(Memory.allocate(4096, 8) == a, "a freed block should be used again");
      check(Memory.get(a) == 0 && Memory.get(a + 4088) == 0, "and be zeroed again");
      checkRefused(IndexOutOfBoundsException.class, () -> Memory.get(1L << 40));
      checkRefused(IllegalArgumentException.class, () -> Memory.free(1L << 40));
    }

    private static void checkTheRest() throws Exception {
      Class<? extends Throwable> refusal = UnsupportedOperationException.class;
      Path here = Path.of(".");
      checkRefused(refusal, () -> Fd.openDirectory(here));
      checkRefused(refusal, () -> Fd.open(here, false));
      checkRefused(refusal, () -> Fd.createDirectory(here.resolve("never"), 0700));
      checkRefused(refusal, Mapping::files);
      checkRefused(refusal, TimerFd::create);
      checkRefused(refusal, () -> new Timex().read());
      checkRefused(refusal, Cpus::affinity);
      checkRefused(refusal, () -> Cpus.runOn(0, () -> {}));
      check(Cpus.online().length > 0, "processors should be known");
      check(HostInfo.pid() > 0 && HostInfo.pageBytes() == 4096, "the host should be known");
      try (Mapping mapping = Mapping.anonymous(10_000)) {
        Memory.set(mapping.address() + 9_992, 3);
        check(Memory.get(mapping.address() + 9_992) == 3, "private memory should work");
      }
    }

    private static void checkClocks() {
      long before = System.nanoTime();
      long mono = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
      check(before <= mono && mono <= System.nanoTime(), "MONOTONIC should be nanoTime");
      long millis = System.currentTimeMillis();
      long real = HostClocks.nanos(HostClocks.CLOCK_REALTIME) / 1_000_000;
      check(millis <= real && real <= System.currentTimeMillis(), "REALTIME should be the JVM's");
      check(!HostClocks.supported(HostClocks.CLOCK_MONOTONIC_RAW), "RAW should not be there");
      checkRefused(
          IllegalArgumentException.class, () -> HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW));
      check(HostClocks.resolutionNanos(1).isEmpty(), "no resolution should be stated");
      check(HostClocks.method().contains("denies"), "the reason should be told");
    }

    /** Like JUnit's, which is not on the child's class path. */
    interface Executable {
      void execute() throws Throwable;
    }

    static void checkRefused(Class<? extends Throwable> expected, Executable action) {
      try {
        action.execute();
      } catch (Throwable t) {
        check(expected.isInstance(t), "expected " + expected + " but got " + t);
        return;
      }
      check(false, "expected " + expected);
    }

    static void check(boolean condition, String message) {
      if (!condition) {
        throw new AssertionError(message);
      }
    }
  }

  /** Allocates until an arena of 64 KiB must be full. */
  static final class SmallArena {
    public static void main(String[] arguments) {
      try {
        for (int i = 0; i < 100; i++) {
          Memory.allocate(4096, 8);
        }
        System.out.println("no end in sight");
      } catch (OutOfMemoryError full) {
        System.out.println(full.getMessage());
      }
    }
  }
}
