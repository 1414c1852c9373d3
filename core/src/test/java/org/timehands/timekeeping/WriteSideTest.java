package org.timehands.timekeeping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.timehands.timekeeping.Workshop.MIDNIGHT;
import static org.timehands.timekeeping.Workshop.SECOND;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.timehands.discipline.Timex;
import org.timehands.fixed.Slope;

/**
 * 0-17: every operation of the write side is documented, whether it waits and from where it may be
 * called, and docs/write-side.md is right: each is called in each of these places.
 */
class WriteSideTest {
  private static final Path TABLE = Path.of("../docs/write-side.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `([A-Z]\\w+\\.\\w+)` \\| [^|]*\\| (yes|no) \\| (yes|no) \\| (refused|allowed) \\|");

  /** Public methods that change nothing. */
  private static final Set<String> READS =
      Set.of(
          "Timekeeping.clocks", "Timekeeping.clocksource", "Timekeeping.aux",
          "Timekeeping.updater", "Timekeeping.untilNextSecondNanos", "AuxClocks.find",
          "AuxClocks.all", "AuxClock.name", "AuxClock.isEnabled", "AuxClock.nanos",
          "AuxClock.resolutionNanos", "AuxClock.clocks");

  /** What the table says of an operation. */
  private record Columns(String waits, String callback, String inside) {}

  /** A way to get ready for an operation, and the operation. */
  private record Call(Consumer<Workshop> before, Consumer<Workshop> operation) {}

  private static final Timekeeping.Listener LISTENER = new Timekeeping.Listener() {};

  private static Map<String, Call> calls() {
    Map<String, Call> calls = new LinkedHashMap<>();
    Consumer<Workshop> ready = shop -> {};
    Consumer<Workshop> suspended = shop -> shop.keeping.suspendAt(0);
    Consumer<Workshop> enabled = shop -> shop.keeping.aux().enable(16);
    Consumer<Workshop> disabled =
        shop -> {
          shop.keeping.aux().enable(16);
          shop.keeping.aux().disable(16);
        };
    Consumer<Workshop> later =
        shop -> {
          shop.timex.offset = 90_000;
          shop.adjust(Timex.ADJ_OFFSET_SINGLESHOT);
          shop.pass(SECOND);
        };
    put(calls, "Timekeeping.setRealtime", ready, s -> s.keeping.setRealtime(MIDNIGHT * SECOND));
    put(calls, "Timekeeping.injectOffset", ready, s -> s.keeping.injectOffset(SECOND));
    put(calls, "Timekeeping.setTaiOffset", ready, s -> s.keeping.setTaiOffset(37));
    put(calls, "Timekeeping.injectSleep", ready, s -> s.keeping.injectSleep(SECOND));
    put(
        calls,
        "Timekeeping.changeClocksource",
        ready,
        s -> s.keeping.changeClocksource(s.counter(SECOND, 64, 310), Slope.ONE, 0));
    put(calls, "Timekeeping.suspend", ready, s -> s.keeping.suspend());
    put(calls, "Timekeeping.suspendAt", ready, s -> s.keeping.suspendAt(5));
    put(calls, "Timekeeping.resume", suspended, s -> s.keeping.resume(SECOND));
    put(calls, "Timekeeping.resumeAt", suspended, s -> s.keeping.resumeAt(SECOND));
    put(calls, "Timekeeping.adjtimex", ready, WriteSideTest::steer);
    put(calls, "Timekeeping.advance", later, s -> s.keeping.advance());
    put(calls, "Timekeeping.pps", later, s -> s.keeping.pps(5 * SECOND, 5 * SECOND));
    put(calls, "Timekeeping.close", ready, s -> s.keeping.close());
    put(calls, "Timekeeping.addListener", ready, s -> s.keeping.addListener(LISTENER));
    put(calls, "Timekeeping.removeListener", ready, s -> s.keeping.removeListener(LISTENER));
    put(calls, "AuxClocks.enable", disabled, s -> s.keeping.aux().enable(16));
    put(calls, "AuxClocks.disable", enabled, s -> s.keeping.aux().disable(16));
    put(calls, "AuxClock.set", enabled, s -> s.keeping.aux().find(16).orElseThrow().set(5));
    put(calls, "AuxClock.adjtimex", enabled, WriteSideTest::steerAux);
    return calls;
  }

  private static void put(
      Map<String, Call> calls, String name, Consumer<Workshop> before, Consumer<Workshop> call) {
    calls.put(name, new Call(before, call));
  }

  private static Timex faster() {
    Timex timex = new Timex();
    timex.modes = Timex.ADJ_FREQUENCY;
    timex.freq = 100 << 16;
    return timex;
  }

  private static void steer(Workshop shop) {
    assertTrue(shop.keeping.adjtimex(faster(), true) >= 0);
  }

  private static void steerAux(Workshop shop) {
    assertTrue(shop.keeping.aux().find(16).orElseThrow().adjtimex(faster(), true) >= 0);
  }

  private static Map<String, Columns> table() throws IOException {
    Map<String, Columns> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(TABLE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), new Columns(row.group(2), row.group(3), row.group(4)));
      }
    }
    return rows;
  }

  @Test
  void everyOperationHasItsRow() throws IOException {
    Set<String> there = new TreeSet<>();
    for (Class<?> each : List.of(Timekeeping.class, AuxClocks.class, AuxClock.class)) {
      for (Method method : each.getDeclaredMethods()) {
        int flags = method.getModifiers();
        if (Modifier.isPublic(flags) && !Modifier.isStatic(flags) && !method.isSynthetic()) {
          there.add(each.getSimpleName() + "." + method.getName());
        }
      }
    }
    assertTrue(there.containsAll(READS), "a read that is no more");
    there.removeAll(READS);
    assertEquals(there, new TreeSet<>(table().keySet()));
    assertEquals(there, new TreeSet<>(calls().keySet()));
  }

  @Test
  void theColumnsAreRight() throws IOException {
    assertEquals(List.of(), wrong(table()));
  }

  /** A table with one word turned is wrong in that word. */
  @Test
  void plantedWordsAreCaught() throws IOException {
    Map<String, Columns> rows = table();
    rows.put("Timekeeping.advance", new Columns("yes", "yes", "refused"));
    rows.put("Timekeeping.suspend", new Columns("yes", "no", "refused"));
    rows.put("AuxClock.set", new Columns("yes", "yes", "allowed"));
    assertEquals(
        List.of(
            "Timekeeping.suspend: from a callback it is allowed",
            "Timekeeping.advance: it does not wait",
            "AuxClock.set: inside a step it is refused"),
        wrong(rows));
  }

  private static List<String> wrong(Map<String, Columns> rows) {
    List<String> wrong = new ArrayList<>();
    Map<String, Call> calls = calls();
    rows.forEach(
        (name, says) -> {
          boolean waits = waits(calls.get(name));
          if (waits != says.waits.equals("yes")) {
            wrong.add(name + ": it " + (waits ? "waits" : "does not wait"));
          }
          boolean mayCall = fromACallback(calls.get(name));
          if (mayCall != says.callback.equals("yes")) {
            wrong.add(name + ": from a callback it is " + (mayCall ? "allowed" : "refused"));
          }
          boolean inside = insideAStep(calls.get(name));
          if (inside != says.inside.equals("allowed")) {
            wrong.add(name + ": inside a step it is " + (inside ? "allowed" : "refused"));
          }
        });
    return wrong;
  }

  /** Whether it waits while somebody has just promised a step ahead. */
  private static boolean waits(Call call) {
    AtomicLong waited = new AtomicLong();
    Workshop[] made = new Workshop[1];
    Workshop shop =
        new Workshop(
            options ->
                options.waitingBy(
                    () -> {
                      waited.incrementAndGet();
                      made[0].pass(100);
                    }));
    made[0] = shop;
    call.before.accept(shop);
    shop.pass(SECOND / 10);
    shop.mono();
    shop.keeping.aux().find(16).ifPresent(aux -> aux.clocks().monotonicNanos());
    waited.set(0);
    call.operation.accept(shop);
    return waited.get() > 0;
  }

  private static boolean fromACallback(Call call) {
    Workshop shop = new Workshop();
    List<Throwable> ends = new ArrayList<>();
    shop.keeping.addListener(
        new Timekeeping.Listener() {
          @Override
          public void clockWasSet(long sequence) {
            if (ends.isEmpty()) {
              ends.add(null);
              try {
                call.before.accept(shop);
                call.operation.accept(shop);
              } catch (IllegalStateException refused) {
                ends.set(0, refused);
              }
            }
          }
        });
    shop.keeping.injectOffset(SECOND);
    assertEquals(1, ends.size(), "the listener was told");
    return ends.getFirst() == null;
  }

  private static boolean insideAStep(Call call) {
    Workshop shop = new Workshop();
    Runnable[] hook = {() -> {}};
    Delayed hooked =
        new Delayed(
            shop.counter(SECOND, 64, 300),
            () -> {
              Runnable now = hook[0];
              hook[0] = () -> {};
              now.run();
            });
    shop.keeping.changeClocksource(hooked, Slope.ONE, 0);
    call.before.accept(shop);
    List<Throwable> ends = new ArrayList<>();
    hook[0] =
        () -> {
          ends.add(null);
          try {
            call.operation.accept(shop);
          } catch (IllegalStateException refused) {
            assertTrue(refused.getMessage().contains("inside a step"), refused.getMessage());
            ends.set(0, refused);
          }
        };
    try {
      shop.keeping.advance();
    } catch (IllegalStateException closed) {
      assertTrue(closed.getMessage().contains("given its page up"), closed.getMessage());
    }
    assertEquals(1, ends.size(), "the hook ran");
    return ends.getFirst() == null;
  }
}
