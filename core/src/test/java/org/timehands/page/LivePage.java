package org.timehands.page;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.timehands.clocksource.MonotonicRawClockSource;
import org.timehands.linux.HostClocks;
import org.timehands.timeline.Counters;
import org.timehands.timeline.TimelineWriter;

/** Pages for tests, on the host's MONOTONIC_RAW: one cycle is one nanosecond. */
final class LivePage {
  static final int SLOTS = 16;
  static final long STEP_NANOS = 100_000;
  static final long GAP_NANOS = 50_000_000;

  /* Where words stand in the file `page`; the layout is public to readers in other languages. */
  static final long VERSION_AT = 8;
  static final long SLOTS_AT = 24;
  static final long BOOT_ID_AT = 64;
  static final long NAMESPACE_AT = 80;
  static final long HEAD_AT = 128;
  static final long OWNER_PID_AT = 200;
  static final long OWNER_START_AT = 208;
  static final long STATE_AT = 224;
  static final long SLOT_0_AT = 4096;
  static final long START_AT = SLOT_0_AT + 8;
  static final long CLOCKSOURCE_AT = SLOT_0_AT + 48;
  static final long RAW_SLOPE_FRACTION_AT = SLOT_0_AT + 112;

  static final TimelineWriter.Edit UNCHANGED = next -> {};

  private LivePage() {}

  static PagePath at(Path directory) {
    return new PagePath(directory, PagePath.Origin.OPTION);
  }

  static Counters counters() {
    return new Counters(new MonotonicRawClockSource(0, 0, 1));
  }

  static OwnerOptions options() {
    return new OwnerOptions(SLOTS, OptionalInt.empty());
  }

  static PageOwner own(Path directory) throws IOException {
    return PageOwner.open(at(directory), options(), counters(), first());
  }

  static PageReader read(Path directory) throws IOException {
    return PageReader.attach(at(directory), ReaderOptions.defaults());
  }

  /** A first segment that agrees with the host. */
  static TimelineWriter.Edit first() {
    long raw = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC_RAW);
    long mono = HostClocks.nanos(HostClocks.CLOCK_MONOTONIC);
    long boot = HostClocks.nanos(HostClocks.CLOCK_BOOTTIME);
    long real = HostClocks.nanos(HostClocks.CLOCK_REALTIME);
    return next -> {
      next.clocksourceId = 2;
      next.startCycles = raw;
      next.rawBaseNanos = raw;
      next.monoBaseNanos = mono;
      next.bootOffsetNanos = boot - mono;
      next.realOffsetNanos = real - mono;
      next.taiOffsetNanos = real - mono + 37_000_000_000L;
      next.hostBootOffsetNanos = boot - mono;
      next.stepCycles = STEP_NANOS;
      next.gapCycles = GAP_NANOS;
    };
  }

  static void write(Path file, long at, long word) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(word).array());
    }
  }

  static long read(Path file, long at) throws IOException {
    byte[] word = new byte[8];
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      open.seek(at);
      open.readFully(word);
    }
    return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
