package org.timehands.bench.timer;

import java.io.PrintStream;
import java.util.Random;

/** The JVM that measures one part of {@code bench timer}. */
final class TimerSession {
  private TimerSession() {}

  /** Arguments: the part, the seed, and whether little is measured. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    Wire wire = new Wire(out);
    long seed = Long.parseLong(args[1]);
    Random random = new Random(seed);
    Size size = Boolean.parseBoolean(args[2]) ? Size.QUICK : Size.DEFAULT;
    switch (Part.valueOf(args[0])) {
      case CHURN -> new Churn(size, random, wire).measure();
      case EXPIRY -> new Expiry(size, wire).measure();
      case IDLE -> new Idle(size, wire).measure();
      case SETS -> new Sets(size, random, wire).measure();
      case QUEUES -> new Queues(size, random, wire).measure();
      case UNDISTURBED -> new Undisturbed(size, seed, wire).measure();
    }
    System.exit(0);
  }
}
