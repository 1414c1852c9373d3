package org.timehands.stress.interleave;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.timehands.stress.world.World;

/**
 * Planted bugs in the production code: the interleaver finds each, such as a counter read apart
 * from its parameters (2-06). Prints a table of how many
 * schedules each takes and what breaks first. {@code -Dtimehands.interleave.mutant=NAME} runs one.
 * <p>Shows 0-12.
 */
class MutantTest {
  private static final String ONLY = System.getProperty("timehands.interleave.mutant");

  @Test
  void everyPlantedBugIsFound() throws InterruptedException, ExecutionException {
    List<Mutant> mutants =
        Mutants.all().stream().filter(m -> ONLY == null || m.name().equals(ONLY)).toList();
    List<String> table = new ArrayList<>();
    List<String> missed = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Properties>> found = new ArrayList<>();
      mutants.forEach(mutant -> found.add(threads.submit(() -> hunt(mutant))));
      for (int i = 0; i < found.size(); i++) {
        Properties out = found.get(i).get();
        String row = row(mutants.get(i), out);
        table.add(row);
        if (!out.containsKey("seed")) {
          missed.add(mutants.get(i).name());
        }
      }
    }
    System.out.println(String.join(System.lineSeparator(), table));
    assertTrue(missed.isEmpty(), "planted bugs that nobody noticed: " + missed);
  }

  private static Properties hunt(Mutant mutant) {
    try {
      return huntIn(World.with(mutant.edits()), mutant);
    } catch (IllegalStateException unfit) {
      Properties out = new Properties();
      out.setProperty("detail", unfit.getMessage());
      return out;
    }
  }

  private static Properties huntIn(World world, Mutant mutant) {
    @SuppressWarnings("unchecked")
    UnaryOperator<Properties> campaign =
        world.create("org.timehands.stress.interleave.Campaign", UnaryOperator.class);
    Properties order = new Properties();
    order.setProperty("first", "1");
    order.setProperty("count", Integer.toString(mutant.limit()));
    order.setProperty("focus", mutant.focus().name());
    order.setProperty("variant", mutant.variant().name());
    order.setProperty("rules", mutant.rules());
    return campaign.apply(order);
  }

  private static String row(Mutant mutant, Properties out) {
    String detail = out.getProperty("detail", "NOT FOUND");
    String first = detail.lines().findFirst().orElse("");
    return String.format(
        "mutant | %-40s | %6s | %-7s | %.150s",
        mutant.name(), out.getProperty("schedules"), out.getProperty("rule", "-"), first);
  }
}
