package org.timehands.timer.jmx;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.timehands.tick.TickMode;
import org.timehands.timer.QueueStatus;
import org.timehands.timer.TimerStatistics;
import org.timehands.timer.Timers;

/**
 * Shows timers to management clients under {@code org.timehands:type=Timers,name=...}, until it is
 * closed: {@code timehands timers --pid N}, jconsole and their like. Costs nothing while nobody
 * looks. Thread-safe.
 *
 * <pre>{@code
 * try (TimersBean bean = TimersBean.register("orders", timers)) {
 *   ...
 * }
 * }</pre>
 */
public final class TimersBean implements TimersMXBean, AutoCloseable {
  private static final String TYPE = "org.timehands:type=Timers";

  /** Matches the names of all such beans. */
  public static final String PATTERN = TYPE + ",*";

  private static final Pattern NAME = Pattern.compile("[\\w.-]{1,100}");

  private final Timers timers;
  private final ObjectName name;

  private TimersBean(Timers timers, ObjectName name) {
    this.timers = Objects.requireNonNull(timers, "timers");
    this.name = name;
  }

  /** A view that is not registered, for who shows it by other means. */
  public static TimersBean of(Timers timers) {
    return new TimersBean(timers, null);
  }

  /**
   * Registers timers with this JVM's management.
   *
   * @param name tells them apart: 1 to 100 letters, digits, dots, dashes and underscores
   * @param timers which
   * @throws IllegalArgumentException if the name is another, or taken
   */
  public static TimersBean register(String name, Timers timers) {
    TimersBean bean = new TimersBean(timers, objectName(name));
    try {
      var _ = server().registerMBean(bean, bean.name);
      return bean;
    } catch (InstanceAlreadyExistsException taken) {
      throw new IllegalArgumentException(
          "timers named '" + name + "' are shown already: close that bean, or take another name",
          taken);
    } catch (JMException refused) {
      throw new IllegalStateException("timers cannot be shown: " + refused, refused);
    }
  }

  private static ObjectName objectName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name '" + name + "' of timers must be 1 to 100 letters, digits, dots, dashes and"
              + " underscores, such as orders-1");
    }
    try {
      return new ObjectName(TYPE + ",name=" + name);
    } catch (JMException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }

  @Override
  public String getTickMode() {
    return timers.tickMode().words();
  }

  @Override
  public List<String> getDevices() {
    return timers.devices();
  }

  @Override
  public List<Queue> getQueues() {
    return timers.queues().stream().map(TimersBean::queue).toList();
  }

  private static Queue queue(QueueStatus of) {
    List<Event> next =
        of.next().stream()
            .map(
                each ->
                    new Event(each.expiryNanos(), each.inNanos(), each.soft(), each.callback()))
            .toList();
    return new Queue(of.shard(), of.clock().name(), of.armed(), next);
  }

  @Override
  public List<Mode> getModes() {
    return timers.statisticsByMode().entrySet().stream()
        .map(each -> mode(each.getKey(), each.getValue()))
        .toList();
  }

  private static Mode mode(TickMode mode, TimerStatistics of) {
    return new Mode(
        mode.words(),
        of.wakeups(),
        of.idleWakeups(),
        of.expired(),
        of.merged(),
        of.late(),
        of.deferred(),
        of.retries(),
        of.hangs(),
        of.maxHangNanos(),
        of.maxLateNanos(),
        of.slowCallbacks(),
        of.failures(),
        of.programs(),
        of.ticks(),
        of.missedTicks(),
        Arrays.stream(of.lateness().counts()).boxed().toList());
  }

  /** Takes the bean away; the timers go on. */
  @Override
  public void close() {
    if (name == null) {
      return;
    }
    try {
      server().unregisterMBean(name);
    } catch (InstanceNotFoundException gone) {
      // Somebody has done so.
    } catch (JMException refused) {
      throw new IllegalStateException("timers cannot be hidden: " + refused, refused);
    }
  }
}
