package org.timehands.stress.live;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.timehands.linux.Fd;
import org.timehands.linux.Mapping;
import org.timehands.linux.Memory;
import org.timehands.page.PagePath;
import org.timehands.page.PageReader;
import org.timehands.page.ReaderOptions;
import org.timehands.timekeeping.Timekeeper;
import org.timehands.timeline.Timeline;
import org.timehands.trace.TraceClock;
import org.timehands.trace.TraceRecorder;
import org.timehands.trace.TraceText;

/**
 * A process whose threads pass messages round a ring of threads, some in another process, and trace
 * each of them on the shared page.
 *
 * <p>Words: {@code DIRECTORY MAIL FIRST LOG}. Thread i of {@link #THREADS} puts into box i, and
 * takes from the box before it. A box is {@link #SLOTS} words; zero is no message.
 */
final class TalkMain {
  static final int THREADS = 4;
  static final int A_PROCESS = 2;
  static final int MESSAGES = 40_000;
  static final long MAIL_BYTES = 4096;

  private static final int SLOTS = 8;
  private static final long BOX_BYTES = 512;
  private static final int SPINS = 200;
  private static final int LOOK_EACH = 64;

  private final Timeline timeline;
  private final TraceRecorder recorder;
  private final long own;
  private final long before;
  private final int number;

  private TalkMain(Timeline timeline, TraceRecorder recorder, long mail, int number) {
    this.timeline = timeline;
    this.recorder = recorder;
    this.number = number;
    this.own = mail + number * BOX_BYTES;
    this.before = mail + (number + THREADS - 1) % THREADS * BOX_BYTES;
  }

  public static void main(String[] words) throws IOException, InterruptedException {
    PagePath path = new PagePath(Path.of(words[0]), PagePath.Origin.OPTION);
    int first = Integer.parseInt(words[2]);
    try (PageReader reader = PageReader.attach(path, ReaderOptions.defaults());
        Fd fd = Fd.open(Path.of(words[1]), true);
        Mapping mail = Mapping.files(new Mapping.Part(fd, MAIL_BYTES, true))) {
      TraceClock clock = new TraceClock(new Timekeeper(reader.timeline()));
      List<TraceRecorder> recorders = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = first; i < first + A_PROCESS; i++) {
        TraceRecorder recorder = clock.recorder("thread " + i, 3 * MESSAGES);
        recorders.add(recorder);
        TalkMain talk = new TalkMain(reader.timeline(), recorder, mail.address(), i);
        threads.add(Thread.ofPlatform().start(talk::talk));
      }
      for (Thread each : threads) {
        each.join();
      }
      // So that the last stamps are promised, too.
      reader.timeline().monotonic();
      try (BufferedWriter log = Files.newBufferedWriter(Path.of(words[3]))) {
        for (TraceRecorder each : recorders) {
          TraceText.write(each, log);
        }
      }
    }
  }

  private void talk() {
    int sent = 0;
    int taken = 0;
    int idle = 0;
    while (sent < MESSAGES || taken < MESSAGES) {
      boolean moved = false;
      if (taken < MESSAGES && take(taken)) {
        taken++;
        moved = true;
      }
      if (sent < MESSAGES && put(sent)) {
        sent++;
        moved = true;
      }
      idle = moved ? 0 : idle + 1;
      if (idle > SPINS) {
        Thread.yield();
      }
    }
  }

  private boolean take(int count) {
    long slot = before + count % SLOTS * 8L;
    long message = Memory.getAcquire(slot);
    if (message == 0) {
      return false;
    }
    recorder.receive(message);
    Memory.setRelease(slot, 0);
    if (count % LOOK_EACH == 0) {
      // What this thread is told between two events of its trace.
      recorder.local(timeline.monotonic());
    }
    return true;
  }

  private boolean put(int count) {
    long slot = own + count % SLOTS * 8L;
    if (Memory.getAcquire(slot) != 0) {
      return false;
    }
    long message = (long) count * THREADS + number + 1;
    recorder.send(message);
    Memory.setRelease(slot, message);
    return true;
  }
}
