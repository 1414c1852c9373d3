package org.timehands.bench.bed;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
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
    facts.put("java", java(collector()));
    return facts;
  }

  /**
   * This JVM and a collector.
   *
   * @param collector its name
   */
  public static String java(String collector) {
    return System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
        + " "
        + Runtime.version()
        + ", "
        + collector;
  }

  /** The collector of this JVM, by the names of its parts. */
  private static String collector() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .map(GarbageCollectorMXBean::getName)
        .collect(Collectors.joining(" and "));
  }
}
