package org.timehands.clockevent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.timehands.clockevent.ClockEventDevice.Feature;

/** Every device of this machine keeps the contract (3-61). */
class ClockEventDevicesTest {
  private static final long FAR_NANOS = 600_000_000_000L;

  static List<String> names() {
    Stream<String> named =
        ClockEventDevices.names().stream()
            .flatMap(name -> Stream.of(name, name + "+lead", name + "+spin"));
    return Stream.concat(named, Stream.of(ClockEventDevices.DEFAULT)).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void wakesNotBeforeTheInstantAndStaysDue(String name) throws Exception {
    try (ClockEventDevice device = ClockEventDevices.open(name)) {
      assertEquals(name.equals(ClockEventDevices.DEFAULT), !device.name().equals(name));
      assertTrue(ClockEventDevices.isName(name));
      for (long ahead : new long[] {1, 1000, 50_000, 300_000, 2_000_000, 20_000_000}) {
        long deadline = device.nowNanos() + ahead;
        device.program(deadline);
        while (!device.await()) {
          assertTrue(device.nowNanos() >= 0);
        }
        assertTrue(device.nowNanos() >= deadline, name + " woke early");
        assertTrue(device.await(), "an instant that has passed stays due");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatIsPastWakesAtOnce(String name) throws Exception {
    try (ClockEventDevice device = ClockEventDevices.open(name)) {
      for (long deadline : new long[] {device.nowNanos(), 1, 0, -1, Long.MIN_VALUE}) {
        device.program(deadline);
        assertTrue(device.await(), name + " at " + deadline);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void anEarlierInstantFromAnotherThreadCounts(String name) throws Exception {
    try (ClockEventDevice device = ClockEventDevices.open(name)) {
      device.program(device.nowNanos() + FAR_NANOS);
      FutureTask<Boolean> wait = waiting(device);
      long deadline = device.nowNanos() + 3_000_000;
      device.program(deadline);
      while (!wait.get()) {
        wait = waiting(device);
      }
      assertTrue(device.nowNanos() >= deadline);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aKickEndsTheWaitOrTheNext(String name) throws Exception {
    try (ClockEventDevice device = ClockEventDevices.open(name)) {
      device.cancel();
      FutureTask<Boolean> wait = waiting(device);
      device.kick();
      assertFalse(wait.get());
      device.kick();
      assertFalse(device.await());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void cancelledItWaitsForTheKick(String name) throws Exception {
    try (ClockEventDevice device = ClockEventDevices.open(name)) {
      device.program(1);
      device.cancel();
      FutureTask<Boolean> wait = waiting(device);
      device.kick();
      assertFalse(wait.get(), "a cancelled instant is not due");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void closingEndsTheWait(String name) throws Exception {
    ClockEventDevice device = ClockEventDevices.open(name);
    FutureTask<Boolean> wait = waiting(device);
    device.close();
    assertFalse(wait.get());
    assertFalse(device.await());
  }

  @Test
  void onlyWhatIsThereCanBeOpened() {
    for (String wrong : List.of("hpet", "hpet+spin", "park+lead+spin", "park+", "+lead", "",
        "default+lead")) {
      assertFalse(ClockEventDevices.isName(wrong), wrong);
      assertThrows(IllegalArgumentException.class, () -> ClockEventDevices.open(wrong), wrong);
    }
    try (ClockEventDevice best = ClockEventDevices.best()) {
      assertTrue(best.name().endsWith(ClockEventDevices.names().getFirst() + "+lead"));
      assertTrue(best.features().contains(Feature.SPINS));
    }
  }

  private static FutureTask<Boolean> waiting(ClockEventDevice device)
      throws InterruptedException, ExecutionException {
    Callable<Boolean> call = device::await;
    FutureTask<Boolean> wait = new FutureTask<>(call);
    Thread thread = Thread.ofPlatform().daemon().start(wait);
    // Most of the time it sleeps when this ends; if not, the contract is the same.
    for (int i = 0; i < 1000 && thread.getState() != Thread.State.TIMED_WAITING
        && thread.getState() != Thread.State.WAITING; i++) {
      Thread.yield();
    }
    return wait;
  }
}
