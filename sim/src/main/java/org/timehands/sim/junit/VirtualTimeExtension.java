package org.timehands.sim.junit;

import java.io.Serial;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;
import org.timehands.sim.VirtualSettings;
import org.timehands.sim.VirtualWorld;
import org.timehands.tick.TickMode;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timekeeping.Timekeeping;
import org.timehands.timeout.TimeoutScheduler;
import org.timehands.timeout.Timeouts;
import org.timehands.timer.Sleeper;
import org.timehands.timer.TimerExecutor;
import org.timehands.timer.Timers;

/** Gives each test a virtual world, and says how to replay one that fails. Thread-safe. */
final class VirtualTimeExtension
    implements ParameterResolver,
        InvocationInterceptor,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler {
  private static final Namespace OURS = Namespace.create(VirtualTimeExtension.class);
  private static final String SEED = "timehands.seed";

  private static final Map<Class<?>, Function<Held, Object>> GIVEN =
      Map.ofEntries(
          Map.entry(VirtualWorld.class, held -> held.world),
          Map.entry(Timekeeper.class, held -> held.world.clocks()),
          Map.entry(Timekeeping.class, held -> held.world.timekeeping()),
          Map.entry(Timers.class, held -> held.world.timers()),
          Map.entry(Timeouts.class, held -> held.world.timeouts()),
          Map.entry(Sleeper.class, held -> held.world.sleeper()),
          Map.entry(TimerExecutor.class, Held::executor),
          Map.entry(ScheduledExecutorService.class, Held::executor),
          Map.entry(TimeoutScheduler.class, held -> held.world.timeoutScheduler()),
          Map.entry(Clock.class, held -> held.world.clock(ZoneOffset.UTC)),
          Map.entry(InstantSource.class, held -> held.world.instantSource()));

  VirtualTimeExtension() {}

  /** A test's world; the store closes it. */
  private static final class Held implements AutoCloseable {
    final VirtualWorld world;
    private Thread driver = Thread.currentThread();
    private TimerExecutor executor;

    Held(VirtualSettings settings) {
      world = VirtualWorld.begin(settings);
    }

    /** Has the calling thread drive: JUnit runs a test with a limit on another, if asked to. */
    synchronized void driveHere() {
      if (!driver.equals(Thread.currentThread())) {
        driver = Thread.currentThread();
        world.advance(Duration.ZERO);
      }
    }

    /** One for the test, however often it is asked for. */
    synchronized TimerExecutor executor() {
      if (executor == null) {
        executor = world.executor(1);
      }
      return executor;
    }

    @Override
    public void close() {
      world.close();
    }
  }

  /** How to run a test again; stands below its failure. */
  static final class Replay extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    Replay(String how) {
      super(how, null, false, false);
    }
  }

  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return GIVEN.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "a virtual world belongs to one test: not to a static method, nor to a class with one"
              + " instance for all tests");
    }
    return GIVEN.get(parameter.getParameter().getType()).apply(held(context));
  }

  private static Held held(ExtensionContext context) {
    return context
        .getStore(OURS)
        .computeIfAbsent(Held.class, key -> new Held(settings(context)), Held.class);
  }

  private static VirtualSettings settings(ExtensionContext context) {
    VirtualTime wanted =
        annotation(context)
            .orElseThrow(
                () -> new ExtensionConfigurationException("no @VirtualTime on the test"));
    TickMode mode =
        switch (wanted.tickMode()) {
          case TICKLESS -> TickMode.tickless();
          case PERIODIC -> TickMode.periodic(wanted.hz());
          case DYNAMIC -> TickMode.dynamic(wanted.hz());
        };
    return VirtualSettings.defaults()
        .withSeed(seed(wanted))
        .startingAt(instant(wanted.start()))
        .withTickMode(mode)
        .adverse(wanted.adversary())
        .withCpus(wanted.cpus())
        .withPatienceMillis(wanted.patienceMillis());
  }

  private static Optional<VirtualTime> annotation(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getTestMethod(), VirtualTime.class)
        .or(
            () ->
                AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(),
                    VirtualTime.class,
                    context.getEnclosingTestClasses()));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException wrong) {
      throw new ExtensionConfigurationException(
          "@VirtualTime(start = \"" + text + "\") is no instant; write it as 2026-01-01T00:00:00Z",
          wrong);
    }
  }

  private static long seed(VirtualTime wanted) {
    String replayed = System.getProperty(SEED);
    if (replayed != null) {
      try {
        return Long.parseLong(replayed);
      } catch (NumberFormatException wrong) {
        throw new ExtensionConfigurationException(
            "-D" + SEED + "=" + replayed + " is not a whole number of 64 bits", wrong);
      }
    }
    return wanted.seed() != 0 ? wanted.seed() : Seeds.next();
  }

  private static Held heldOrNull(ExtensionContext context) {
    return context.getStore(OURS).get(Held.class, Held.class);
  }

  private static void drive(Invocation<Void> invocation, ExtensionContext context)
      throws Throwable {
    Held held = heldOrNull(context);
    if (held != null) {
      held.driveHere();
    }
    invocation.proceed();
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    drive(invocation, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    drive(invocation, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    drive(invocation, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    drive(invocation, context);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    handleTestExecutionException(context, thrown);
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    handleTestExecutionException(context, thrown);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    Held held = heldOrNull(context);
    if (held != null && !(thrown instanceof TestAbortedException)) {
      String test = context.getRequiredTestClass().getName();
      String method = context.getRequiredTestMethod().getName();
      String how =
          "seed " + held.world.settings().seed() + " at virtual time "
              + held.world.instantSource().instant() + ", replay: mvn test -Dtest='"
              + test.substring(test.lastIndexOf('.') + 1) + "#" + method + "' -D" + SEED + "="
              + held.world.settings().seed();
      System.err.println(how);
      thrown.addSuppressed(new Replay(how));
    }
    throw thrown;
  }
}
