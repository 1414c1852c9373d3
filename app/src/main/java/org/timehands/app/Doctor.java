package org.timehands.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.timehands.app.text.Show;
import org.timehands.clockevent.ClockEventDevice;
import org.timehands.clockevent.ClockEventDevices;
import org.timehands.clockevent.DeviceChoice;
import org.timehands.clockevent.DeviceProbe;
import org.timehands.clockevent.SpinTailDevice;
import org.timehands.clocksource.Candidate;
import org.timehands.clocksource.ClockSource;
import org.timehands.clocksource.ClockSources;
import org.timehands.fixed.Slope;
import org.timehands.linux.Counter;
import org.timehands.linux.Cpus;
import org.timehands.linux.HostClocks;
import org.timehands.linux.HostInfo;
import org.timehands.linux.NativeAccess;
import org.timehands.linux.PtpClock;
import org.timehands.linux.TimerFd;
import org.timehands.linux.Timex;
import org.timehands.linux.VmClockData;
import org.timehands.linux.VmClockPage;
import org.timehands.page.PagePath;
import org.timehands.page.PageRefusedException;

/** Looks at this machine: what was found, whether it is as it should be, and what to do if not. */
final class Doctor {
  /** How a finding is to be taken. */
  enum Level {
    /** As it should be. */
    GOOD,
    /** For information. */
    NOTE,
    /** Works, but not as well as it could. */
    WARN,
    /** Does not work. */
    BAD
  }

  /**
   * One thing that was looked at.
   *
   * @param topic what it belongs to
   * @param name what it is
   * @param level how it is to be taken
   * @param words what was found, and what to do if it is not good
   */
  record Finding(String topic, String name, Level level, String words) {}

  /** Flags of x86-64 processors that decide about the counter. */
  private static final List<String> TSC_FLAGS =
      List.of("constant_tsc", "nonstop_tsc", "rdtscp", "tsc_known_freq", "tsc_reliable");

  private static final int[] CLOCKS = {
    HostClocks.CLOCK_REALTIME, HostClocks.CLOCK_MONOTONIC, HostClocks.CLOCK_MONOTONIC_RAW,
    HostClocks.CLOCK_BOOTTIME, HostClocks.CLOCK_TAI
  };

  private static final long MICRO = 1_000;
  private static final long PPT_PER_PPB = 1_000;

  /* Six looks take less than a second. */
  private static final int PROBE_WAITS = 120;
  private static final int CHOOSING_PROBES = 10;
  private static final long PROBE_NANOS = 1_000_000;
  private static final long NANOS_PER_YEAR = 31_556_952_000_000_000L;

  private final List<Finding> findings = new ArrayList<>();

  private void add(String topic, String name, Level level, String words) {
    findings.add(new Finding(topic, name, level, words));
  }

  /** What was found so far. */
  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** The Java runtime, and whether it lets us call native code. */
  void examineJava() {
    String where = System.getProperty("java.home");
    String vendor = System.getProperty("java.vendor");
    add("java", "JDK", Level.GOOD, Runtime.version() + ", " + vendor + ", " + where);
    boolean free = NativeAccess.available();
    add(
        "java", "native access", free ? Level.GOOD : Level.BAD,
        free ? "allowed" : "none: " + NativeAccess.whyNot());
  }

  /** The processors and the kernel. */
  void examineMachine() {
    String model = HostInfo.cpuModel();
    add("machine", "processor", Level.NOTE, (model.isEmpty() ? "unnamed" : model) + cpus());
    if (!System.getProperty("os.arch").equals("aarch64")) {
      flags(HostInfo.cpuFlags());
    }
    boolean readable = Counter.available();
    add(
        "machine", "counter", readable ? Level.GOOD : Level.WARN,
        readable ? "read by " + Counter.orderedInstructions() : "not read: " + Counter.whyNot());
    add("machine", "kernel", Level.NOTE, "Linux " + HostInfo.kernelRelease());
    String choice = HostInfo.kernelClocksource();
    add(
        "machine", "kernel's clocksource", choice.isEmpty() ? Level.WARN : Level.NOTE,
        choice.isEmpty()
            ? "not told (/sys/devices/system/clocksource cannot be read)"
            : choice + ", out of " + String.join(", ", HostInfo.kernelClocksources()));
    add("machine", "boot", Level.NOTE, HostInfo.bootId().toString());
    long namespace = HostInfo.timeNamespace();
    add(
        "machine", "time namespace", Level.NOTE,
        namespace == 0 ? "none: this kernel has no such thing" : Long.toString(namespace));
  }

  /** What a hypervisor and network cards add: their clocks. */
  void examineDevices() {
    String name = "hypervisor's clock page";
    if (!Files.exists(VmClockPage.DEVICE)) {
      add(
          "machine", name, Level.NOTE,
          "none (" + VmClockPage.DEVICE + " does not exist): a migration is noticed by the gap"
              + " guard, not by a marker");
    } else {
      try (VmClockPage page = VmClockPage.open(VmClockPage.DEVICE)) {
        VmClockData data = new VmClockData();
        boolean whole = page.read(data, () -> 0);
        add("machine", name, whole ? Level.GOOD : Level.WARN, vmclock(data, whole));
      } catch (IOException | UnsupportedOperationException refused) {
        add("machine", name, Level.WARN, "not read: " + refused.getMessage());
      }
    }
    StringJoiner clocks = new StringJoiner(", ");
    PtpClock.devices().forEach(each -> clocks.add(each + ptp(each)));
    add(
        "machine", "PTP hardware clocks", Level.NOTE,
        clocks.length() == 0 ? "none (no /dev/ptp*)" : clocks.toString());
  }

  private static String vmclock(VmClockData data, boolean whole) {
    if (!whole) {
      return "its hypervisor has stopped in the middle of writing";
    }
    String soon =
        data.has(VmClockData.FLAG_DISRUPTION_IMMINENT) || data.has(VmClockData.FLAG_DISRUPTION_SOON)
            ? "; a disruption is to come"
            : "";
    return "disruption marker " + Long.toUnsignedString(data.marker()) + ", "
        + (data.hasTime() ? "with a clock" : "without a clock") + soon;
  }

  private static String ptp(Path device) {
    try (PtpClock clock = PtpClock.open(device)) {
      return clock.caps().crossStamping() ? " (captures the counter at once)" : "";
    } catch (IOException | UnsupportedOperationException refused) {
      return " (not read: " + refused.getMessage() + ")";
    }
  }

  private static String cpus() {
    int online = Cpus.online().length;
    try {
      int[] allowed = Cpus.affinity();
      return ", " + online + " CPUs, this process may use "
          + (allowed.length == online ? "all" : Arrays.toString(allowed));
    } catch (IOException | UnsupportedOperationException unknown) {
      return ", " + online + " CPUs";
    }
  }

  private void flags(Set<String> flags) {
    StringJoiner has = new StringJoiner(" ");
    StringJoiner lacks = new StringJoiner(" ");
    TSC_FLAGS.forEach(flag -> (flags.contains(flag) ? has : lacks).add(flag));
    boolean steady = flags.contains("constant_tsc") && flags.contains("nonstop_tsc");
    add(
        "machine", "processor's flags", steady ? Level.GOOD : Level.WARN,
        has + (lacks.length() == 0 ? "" : "; lacks " + lacks));
  }

  /** Each clocksource: its rating, why, and which is chosen. */
  void examineClocksources(List<Candidate> candidates, Candidate chosen) {
    for (Candidate candidate : candidates) {
      boolean isChosen = candidate == chosen;
      add(
          "clocksources", candidate.name(),
          isChosen ? Level.GOOD : candidate.admitted() ? Level.NOTE : Level.WARN,
          verdict(candidate, isChosen));
      for (var check : candidate.checks()) {
        add(
            "clocksources", candidate.name() + " " + check.name(),
            check.passed() ? Level.GOOD : Level.WARN, check.words());
      }
      if (candidate.calibration() != null) {
        add("clocksources", candidate.name() + " slope", Level.NOTE, slope(candidate));
      }
    }
  }

  /** Says that no clocksource could be chosen. */
  void examineChoice(String why) {
    add("clocksources", "choice", Level.BAD, why);
  }

  private static String verdict(Candidate candidate, boolean isChosen) {
    ClockSource source = candidate.source();
    StringBuilder words = new StringBuilder();
    words.append(isChosen ? "chosen" : candidate.admitted() ? "not chosen" : "not usable");
    words.append(", rating ").append(candidate.rating()).append(", ").append(candidate.reason());
    if (source != null) {
      words.append("; ").append(source.frequencyHz()).append(" Hz, a read costs ")
          .append(Show.nanos(ClockSources.settledReadCostNanos(source))).append(", drift within ")
          .append(Show.ppmBound(source.driftBoundPpb() * PPT_PER_PPB));
    }
    return words.toString();
  }

  private static String slope(Candidate candidate) {
    return Slope.of(candidate.rate()).toBigDecimal() + " ns per cycle ±"
        + candidate.calibration().errorPpb() + " ppb";
  }

  /** The host's clocks, and who keeps them right. */
  void examineHost() {
    add("host", "clocks", Level.NOTE, "read by " + HostClocks.method());
    StringJoiner names = new StringJoiner(", ");
    for (int clock : CLOCKS) {
      if (HostClocks.supported(clock)) {
        var step = HostClocks.resolutionNanos(clock);
        names.add(
            HostClocks.name(clock)
                + (step.isPresent() ? " (" + step.getAsLong() + " ns)" : ""));
      }
    }
    add("host", "clocks supported", Level.NOTE, names.toString());
    discipline();
    try {
      TimerFd.create().close();
      add("host", "steps", Level.GOOD, "noticed at once, by a timer that is cancelled on set");
    } catch (IOException | UnsupportedOperationException refused) {
      add("host", "steps", Level.WARN, "noticed at the next sample only: " + refused.getMessage());
    }
  }

  private void discipline() {
    Timex timex;
    try {
      timex = new Timex().read();
    } catch (IOException | UnsupportedOperationException refused) {
      add("host", "synchronised", Level.WARN, "unknown: " + refused.getMessage());
      return;
    }
    boolean synced = timex.isSynchronized();
    add(
        "host", "synchronised", synced ? Level.GOOD : Level.WARN,
        synced
            ? "yes, within " + Show.bound(timex.maxErrorMicros() * MICRO) + " (kernel's maxerror)"
            : "no (STA_UNSYNC): nobody vouches for the wall clock, REALTIME and TAI have no bound;"
                + " run an NTP or PTP daemon such as chrony");
    add(
        "host", "discipline", Level.NOTE,
        String.format(
            "state %d, status 0x%04x, frequency %+.3f ppm, estimated error %s, tick %d µs",
            timex.state(), timex.status(), timex.frequencyScaledPpm() / 65536.0,
            Show.nanos(timex.estimatedErrorMicros() * MICRO), timex.tickMicros()));
    int tai = timex.taiOffsetSeconds();
    add(
        "host", "TAI offset", Level.NOTE,
        tai != 0
            ? tai + " s"
            : "the kernel was not told; the library's own table is used");
  }

  /** What wakes timers: which device is the default here and why, and how late each is. */
  void examineTimers() throws InterruptedException {
    String chosen = chosenTimer();
    for (String name : ClockEventDevices.names()) {
      timer(name, (name.equals(chosen) ? "in the default: " : "not the default: ")
          + ClockEventDevices.why(name));
    }
    timer(chosen + "+spin", "by choice: spins for the last microseconds, at most "
        + SpinTailDevice.DEFAULT_BUDGET_PPM / 10_000 + " % of a processor");
  }

  /** Has the default choose, as timers do; returns the plain name of what it has chosen. */
  private String chosenTimer() throws InterruptedException {
    List<String> names = ClockEventDevices.names();
    try (ClockEventDevice device = ClockEventDevices.best()) {
      // A wait that was disturbed is made up for by another.
      for (int i = 0; i < CHOOSING_PROBES && names.size() > 1 && device.choice().isEmpty(); i++) {
        DeviceProbe.measure(device, PROBE_WAITS, PROBE_NANOS);
      }
      add("timers", device.name(), Level.GOOD,
          "default: " + DeviceWords.of(device.choice())
              + "; woken ahead of time by what every way out of sleep takes" + measured(device));
      return device.choice().map(DeviceChoice::name).orElse(names.getFirst());
    }
  }

  private void timer(String name, String why) throws InterruptedException {
    try (ClockEventDevice device = ClockEventDevices.open(name)) {
      add("timers", name, Level.NOTE, why + measured(device));
    } catch (IOException | UnsupportedOperationException refused) {
      add("timers", name, Level.WARN, "refused: " + refused.getMessage());
    }
  }

  private static String measured(ClockEventDevice device) throws InterruptedException {
    DeviceProbe.Figures figures = DeviceProbe.measure(device, PROBE_WAITS, PROBE_NANOS);
    StringJoiner features = new StringJoiner(", ");
    device.features().forEach(each -> features.add(each.name().toLowerCase(Locale.ROOT)));
    return "; late by " + Show.nanos(figures.medianNanos()) + " p50, "
        + Show.nanos(figures.p99Nanos()) + " p99 in " + PROBE_WAITS + " waits of "
        + Show.nanos(PROBE_NANOS)
        + (figures.cpuNanos() < 0 ? "" : ", CPU " + Show.nanos(figures.cpuNanos()) + " a wait")
        + "; from " + Show.nanos(device.minDeltaNanos()) + " to "
        + device.maxDeltaNanos() / NANOS_PER_YEAR + " years ahead"
        + (features.length() == 0 ? "" : "; " + features);
  }

  /** Who we are, for what may be opened. */
  void examineUser() {
    add(
        "user", "identity", Level.NOTE,
        "uid " + HostInfo.uid() + ", gid " + HostInfo.gid() + ", groups "
            + Arrays.toString(HostInfo.groups()));
  }

  /**
   * Where a page is looked for, and where one may be owned.
   *
   * @param asked the directory that was asked for, or null
   */
  void examinePlaces(String asked) {
    place("looked for in", () -> PagePath.toRead(asked));
    place("could be owned in", () -> PagePath.toOwn(asked));
  }

  private interface Place {
    PagePath find() throws PageRefusedException;
  }

  private void place(String name, Place place) {
    try {
      PagePath path = place.find();
      add("page", name, Level.NOTE, path + " (" + by(path.origin()) + ")");
    } catch (PageRefusedException none) {
      add("page", name, Level.WARN, none.getMessage());
    }
  }

  private static String by(PagePath.Origin origin) {
    return switch (origin) {
      case OPTION -> "by --page";
      case ENVIRONMENT -> "by " + PagePath.VARIABLE;
      case SHARED_MEMORY -> "the usual place of this host";
      case RUNTIME_DIRECTORY -> "the usual place of this user";
    };
  }

  /** The shared page, or why there is none. */
  void examinePage(Level level, String words) {
    add("page", "shared page", level, words);
  }

  /** Adds a finding about the page. */
  void examinePage(String name, Level level, String words) {
    add("page", name, level, words);
  }
}
