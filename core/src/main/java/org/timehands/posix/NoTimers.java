package org.timehands.posix;

/** A process before there are timers: every call says so. */
final class NoTimers implements PosixTime.Process {
  static final NoTimers INSTANCE = new NoTimers();

  private NoTimers() {}

  @Override
  public int timerCreate(int clock, PosixTime.Event ev) {
    return -PosixNumbers.ENOSYS;
  }

  @Override
  public int timerSetTime(int id, int flags, long[] its, long[] oldOrNull) {
    return -PosixNumbers.ENOSYS;
  }

  @Override
  public int timerGetTime(int id, long[] its) {
    return -PosixNumbers.ENOSYS;
  }

  @Override
  public int timerGetOverrun(int id) {
    return -PosixNumbers.ENOSYS;
  }

  @Override
  public int timerDelete(int id) {
    return -PosixNumbers.ENOSYS;
  }

  @Override
  public int setITimer(long[] its, long[] oldOrNull) {
    return -PosixNumbers.ENOSYS;
  }

  @Override
  public int getITimer(long[] its) {
    return -PosixNumbers.ENOSYS;
  }

  @Override
  public void close() {}
}
