package org.timehands.sim.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.timehands.posix.PosixTime;

/** POSIX timers with one planted fault each. */
final class TimerMutants {
  /** By what is wrong. */
  static final Map<String, UnaryOperator<PosixTime>> ALL = all();

  private TimerMutants() {}

  private static Map<String, UnaryOperator<PosixTime>> all() {
    Map<String, UnaryOperator<PosixTime>> all = new TreeMap<>();
    all.put("value 0 keeps the interval", right -> calls(right, KeepsInterval::new));
    all.put("the old setting is the new one", right -> calls(right, OldIsNew::new));
    all.put("an armed timer reads 0 at its instant", right -> calls(right, ReadsZero::new));
    all.put("one overrun too many", right -> signals(right, result -> result + 1));
    all.put(
        "a dropped signal is delivered", right -> signals(right, result -> Math.max(0, result)));
    all.put("the overruns are not kept", right -> calls(right, Forgets::new));
    all.put("a relative timer is absolute", right -> calls(right, Absolute::new));
    all.put("the interval is a nanosecond longer", right -> calls(right, Longer::new));
    all.put("a deleted id is used again", right -> calls(right, Reuses::new));
    return all;
  }

  private interface Maker {
    PosixTime.Process make(PosixTime.Process right);
  }

  private interface Delivery {
    int of(int result);
  }

  private static PosixTime calls(PosixTime right, Maker maker) {
    return new Mutant(right) {
      @Override
      public Process open(SignalSink sink) {
        return maker.make(right.open(sink));
      }
    };
  }

  private static PosixTime signals(PosixTime right, Delivery wrong) {
    return new Mutant(right) {
      @Override
      public Process open(SignalSink sink) {
        return right.open(
            signal ->
                sink.queue(
                    new TimerSignal() {
                      @Override
                      public int timerId() {
                        return signal.timerId();
                      }

                      @Override
                      public Event event() {
                        return signal.event();
                      }

                      @Override
                      public int deliver() {
                        return wrong.of(signal.deliver());
                      }
                    }));
      }
    };
  }

  /** The clocks' calls as they are. */
  static class Mutant implements PosixTime {
    private final PosixTime right;

    Mutant(PosixTime right) {
      this.right = right;
    }

    @Override
    public int clockGetTime(int clock, long[] secNsec) {
      return right.clockGetTime(clock, secNsec);
    }

    @Override
    public int clockGetRes(int clock, long[] secNsec) {
      return right.clockGetRes(clock, secNsec);
    }

    @Override
    public int clockSetTime(int clock, long sec, long nsec) {
      return right.clockSetTime(clock, sec, nsec);
    }

    @Override
    public int clockAdjTime(int clock, long[] timex) {
      return right.clockAdjTime(clock, timex);
    }

    @Override
    public int clockNanosleep(int clock, int flags, long sec, long nsec, long[] remOrNull) {
      return right.clockNanosleep(clock, flags, sec, nsec, remOrNull);
    }

    @Override
    public Process open(SignalSink sink) {
      return right.open(sink);
    }
  }

  /** A process's calls as they are. */
  private static class Calls implements PosixTime.Process {
    final PosixTime.Process right;

    Calls(PosixTime.Process right) {
      this.right = right;
    }

    @Override
    public int timerCreate(int clock, PosixTime.Event ev) {
      return right.timerCreate(clock, ev);
    }

    @Override
    public int timerSetTime(int id, int flags, long[] its, long[] oldOrNull) {
      return right.timerSetTime(id, flags, its, oldOrNull);
    }

    @Override
    public int timerGetTime(int id, long[] its) {
      return right.timerGetTime(id, its);
    }

    @Override
    public int timerGetOverrun(int id) {
      return right.timerGetOverrun(id);
    }

    @Override
    public int timerDelete(int id) {
      return right.timerDelete(id);
    }

    @Override
    public int setITimer(long[] its, long[] oldOrNull) {
      return right.setITimer(its, oldOrNull);
    }

    @Override
    public int getITimer(long[] its) {
      return right.getITimer(its);
    }

    @Override
    public void close() {
      right.close();
    }
  }

  private static final class KeepsInterval extends Calls {
    private final Map<Integer, long[]> last = new HashMap<>();

    KeepsInterval(PosixTime.Process right) {
      super(right);
    }

    @Override
    public int timerSetTime(int id, int flags, long[] its, long[] oldOrNull) {
      last.put(id, its.clone());
      return super.timerSetTime(id, flags, its, oldOrNull);
    }

    @Override
    public int timerGetTime(int id, long[] its) {
      int result = super.timerGetTime(id, its);
      long[] set = last.get(id);
      if (result == 0 && set != null && set[0] == 0 && set[1] == 0) {
        its[2] = set[2];
        its[3] = set[3];
      }
      return result;
    }
  }

  private static final class OldIsNew extends Calls {
    OldIsNew(PosixTime.Process right) {
      super(right);
    }

    @Override
    public int timerSetTime(int id, int flags, long[] its, long[] oldOrNull) {
      int result = super.timerSetTime(id, flags, its, null);
      return result != 0 ? result : super.timerGetTime(id, oldOrNull);
    }
  }

  private static final class ReadsZero extends Calls {
    ReadsZero(PosixTime.Process right) {
      super(right);
    }

    @Override
    public int timerGetTime(int id, long[] its) {
      int result = super.timerGetTime(id, its);
      if (result == 0 && its[0] == 0 && its[1] == 1) {
        its[1] = 0;
      }
      return result;
    }
  }

  private static final class Forgets extends Calls {
    Forgets(PosixTime.Process right) {
      super(right);
    }

    @Override
    public int timerGetOverrun(int id) {
      return Math.min(0, super.timerGetOverrun(id));
    }
  }

  private static final class Absolute extends Calls {
    Absolute(PosixTime.Process right) {
      super(right);
    }

    @Override
    public int timerSetTime(int id, int flags, long[] its, long[] oldOrNull) {
      return super.timerSetTime(id, 1, its, oldOrNull);
    }
  }

  private static final class Longer extends Calls {
    Longer(PosixTime.Process right) {
      super(right);
    }

    @Override
    public int timerSetTime(int id, int flags, long[] its, long[] oldOrNull) {
      long[] more = its.clone();
      more[3] += more[3] > 0 ? 1 : 0;
      return super.timerSetTime(id, flags, more, oldOrNull);
    }
  }

  private static final class Reuses extends Calls {
    private int free = -1;

    Reuses(PosixTime.Process right) {
      super(right);
    }

    @Override
    public int timerDelete(int id) {
      int result = super.timerDelete(id);
      free = result == 0 ? id : free;
      return result;
    }

    @Override
    public int timerCreate(int clock, PosixTime.Event ev) {
      int id = super.timerCreate(clock, ev);
      int reused = free;
      free = -1;
      return reused >= 0 ? reused : id;
    }
  }
}
