package org.timehands.bench.timeout.subject;

import java.util.List;
import java.util.function.Supplier;

/** All that can be measured, by name. */
public final class Subjects {
  /** What kind of thing it is, which says what it is compared with. */
  public enum Kind {
    /** Any thread arms, a thread of its own runs. */
    SHARED,
    /** One thread does all, by hand. */
    BY_HAND,
    /** As SHARED, but a design of ours that was not taken. */
    DESIGN,
    /** As BY_HAND, but a design of ours that was not taken. */
    DESIGN_BY_HAND
  }

  /**
   * One of them.
   *
   * @param name unique
   * @param kind what it is
   * @param ours whether it is ours, and what was taken
   * @param title for the reports
   * @param make starts one
   */
  public record Entry(
      String name, Kind kind, boolean ours, String title, Supplier<Subject> make) {
    /** Whether any thread may arm. */
    public boolean isShared() {
      return kind == Kind.SHARED || kind == Kind.DESIGN;
    }

    /**
     * Whether many at one instant can run: Caffeine's wheel runs nothing without its cache, and
     * Agrona's has the same room for each tick, 3.3 GB for 400 000 in one.
     */
    public boolean expires() {
      return !name.equals("caffeine") && !name.equals("agrona");
    }

    /** Whether it was not taken. */
    public boolean isDesign() {
      return kind == Kind.DESIGN || kind == Kind.DESIGN_BY_HAND;
    }
  }

  /** All, in the order of the reports. */
  public static final List<Entry> ALL =
      List.of(
          shared("kept", true, "Timeouts, kept", OursKept::new),
          shared("once", true, "Timeouts, a new one each", OursOnce::new),
          shared("netty", false, "Netty HashedWheelTimer, 1 ms", NettyWheel::new),
          shared("fjp", false, "JDK ForkJoinPool", Executors::fjp),
          shared("stpe", false, "JDK ScheduledThreadPoolExecutor", Executors::stpe),
          shared("kafka", false, "Kafka SystemTimer", Kafka::new),
          shared("nettyloop", false, "Netty event loop", Executors::nettyLoop),
          shared("jetty", false, "Jetty CyclicTimeouts", Jetty::new),
          byHand("handles", true, "HandleWheel", OurHandles::new),
          byHand("objects", true, "TimeoutWheel, kept", () -> new OurObjects(true)),
          byHand("fresh", true, "TimeoutWheel, a new one each", () -> new OurObjects(false)),
          byHand("agrona", false, "Agrona DeadlineTimerWheel", Agrona::new),
          byHand("caffeine", false, "Caffeine TimerWheel", CaffeineWheel::new),
          design(Kind.DESIGN, "onelock", "not taken: one lock", Alternatives::oneLock),
          design(Kind.DESIGN, "locks", "not taken: 16 locked shards", Alternatives::locks),
          design(Kind.DESIGN, "lazy", "not taken: lazy removal", Alternatives::lazy),
          design(
              Kind.DESIGN_BY_HAND, "links", "not taken: linked objects", Alternatives.Links::new));

  private Subjects() {}

  private static Entry shared(String name, boolean ours, String title, Supplier<Subject> make) {
    return new Entry(name, Kind.SHARED, ours, title, make);
  }

  private static Entry byHand(String name, boolean ours, String title, Supplier<Subject> make) {
    return new Entry(name, Kind.BY_HAND, ours, title, make);
  }

  private static Entry design(Kind kind, String name, String title, Supplier<Subject> make) {
    return new Entry(name, kind, false, title, make);
  }

  /**
   * The one of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Entry named(String name) {
    for (Entry each : ALL) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "no subject is called " + name + ": must be one of "
            + String.join(", ", ALL.stream().map(Entry::name).toList()));
  }
}
