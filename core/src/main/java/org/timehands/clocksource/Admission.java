package org.timehands.clocksource;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;
import org.timehands.linux.HostInfo;

/**
 * The verdict on a counter that may be wrong: whether it may drive time, check by check.
 *
 * <p>A counter that differs between CPUs is no function of time: a thread that moves, or two that
 * talk, would see time go back by the difference. A counter whose rate follows the processor's, or
 * that stops when it idles, has no slope. So a native counter is admitted only if the processor
 * says it is constant and never stops, the kernel has chosen it for itself (having run the like
 * checks since boot), and our own {@link WarpCheck} finds nothing. Immutable and thread-safe.
 *
 * @param admitted whether every check passed
 * @param checks in the order they were made
 * @param skewBoundCycles how far two CPUs may read apart
 * @param suspend what the counter does while the machine sleeps
 */
public record Admission(
    boolean admitted, List<Check> checks, long skewBoundCycles, SuspendBehaviour suspend) {
  /**
   * One check.
   *
   * @param name short, such as {@code "flags"}
   * @param passed whether the counter passed
   * @param words what was found
   */
  public record Check(String name, boolean passed, String words) {
    /** Checks that nothing is missing. */
    public Check {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(words, "words");
    }
  }

  /**
   * What the system says of its native counter.
   *
   * @param arm64 whether the processor is an arm64, else an x86-64
   * @param cpuFlags as the kernel names them
   * @param kernelClocksource the kernel's own choice; empty if it does not tell
   */
  public record Facts(boolean arm64, Set<String> cpuFlags, String kernelClocksource) {
    /** Copies the flags. */
    public Facts {
      cpuFlags = Set.copyOf(cpuFlags);
    }

    /** What this machine's system says. */
    public static Facts here() {
      return new Facts(
          NativeClockSource.kind() == ClockSource.CNTVCT,
          HostInfo.cpuFlags(),
          HostInfo.kernelClocksource());
    }
  }

  /* Scaled by the hypervisor, but counted by the TSC: the guest kernel trusts it to be even. */
  private static final Set<String> TSC_BENEATH =
      Set.of("kvm-clock", "hyperv_clocksource_tsc_page");

  /** Copies the checks. */
  public Admission {
    checks = List.copyOf(checks);
  }

  /** The verdict on the native counter. */
  public static Admission of(Facts facts, WarpCheck.Verdict warp) {
    List<Check> checks = new ArrayList<>(List.of(flags(facts), kernelChoice(facts)));
    checks.add(new Check("warp", warp.passed(), warp.words()));
    boolean admitted = checks.stream().allMatch(Check::passed);
    return new Admission(admitted, checks, warp.skewBoundCycles(), suspendOf(facts));
  }

  /** The verdict where this process has examined nothing, but reads what another one steers by. */
  public static Admission unexamined() {
    Check check =
        new Check("examined", false, "not examined here: another process steers by it");
    return new Admission(false, List.of(check), Long.MAX_VALUE, SuspendBehaviour.UNKNOWN);
  }

  /** Why it was admitted, or why not, in one line. */
  public String reason() {
    return checks.stream()
        .filter(check -> admitted || !check.passed())
        .map(Check::words)
        .collect(Collectors.joining("; ", admitted ? "desired: " : "refused: ", ""));
  }

  /**
   * Why the kernel itself does not use the native counter now; empty if it does. Reads one small
   * file: it may be asked every second.
   */
  public static Optional<String> kernelObjection() {
    boolean arm64 = NativeClockSource.kind() == ClockSource.CNTVCT;
    return kernelObjection(new Facts(arm64, Set.of(), HostInfo.kernelClocksource()));
  }

  /** The same of what the system is said to say; flags do not matter. */
  static Optional<String> kernelObjection(Facts facts) {
    Check check = kernelChoice(facts);
    return check.passed() ? Optional.empty() : Optional.of(check.words());
  }

  /** Whether the counter runs evenly and the kernel lives by it; nobody has looked for warps. */
  static boolean isEven(Facts facts) {
    return flags(facts).passed() && kernelChoice(facts).passed();
  }

  private static Check flags(Facts facts) {
    if (facts.arm64()) {
      return new Check("flags", true, "constant and always on by the architecture");
    }
    for (String flag : List.of("constant_tsc", "nonstop_tsc")) {
      if (!facts.cpuFlags().contains(flag)) {
        return new Check("flags", false, "the processor lacks " + flag);
      }
    }
    return new Check("flags", true, "constant_tsc and nonstop_tsc");
  }

  private static Check kernelChoice(Facts facts) {
    String choice = facts.kernelClocksource();
    String name = facts.arm64() ? "arch_sys_counter" : "tsc";
    if (choice.equals(name)) {
      return new Check("kernel", true, "the kernel's own choice");
    }
    if (!facts.arm64() && TSC_BENEATH.contains(choice)) {
      return new Check("kernel", true, "beneath " + choice + ", the kernel's own choice");
    }
    return new Check(
        "kernel",
        false,
        choice.isEmpty()
            ? "the kernel does not say what it uses (/sys/devices/system/clocksource)"
            : "the kernel itself uses " + choice);
  }

  private static SuspendBehaviour suspendOf(Facts facts) {
    // The arm architecture has the counter in a power domain that is always on.
    return facts.arm64() || facts.cpuFlags().contains("nonstop_tsc_s3")
        ? SuspendBehaviour.RUNS_ON
        : SuspendBehaviour.UNKNOWN;
  }
}
