package org.timehands.clocksource;

/** A counter before whose every read something happens: mostly that time passes. */
final class SlowToRead extends WrappedClockSource {
  private final Runnable before;

  SlowToRead(ClockSource inner, Runnable before) {
    super(inner);
    this.before = before;
  }

  @Override
  public long read() {
    before.run();
    return super.read();
  }
}
