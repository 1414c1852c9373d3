package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps what is logged under a name from the log, for a test to see. */
public final class CaughtLog extends Handler implements AutoCloseable {
  /** Six times {@link LineLimit#INTERVAL_NANOS}: others may have had the line of the first. */
  private static final long LONGEST_NANOS = 6 * LineLimit.INTERVAL_NANOS;

  /** What was logged. */
  public final List<String> lines = new CopyOnWriteArrayList<>();

  private final Logger logger;

  /**
   * Catches from now on.
   *
   * @param name the logger's name
   */
  public CaughtLog(String name) {
    logger = Logger.getLogger(name);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /**
   * Does it until a line of it is let through: what is logged seldom may just have been, for
   * another test.
   */
  public void untilLogged(Runnable what) {
    long start = System.nanoTime();
    int before = lines.size();
    what.run();
    while (lines.size() == before) {
      assertTrue(System.nanoTime() - start < LONGEST_NANOS, "nothing is logged");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      what.run();
    }
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(line.getMessage());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
