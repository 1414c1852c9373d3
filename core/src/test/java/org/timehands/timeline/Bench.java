package org.timehands.timeline;

import org.timehands.linux.Memory;

/** A timeline on a counter that is turned by hand, with its writer and readers, for tests. */
final class Bench implements AutoCloseable {
  static final long ID = 256;
  static final long STEP = 100;
  static final long GAP = 100_000;

  final HandCounter counter;
  final Counters counters;
  final Page page;
  final TimelineWriter writer;
  final Timeline reader;
  final History history;
  private final long address;

  private Bench(int slots, HandCounter counter, TimelineWriter.Edit first) {
    this.counter = counter;
    this.counters = new Counters(counter);
    this.address = Memory.allocate(Page.totalBytes(slots), 4096);
    this.page = Page.format(address, slots, new PageIdentity(1, 2, 3, 4, 5));
    this.writer = TimelineWriter.begin(page, counters, first);
    this.reader = new Timeline(page, counters, true, GapProbe.TRUSTING);
    this.history = new History(page);
  }

  /** One nanosecond a cycle, from the counter's present count on. */
  static Bench of(int slots) {
    return of(slots, new HandCounter(ID, 1000));
  }

  static Bench of(int slots, HandCounter counter) {
    return of(slots, counter, first -> {});
  }

  static Bench of(int slots, HandCounter counter, TimelineWriter.Edit more) {
    return new Bench(
        slots,
        counter,
        first -> {
          first.clocksourceId = counter.id();
          first.setWidthBits(counter.widthBits());
          first.startCycles = counter.read();
          first.stepCycles = STEP;
          first.gapCycles = GAP;
          more.apply(first);
        });
  }

  Sample sample() {
    Sample sample = new Sample();
    reader.sample(sample);
    return sample;
  }

  /** The start of a segment, absolute. */
  long startOf(long k) {
    return Memory.get(page.slot(k) + Page.START);
  }

  /** The cycle up to which a segment has promised, absolute. */
  long horizonOf(long k) {
    return startOf(k) + Page.promised(Memory.get(page.horizon(k)));
  }

  boolean isSealed(long k) {
    return (Memory.get(page.horizon(k)) & 1) != 0;
  }

  @Override
  public void close() {
    Memory.free(address);
  }
}
