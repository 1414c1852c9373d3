package org.timehands.bench.latency;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.timehands.linux.ErrnoException;
import org.timehands.linux.NativeAccess;
import org.timehands.linux.ThreadTuning;

/** Sets slack and priority of threads. */
final class Tuning {
  private Tuning() {}

  /** Gives the calling thread the setting's slack and priority. */
  static void apply(Setting setting) {
    if (!NativeAccess.available()) {
      return;
    }
    try {
      ThreadTuning.setTimerSlackNanos(setting.slackNanos());
      if (setting.priority() > 0) {
        ThreadTuning.setFifo(setting.priority());
      }
    } catch (ErrnoException refused) {
      throw new IllegalStateException(refused);
    }
  }

  /** Runs something on a thread of that slack, which all threads that it starts inherit. */
  static <T> T inherited(long slackNanos, Callable<T> body) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(body);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              apply(new Setting(0, slackNanos, 0, 1));
              task.run();
            });
    try {
      return task.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    }
  }

  /** Why a priority is not permitted, and what to do; null if it is. */
  static String whyNoPriority(int priority) throws InterruptedException {
    if (!NativeAccess.available()) {
      return NativeAccess.whyNot();
    }
    String[] why = new String[1];
    Thread trial =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    ThreadTuning.setFifo(priority);
                  } catch (ErrnoException refused) {
                    why[0] =
                        refused.getMessage()
                            + "; run as root, with CAP_SYS_NICE, or raise the limit (ulimit -r "
                            + priority + ")";
                  }
                });
    trial.join();
    return why[0];
  }
}
