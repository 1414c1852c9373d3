package org.timehands.clocksource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;

class AdmissionTest {
  private static final Set<String> GOOD_FLAGS = Set.of("constant_tsc", "nonstop_tsc");
  private static final WarpCheck.Verdict AGREE = new WarpCheck.Verdict(true, 0, 120, "agree");

  /** An admitted counter. */
  static Admission admitted() {
    return Admission.of(new Admission.Facts(false, GOOD_FLAGS, "tsc"), AGREE);
  }

  @Test
  void goodCounterIsAdmitted() {
    Admission admission = admitted();
    assertTrue(admission.admitted());
    assertEquals(3, admission.checks().size());
    assertEquals(120, admission.skewBoundCycles());
    assertEquals(SuspendBehaviour.UNKNOWN, admission.suspend());
    assertEquals(
        "desired: constant_tsc and nonstop_tsc; the kernel's own choice; agree",
        admission.reason());
  }

  @Test
  void eachFailingCheckRefusesAlone() {
    refused("lacks constant_tsc", false, Set.of("nonstop_tsc"), "tsc", AGREE);
    refused("lacks nonstop_tsc", false, Set.of("constant_tsc"), "tsc", AGREE);
    refused("the kernel itself uses hpet", false, GOOD_FLAGS, "hpet", AGREE);
    refused("does not say", false, GOOD_FLAGS, "", AGREE);
    refused("uses tsc", true, Set.of(), "tsc", AGREE);
    WarpCheck.Verdict warp = new WarpCheck.Verdict(false, 100, Long.MAX_VALUE, "went back");
    refused("went back", false, GOOD_FLAGS, "tsc", warp);
  }

  private static void refused(
      String why, boolean arm64, Set<String> flags, String kernel, WarpCheck.Verdict warp) {
    Admission admission = Admission.of(new Admission.Facts(arm64, flags, kernel), warp);
    assertFalse(admission.admitted());
    assertEquals(1, admission.checks().stream().filter(check -> !check.passed()).count());
    assertTrue(admission.reason().startsWith("refused: "), admission.reason());
    assertTrue(admission.reason().contains(why), admission.reason());
  }

  @Test
  void countersBeneathAHypervisorsAndOfArmAreAdmitted() {
    for (String kernel : Set.of("kvm-clock", "hyperv_clocksource_tsc_page")) {
      assertTrue(
          Admission.of(new Admission.Facts(false, GOOD_FLAGS, kernel), AGREE).admitted(), kernel);
    }
    Admission arm =
        Admission.of(new Admission.Facts(true, Set.of("fp"), "arch_sys_counter"), AGREE);
    assertTrue(arm.admitted());
    assertEquals(SuspendBehaviour.RUNS_ON, arm.suspend());
    Admission sleepless =
        Admission.of(
            new Admission.Facts(
                false, Set.of("constant_tsc", "nonstop_tsc", "nonstop_tsc_s3"), "tsc"),
            AGREE);
    assertEquals(SuspendBehaviour.RUNS_ON, sleepless.suspend());
  }

  /** What the daemon asks every second: the kernel has left the counter that it trusted. */
  @Test
  void theKernelsObjectionIsHeard() {
    assertEquals(
        Optional.empty(), Admission.kernelObjection(new Admission.Facts(false, Set.of(), "tsc")));
    assertEquals(
        Optional.of("the kernel itself uses hpet"),
        Admission.kernelObjection(new Admission.Facts(false, Set.of(), "hpet")));
    assertEquals(
        Optional.empty(),
        Admission.kernelObjection(new Admission.Facts(true, Set.of(), "arch_sys_counter")));
  }
}
