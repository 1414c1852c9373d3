package org.timehands.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the C reader decides about a frozen horizon, as FrozenHorizonTest asks it in Java. */
class ClientFrozenTest {
  private static final String SOURCE =
      """
      #include "timehands.h"
      #include <stdio.h>
      #include <string.h>

      static uint64_t slots[4 * TH__SLOT_WORDS], horizons[4 * TH__HORIZON_WORDS];

      static int decide(int extending, uint64_t d, int restarts) {
        th_timeline th;
        memset(&th, 0, sizeof th);
        th.slots = slots;
        th.horizons = horizons;
        th.mask = 3;
        th.extending = extending;
        slots[TH__STEP] = 10;
        horizons[0] = (UINT64_C(1) << 63) | 2;
        return th__move(&th, 0, horizons[0], d, TH__ONWARD, 0, restarts, 0);
      }

      int main(void) {
        int last = TH__MAX_FROZEN, first = TH__FIRST + TH_WHY_COUNTER_UNREADABLE;
        for (int extending = 0; extending < 2; extending++) {
          printf("%d ", decide(extending, TH__UNREADABLE, 0) == TH__RESTART);
          printf("%d ", decide(extending, TH__UNREADABLE, last) == first);
        }
        printf("%d ", decide(0, 5, 0) == TH__RESTART);
        printf("%d ", decide(0, 5, last) == TH__ANSWER && horizons[0] >> 63);
        printf("%d\\n", decide(1, 5, 0) == TH__ANSWER && horizons[0] == 30);
        return 0;
      }
      """;

  @TempDir Path temp;

  @Test
  void aFrozenHorizonIsThawedWaitedForOrAnsweredUnpromised() throws IOException {
    Path source = Files.writeString(temp.resolve("frozen.c"), SOURCE);
    CTool.Result built = CTool.compile("gcc", "frozen", source, List.of("-O1"), "-std=c11");
    assertEquals(0, built.code(), built.out());
    CTool.Result ran = CTool.run(List.of(CTool.binary("frozen").toString()), "");
    assertEquals("1 1 1 1 1 1 1\n", ran.out());
  }
}
