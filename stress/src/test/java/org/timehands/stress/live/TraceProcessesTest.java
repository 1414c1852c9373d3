package org.timehands.stress.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.page.PageOwner;
import org.timehands.timeline.History;
import org.timehands.trace.OrderCheck;
import org.timehands.trace.StampConverter;
import org.timehands.trace.TraceKind;
import org.timehands.trace.TraceMerge;
import org.timehands.trace.TraceStream;
import org.timehands.trace.TraceText;

/**
 * Four threads of two processes pass messages round while a third process steers their timeline;
 * the merged trace contradicts neither the cycles, nor the messages, nor what was read (0-02, N7).
 */
class TraceProcessesTest {
  private static final long SEED = 0x7ACE_0002L;
  private static final int SLOTS = 16_384;

  @TempDir Path temp;

  @Test
  void twoProcessesMergeIntoOneOrder() throws Exception {
    System.out.println(
        "TraceProcessesTest seed " + SEED + ", replay: mvn -pl core,sim,stress -am test"
            + " -Dtest=TraceProcessesTest -Dsurefire.failIfNoSpecifiedTests=false");
    Path page = temp.resolve("page");
    Path mail = temp.resolve("mail");
    Files.write(mail, new byte[(int) TalkMain.MAIL_BYTES]);
    try (PageOwner owner = OwnerMain.open(page, SLOTS)) {
      List<Process> children = new ArrayList<>();
      for (int first = 0; first < TalkMain.THREADS; first += TalkMain.A_PROCESS) {
        children.add(
            Children.java(
                TalkMain.class, said(first), page.toString(), mail.toString(),
                Integer.toString(first), log(first).toString()));
      }
      long updates = steer(owner, children);
      for (int i = 0; i < children.size(); i++) {
        int first = i * TalkMain.A_PROCESS;
        Children.awaitEnd(children.get(i), said(first));
        assertEquals(0, children.get(i).exitValue(), Files.readString(said(first)));
      }
      check(owner, updates);
    }
  }

  private Path said(int first) {
    return temp.resolve("said-" + first + ".txt");
  }

  private Path log(int first) {
    return temp.resolve("log-" + first + ".txt");
  }

  private static long steer(PageOwner owner, List<Process> children) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    long updates = 0;
    while (children.stream().anyMatch(Process::isAlive) && updates < SLOTS / 2) {
      long ppt = random.nextLong(-2 * OwnerMain.SLEW_PPT, 2 * OwnerMain.SLEW_PPT);
      owner.writer().append(next -> next.setRate(next.rawRate().plusPpt(ppt)));
      updates++;
      Children.pause(1);
    }
    return updates;
  }

  private void check(PageOwner owner, long updates) throws IOException {
    List<TraceStream> streams = new ArrayList<>();
    for (int first = 0; first < TalkMain.THREADS; first += TalkMain.A_PROCESS) {
      try (BufferedReader in = Files.newBufferedReader(log(first))) {
        for (TraceStream each = TraceText.read(in); each != null; each = TraceText.read(in)) {
          streams.add(each);
        }
      }
    }
    StampConverter converter = StampConverter.of(new History(owner.page()));
    TraceMerge merge = new TraceMerge(converter);
    streams.forEach(merge::add);
    OrderCheck check = new OrderCheck();
    long[] before = new long[TalkMain.THREADS];
    long[] told = new long[1];
    TraceMerge.Summary summary =
        merge.merge(
            event -> {
              check.accept(event);
              if (event.kind() == TraceKind.LOCAL) {
                told[0]++;
                assertTrue(
                    event.message() >= before[event.streamNumber()],
                    "a time that was read is below the event before it");
              }
              before[event.streamNumber()] = event.times().monoNanos();
            });
    assertTrue(check.isSound(), check.toString());
    assertEquals((long) TalkMain.THREADS * TalkMain.MESSAGES, check.messages());
    assertEquals(0, check.halves());
    assertEquals(summary.events(), summary.exact(), summary.toString());
    assertEquals(0, summary.outOfOrder());
    System.out.println(
        "TraceProcessesTest: " + check + "; " + told[0] + " times beside, " + updates
            + " updates");
    assertTrue(plantedIsFound(converter, streams), "a shifted process passes the check");
  }

  /** Planted: one process stamps by a counter that is 200 µs late. */
  private static boolean plantedIsFound(StampConverter converter, List<TraceStream> streams) {
    TraceMerge merge = new TraceMerge(converter);
    for (int i = 0; i < streams.size(); i++) {
      merge.add(i < TalkMain.A_PROCESS ? streams.get(i) : new Late(streams.get(i)));
    }
    OrderCheck check = new OrderCheck();
    merge.merge(check);
    return check.receivedBeforeSent() > 0;
  }

  /** A trace whose counter is late. */
  private record Late(TraceStream of) implements TraceStream {
    @Override
    public String name() {
      return of.name();
    }

    @Override
    public int size() {
      return of.size();
    }

    @Override
    public long clocksourceId(int i) {
      return of.clocksourceId(i);
    }

    @Override
    public long cycles(int i) {
      return of.cycles(i) - 200_000;
    }

    @Override
    public TraceKind kind(int i) {
      return of.kind(i);
    }

    @Override
    public long message(int i) {
      return of.message(i);
    }
  }
}
