package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.timehands.mischief.Mischief;

/** Each access to a shared word or a counter announces itself before it happens. */
class MischiefHooksTest {
  @Test
  void everyAccessIsAnnounced() throws Exception {
    String output =
        ChildJvm.run(
            Listener.class, "--enable-native-access=ALL-UNNAMED", "-Dtimehands.mischief");
    assertEquals(
        "load 0, load 0, load 0, store 0, store 1, store 2, cas 3,"
            + " counter, counter, counter, store 9, store 9",
        output.strip());
  }

  /** Prints what is announced, with what the word held at that moment. */
  static final class Listener {
    public static void main(String[] arguments) {
      long word = Memory.allocate(16, 8);
      List<String> heard = new ArrayList<>();
      Mischief.install(
          new Mischief.Hook() {
            private boolean inside;

            @Override
            public void load(long address) {
              hear("load", address);
            }

            @Override
            public void store(long address) {
              hear("store", address);
            }

            @Override
            public void cas(long address) {
              hear("cas", address);
            }

            @Override
            public void counter() {
              heard.add("counter");
            }

            private void hear(String kind, long address) {
              if (!inside) {
                inside = true;
                assert address == word || address == word + 8;
                heard.add(kind + " " + Memory.get(word));
                inside = false;
              }
            }
          });
      Memory.get(word);
      Memory.getAcquire(word);
      Memory.getVolatile(word);
      Memory.set(word, 1);
      Memory.setRelease(word, 2);
      Memory.setVolatile(word, 3);
      Memory.compareAndSet(word, 3, 9);
      Counter.readOrdered();
      Counter.readRelaxed();
      Counter.readFenced();
      Memory.clear(word + 8, 8);
      Memory.clear(word, 8);
      Mischief.uninstall();
      Memory.free(word);
      System.out.println(String.join(", ", heard));
    }
  }
}
