package org.timehands.app;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.timehands.app.text.Json;
import org.timehands.timer.jmx.TimersBean;
import org.timehands.timer.jmx.TimersMXBean;

/** The timers that another JVM of this host shows to its management. Not thread-safe. */
final class JvmTimers implements AutoCloseable {
  private final long pid;
  private final JMXConnector connector;

  private JvmTimers(long pid, JMXConnector connector) {
    this.pid = pid;
    this.connector = connector;
  }

  /**
   * Attaches to a JVM and has it start its local management agent, if it runs none.
   *
   * @param pid its process
   * @throws Failure if there is no such JVM, or it must not be looked at
   */
  static JvmTimers attach(long pid) {
    if (ProcessHandle.of(pid).isEmpty()) {
      throw Failure.usage("--pid " + pid + ": no such process; jcmd -l lists the JVMs");
    }
    if (pid == ProcessHandle.current().pid()) {
      throw Failure.usage("--pid " + pid + " is this very command: name another process");
    }
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
        return new JvmTimers(pid, JMXConnectorFactory.connect(address));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException refused) {
      // The JDK's own message carries the whole command line.
      throw refused(
          pid,
          "it is no HotSpot JVM, or refuses (-XX:+DisableAttachMechanism); jcmd -l lists the JVMs",
          refused);
    } catch (IOException | SecurityException refused) {
      throw refused(pid, "only its own user and root may: " + refused.getMessage(), refused);
    }
  }

  private static Failure refused(long pid, String why, Exception refused) {
    return new Failure(
        ExitCode.PAGE_REFUSED,
        "process " + pid + " cannot be looked into: " + why, refused);
  }

  /**
   * Looks once.
   *
   * @return one line of JSON
   * @throws Failure if the JVM shows no timers, or has ended
   */
  String look() {
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{').put("ok", true).put("pid", pid).open("timers", '[');
    try {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      List<ObjectName> names =
          new ArrayList<>(server.queryNames(new ObjectName(TimersBean.PATTERN), null));
      if (names.isEmpty()) {
        throw new Failure(
            ExitCode.PREREQUISITE,
            "process " + pid + " shows no timers: have it call"
                + " org.timehands.timer.jmx.TimersBean.register(\"name\", timers)");
      }
      names.sort(Comparator.comparing(each -> each.getKeyProperty("name")));
      for (ObjectName each : names) {
        TimersMXBean timers = JMX.newMXBeanProxy(server, each, TimersMXBean.class);
        TimersJson.put(each.getKeyProperty("name"), timers, json);
      }
    } catch (IOException | java.lang.reflect.UndeclaredThrowableException gone) {
      throw new Failure(ExitCode.FAILED, "process " + pid + " has ended", gone);
    } catch (MalformedObjectNameException impossible) {
      throw new IllegalStateException(impossible);
    }
    json.close(']').close('}');
    return line.toString();
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException gone) {
      // It is closed.
    }
  }
}
