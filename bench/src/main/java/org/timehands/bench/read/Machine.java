package org.timehands.bench.read;

import java.util.LinkedHashMap;
import java.util.Map;
import org.timehands.bench.bed.Pins;
import org.timehands.linux.HostInfo;

/** Where the figures come from, without which they mean nothing. */
public final class Machine {
  private Machine() {}

  /** Facts by name, in the order in which to print them. */
  public static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    String model = HostInfo.cpuModel();
    String guest = HostInfo.cpuFlags().contains("hypervisor") ? ", virtual machine" : "";
    int cpus = Runtime.getRuntime().availableProcessors();
    facts.put("cpu", (model.isEmpty() ? "unknown" : model) + ", " + cpus + " CPUs" + guest);
    facts.put(
        "kernel", HostInfo.kernelRelease() + ", clocksource " + HostInfo.kernelClocksource());
    facts.put(
        "java",
        System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
            + " "
            + Runtime.version()
            + ", "
            + SessionProcess.collector());
    facts.put("pinned", pinned());
    return facts;
  }

  private static String pinned() {
    int[] usable = Pins.usable();
    if (usable.length == 0) {
      return "no: threads cannot be bound here";
    }
    return usable.length == 1
        ? "reads on CPU " + Pins.measured(0) + "; no second CPU, so no rows that need one"
        : "reads on CPU " + Pins.measured(0) + ", the second thread on CPU " + Pins.measured(1);
  }
}
