package org.timehands.timer.contract;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.timehands.testing.Await;

/** Plants a fault in the JDK's pool; the suites of the contract must see each. */
@Timeout(300)
class ContractMutantTest {
  private static final int TRIES = 5;

  private static final List<Class<? extends Contract>> SUITES =
      List.of(
          ScheduleContractTest.class,
          EndContractTest.class,
          InvokeContractTest.class,
          InterruptContractTest.class);

  /** Waits for a tenth of the delay. */
  private static class Early extends ScheduledThreadPoolExecutor {
    Early(int threads) {
      super(threads);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> call, long delay, TimeUnit unit) {
      return super.schedule(call, unit.toNanos(delay) / 10, NANOSECONDS);
    }
  }

  /** Takes a delay for a rate. */
  private static class Rates extends ScheduledThreadPoolExecutor {
    Rates(int threads) {
      super(threads);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable command, long first, long delay, TimeUnit unit) {
      return scheduleAtFixedRate(command, first, delay, unit);
    }
  }

  /** Goes on after a throw. */
  private static class Stubborn extends ScheduledThreadPoolExecutor {
    Stubborn(int threads) {
      super(threads);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable command, long first, long delay, TimeUnit unit) {
      if (command == null) {
        throw new NullPointerException();
      }
      return super.scheduleWithFixedDelay(() -> run(command), first, delay, unit);
    }

    private static void run(Runnable command) {
      try {
        command.run();
      } catch (RuntimeException | Error swallowed) {
        // The fault.
      }
    }
  }

  /** Has the policies the wrong way round. */
  private static class Confused extends ScheduledThreadPoolExecutor {
    Confused(int threads) {
      super(threads);
    }

    @Override
    public void setExecuteExistingDelayedTasksAfterShutdownPolicy(boolean value) {
      super.setExecuteExistingDelayedTasksAfterShutdownPolicy(!value);
    }
  }

  /** Interrupts what it was not asked to. */
  private static class Rude extends ScheduledThreadPoolExecutor {
    Rude(int threads) {
      super(threads);
    }

    @Override
    public void shutdown() {
      super.shutdownNow();
    }
  }

  /** Does not look at what it is given. */
  private static class Careless extends ScheduledThreadPoolExecutor {
    Careless(int threads) {
      super(threads);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable command, long first, long period, TimeUnit unit) {
      return super.scheduleAtFixedRate(command, first, Math.max(1, period), unit);
    }
  }

  /** Hands nothing back. */
  private static class Forgetful extends ScheduledThreadPoolExecutor {
    Forgetful(int threads) {
      super(threads);
    }

    @Override
    public List<Runnable> shutdownNow() {
      super.shutdownNow();
      return List.of();
    }
  }

  /** Ignores the limit. */
  private static class Patient extends ScheduledThreadPoolExecutor {
    Patient(int threads) {
      super(threads);
    }

    @Override
    public <T> List<Future<T>> invokeAll(
        Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
        throws InterruptedException {
      return super.invokeAll(tasks, Math.max(0, timeout) + 500, unit).stream()
          .filter(each -> !each.isCancelled())
          .toList();
    }
  }

  /** Forgets that it was interrupted while closing. */
  private static class Oblivious extends ScheduledThreadPoolExecutor {
    Oblivious(int threads) {
      super(threads);
    }

    @Override
    public void close() {
      super.close();
      boolean _ = Thread.interrupted();
    }
  }

  /** Leaves the others running when one has given its result. */
  private static class Wasteful extends ScheduledThreadPoolExecutor {
    Wasteful(int threads) {
      super(threads);
    }

    @Override
    public <T> T invokeAny(
        Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      return super.invokeAny(
          tasks.stream().map(Wasteful::<T>uninterruptible).toList(), timeout, unit);
    }

    private static <T> Callable<T> uninterruptible(Callable<T> call) {
      return call == null
          ? null
          : () -> {
            FutureTask<T> task = new FutureTask<>(call);
            Thread.ofPlatform().daemon().start(task);
            return task.get();
          };
    }
  }

  /** Runs the last first. */
  private static class Backwards extends ScheduledThreadPoolExecutor {
    private long shift;

    Backwards(int threads) {
      super(threads);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> call, long delay, TimeUnit unit) {
      boolean ordered = unit == TimeUnit.MILLISECONDS && delay >= 20;
      shift += ordered ? 100_000 : 0;
      return super.schedule(call, ordered ? unit.toNanos(delay) - shift : delay,
          ordered ? NANOSECONDS : unit);
    }
  }

  @BeforeEach
  void soon() {
    Contract.patienceSeconds = 3;
  }

  @AfterEach
  void patiently() {
    Contract.patienceSeconds = Await.PATIENCE_SECONDS;
  }

  private static List<Kit> mutants() {
    return List.of(
        Kit.broken("early", Early::new),
        Kit.broken("a delay is a rate", Rates::new),
        Kit.broken("goes on after a throw", Stubborn::new),
        Kit.broken("the delayed policy is negated", Confused::new),
        Kit.broken("shutdown interrupts", Rude::new),
        Kit.broken("any period", Careless::new),
        Kit.broken("shutdownNow gives nothing back", Forgetful::new),
        Kit.broken("invokeAll has no limit", Patient::new),
        Kit.broken("forgets an interrupt while closing", Oblivious::new),
        Kit.broken("invokeAny with a limit interrupts nobody", Wasteful::new),
        Kit.broken("the last first", Backwards::new));
  }

  /**
   * The tests of the suites that fail on a kind of executor, up to the first. Who is early by 11 ms
   * is in time on a machine that is 11 ms late: looked for again.
   */
  private static List<String> failing(Kit kit) throws ReflectiveOperationException {
    List<String> found = List.of();
    for (int i = 0; i < TRIES && found.isEmpty(); i++) {
      found = firstThatFails(kit);
    }
    return found;
  }

  private static List<String> firstThatFails(Kit kit) throws ReflectiveOperationException {
    for (Class<? extends Contract> suite : SUITES) {
      for (Method test : suite.getDeclaredMethods()) {
        if (test.isAnnotationPresent(Test.class) && fails(suite, test, kit)) {
          return List.of(suite.getSimpleName() + "." + test.getName());
        }
      }
    }
    return List.of();
  }

  private static boolean fails(Class<? extends Contract> suite, Method test, Kit kit)
      throws ReflectiveOperationException {
    Contract one = suite.getDeclaredConstructor(Kit.class).newInstance(kit);
    List<Throwable> faults = new ArrayList<>();
    try {
      test.invoke(one);
    } catch (InvocationTargetException failed) {
      faults.add(failed.getCause());
    }
    try {
      one.clean();
    } catch (InterruptedException ended) {
      throw new AssertionError(ended);
    }
    return !faults.isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyFaultIsSeen() {
    return mutants().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.toString(), () -> assertFalse(failing(each).isEmpty())));
  }
}
