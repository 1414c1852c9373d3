package org.timehands.app;

import org.timehands.app.text.Json;
import org.timehands.timer.Lateness;
import org.timehands.timer.jmx.TimersMXBean;
import org.timehands.timer.jmx.TimersMXBean.Event;
import org.timehands.timer.jmx.TimersMXBean.Mode;
import org.timehands.timer.jmx.TimersMXBean.Queue;

/** Timers as JSON: the same from a daemon and from a JVM's management. */
final class TimersJson {
  private TimersJson() {}

  /** Timers under a name, as an element of an open array. */
  static void put(String name, TimersMXBean timers, Json json) {
    json.open('{').put("name", name).put("tickMode", timers.getTickMode());
    json.open("devices", '[');
    timers.getDevices().forEach(json::element);
    json.close(']').open("queues", '[');
    timers.getQueues().forEach(each -> queue(each, json));
    json.close(']').open("modes", '[');
    timers.getModes().forEach(each -> mode(each, json));
    json.close(']').close('}');
  }

  private static void queue(Queue queue, Json json) {
    json.open('{').put("shard", queue.shard()).put("clock", queue.clock());
    json.put("armed", queue.armed()).open("next", '[');
    for (Event each : queue.next()) {
      json.open('{').put("expiryNanos", each.expiryNanos()).put("inNanos", each.inNanos());
      json.put("soft", each.soft()).put("callback", each.callback()).close('}');
    }
    json.close(']').close('}');
  }

  private static void mode(Mode mode, Json json) {
    json.open('{').put("tickMode", mode.tickMode());
    json.put("wakeups", mode.wakeups()).put("idleWakeups", mode.idleWakeups());
    json.put("expired", mode.expired()).put("merged", mode.merged()).put("late", mode.late());
    json.put("deferred", mode.deferred()).put("retries", mode.retries());
    json.put("hangs", mode.hangs()).put("maxHangNanos", mode.maxHangNanos());
    json.put("maxLateNanos", mode.maxLateNanos());
    json.put("slowCallbacks", mode.slowCallbacks()).put("failures", mode.failures());
    json.put("programs", mode.programs()).put("ticks", mode.ticks());
    json.put("missedTicks", mode.missedTicks());
    Lateness lateness =
        Lateness.of(mode.lateness().stream().mapToLong(Long::longValue).toArray());
    json.putBounded("halfBelowNanos", lateness.belowNanos(500));
    json.putBounded("p99BelowNanos", lateness.belowNanos(990));
    json.open("lateness", '[');
    for (int i = 0; i < Lateness.BUCKETS; i++) {
      if (mode.lateness().get(i) > 0) {
        json.open('{').putBounded("belowNanos", Lateness.upperNanos(i));
        json.put("timers", mode.lateness().get(i)).close('}');
      }
    }
    json.close(']').close('}');
  }
}
