package org.timehands.timeline;

import org.timehands.linux.Memory;

/**
 * A page of time: the one flat layout that holds a timeline, in a private mapping or shared between
 * processes.
 *
 * <pre>
 * header     4096 bytes          identity, the head hint, the owner
 * slots      N x 256 bytes       segment k lives in slot k mod N, with its sequence number
 * horizons   N x 64 bytes        the one mutable word of each segment, on a cache line of its own
 * </pre>
 *
 * <p>All words are 64 bits, little-endian and naturally aligned. The layout is opaque to everybody
 * but the readers that ship with it; {@link #VERSION} changes whenever it does, and a reader
 * refuses a version that it does not know. The horizons stand on memory pages of their own, so that
 * a trusted reader may be given the right to write to them and to nothing else.
 *
 * <p>This class is addresses and names only: it keeps no state and takes no decision. Thread-safe.
 */
public final class Page {
  /** The bytes "TIMEHNDS", little-endian. */
  public static final long MAGIC = 0x53444E48454D4954L;

  /** The layout's version; a reader refuses any other. */
  public static final long VERSION = 1;

  /** Slots of a page unless asked otherwise: the depth of history. */
  public static final int DEFAULT_SLOTS = 4096;

  /** Most slots of a page: 2^20, or 320 MiB. */
  public static final int MAX_SLOTS = 1 << 20;

  /** Bytes of the header, one memory page. */
  public static final long HEADER_BYTES = 4096;

  /** Bytes of a slot, four cache lines. */
  public static final long SLOT_BYTES = 256;

  /** Distance of horizon words: one cache line each. */
  public static final long HORIZON_STRIDE = 64;

  /** Beside a horizon word: how often readers have extended it, for statistics only. */
  static final long EXTENSIONS = 8;

  static final int SLOT_SHIFT = 8;
  static final int HORIZON_SHIFT = 6;

  // Header words.
  static final long H_MAGIC = 0;
  static final long H_VERSION = 8;
  static final long H_TOTAL_BYTES = 16;
  static final long H_SLOTS = 24;
  static final long H_SLOT_BYTES = 32;
  static final long H_SLOTS_OFFSET = 40;
  static final long H_HORIZON_OFFSET = 48;
  static final long H_HORIZON_STRIDE = 56;
  static final long H_BOOT_ID_HIGH = 64;
  static final long H_BOOT_ID_LOW = 72;
  static final long H_TIME_NAMESPACE = 80;
  static final long H_TIMELINE_ID = 88;
  static final long H_CREATED = 96;
  static final long H_CLOCKSOURCE = 104;
  static final long H_DISRUPTION = 112;
  static final long H_HEAD = 128;
  static final long H_OWNER_EPOCH = 192;
  static final long H_OWNER_PID = 200;
  static final long H_OWNER_START = 208;
  static final long H_LEAD_CYCLES = 216;
  static final long H_STATE = 224;

  /** State of a page that is complete and in use. */
  public static final long STATE_READY = 1;

  /** State of a page whose timeline goes on in another page: attach anew. */
  public static final long STATE_SUPERSEDED = 2;

  // Words of a slot. The first line is all that a MONOTONIC read touches.
  static final long SEQ = 0;
  static final long START = 8;
  static final long MONO_BASE = 16;
  static final long MONO_FRAC = 24;
  static final long SLOPE_FRAC = 32;
  static final long SLOPE_INT = 40;
  static final long CLOCKSOURCE = 48;
  static final long FLAGS = 56;
  static final long OFF_REAL = 64;
  static final long LEAP_AT = 72;
  static final long OFF_BOOT = 80;
  static final long OFF_TAI = 88;
  static final long RAW_BASE = 96;
  static final long RAW_FRAC = 104;
  static final long RAW_SLOPE_FRAC = 112;
  static final long RAW_SLOPE_INT = 120;
  static final long ERR = 128;
  static final long ERR_RATE = 136;
  static final long REF_ERR = 144;
  static final long RESERVED = 152;
  static final long RAW_ERR = 160;
  static final long RAW_RATE = 168;
  static final long HOLDOVER_AFTER = 176;
  static final long FREERUN_AFTER = 184;
  static final long STATUS = 192;
  static final long STEP = 200;
  static final long GAP = 208;
  static final long CLOCK_WAS_SET_SEQ = 216;
  static final long CS_CHANGED_SEQ = 224;
  static final long HOST_MONO_OFF = 232;
  static final long HOST_RAW_OFF = 240;
  static final long HOST_BOOT_OFF = 248;

  private final long address;
  private final long slots;
  private final long horizons;
  private final long mask;
  private final boolean writable;

  private Page(long address, int slotCount, boolean writable) {
    this.address = address;
    this.slots = address + HEADER_BYTES;
    this.horizons = address + horizonOffset(slotCount);
    this.mask = slotCount - 1L;
    this.writable = writable;
  }

  /** The offset of the horizon words in a page of so many slots, a multiple of 4096. */
  public static long horizonOffset(int slotCount) {
    long end = HEADER_BYTES + slotCount * SLOT_BYTES;
    return (end + 4095) & ~4095L;
  }

  /** The bytes of the horizon words of a page of so many slots, a multiple of 4096. */
  public static long horizonBytes(int slotCount) {
    return (slotCount * HORIZON_STRIDE + 4095) & ~4095L;
  }

  /** The bytes of a whole page of so many slots. */
  public static long totalBytes(int slotCount) {
    return horizonOffset(slotCount) + horizonBytes(slotCount);
  }

  /**
   * Lays out an empty page in zeroed memory; its first segment is the writer's to write.
   *
   * @param address start of {@link #totalBytes} zeroed bytes, aligned to 64
   * @param slotCount a power of two in [4, 2^20]
   * @param identity what the page says of itself
   * @return the page, not yet {@linkplain #STATE_READY ready}
   * @throws IllegalArgumentException if the count of slots is out of range
   */
  public static Page format(long address, int slotCount, PageIdentity identity) {
    checkSlots(slotCount);
    Page page = new Page(address, slotCount, true);
    page.setHeader(H_VERSION, VERSION);
    page.setHeader(H_TOTAL_BYTES, totalBytes(slotCount));
    page.setHeader(H_SLOTS, slotCount);
    page.setHeader(H_SLOT_BYTES, SLOT_BYTES);
    page.setHeader(H_SLOTS_OFFSET, HEADER_BYTES);
    page.setHeader(H_HORIZON_OFFSET, horizonOffset(slotCount));
    page.setHeader(H_HORIZON_STRIDE, HORIZON_STRIDE);
    page.setHeader(H_BOOT_ID_HIGH, identity.bootIdHigh());
    page.setHeader(H_BOOT_ID_LOW, identity.bootIdLow());
    page.setHeader(H_TIME_NAMESPACE, identity.timeNamespace());
    page.setHeader(H_TIMELINE_ID, identity.timelineId());
    page.setHeader(H_CREATED, identity.createdRealtimeNanos());
    for (long k = 0; k < slotCount; k++) {
      Memory.set(page.slot(k) + SEQ, -1);
    }
    Memory.setRelease(address + H_MAGIC, MAGIC);
    return page;
  }

  /**
   * A view of a page that somebody has laid out.
   *
   * @param address start of the page
   * @param bytes how many bytes may be read there
   * @param writable whether this process owns the page and may write to all of it
   * @throws PageFormatException if what stands there is not a page of this layout, with the word
   *     that is wrong, what it should be, and what to do
   */
  public static Page attach(long address, long bytes, boolean writable)
      throws PageFormatException {
    int count = checkedSlots(address, bytes);
    expectSize("mapped bytes", bytes, totalBytes(count));
    return new Page(address, count, writable);
  }

  /**
   * Copies the header of a page that somebody has laid out.
   *
   * @param address start of the page, or of a copy of its first {@link #HEADER_BYTES}
   * @param bytes how many bytes may be read there
   * @throws PageFormatException as {@link #attach}
   */
  public static PageHeader header(long address, long bytes) throws PageFormatException {
    return new Page(address, checkedSlots(address, bytes), false).header();
  }

  /**
   * Marks a page as replaced by another, for its readers.
   *
   * @param address start of the page, or of its header alone
   * @param bytes how many bytes may be written there
   * @throws PageFormatException if what stands there is not a page of this layout; it is left alone
   */
  public static void supersede(long address, long bytes) throws PageFormatException {
    checkedSlots(address, bytes);
    Memory.setRelease(address + H_STATE, STATE_SUPERSEDED);
  }

  private static int checkedSlots(long address, long bytes) throws PageFormatException {
    if (bytes < HEADER_BYTES) {
      throw new PageFormatException(
          "page has " + bytes + " bytes, a header alone has " + HEADER_BYTES
              + ": not a page, or cut short; start its owner anew");
    }
    expect("magic", Memory.getAcquire(address + H_MAGIC), MAGIC, "not a page of Timehands");
    expect(
        "layout version",
        Memory.get(address + H_VERSION),
        VERSION,
        "its owner is of another version; run the same version on both sides");
    long slotCount = Memory.get(address + H_SLOTS);
    if (slotCount < 4 || slotCount > MAX_SLOTS || Long.bitCount(slotCount) != 1) {
      throw new PageFormatException(
          "page says it has " + slotCount + " slots; a power of two in [4, " + MAX_SLOTS
              + "] is possible: damaged; start its owner anew");
    }
    int count = (int) slotCount;
    expectSize("slot bytes", Memory.get(address + H_SLOT_BYTES), SLOT_BYTES);
    expectSize("slots offset", Memory.get(address + H_SLOTS_OFFSET), HEADER_BYTES);
    expectSize("horizon offset", Memory.get(address + H_HORIZON_OFFSET), horizonOffset(count));
    expectSize("horizon stride", Memory.get(address + H_HORIZON_STRIDE), HORIZON_STRIDE);
    expectSize("total bytes", Memory.get(address + H_TOTAL_BYTES), totalBytes(count));
    return count;
  }

  private static void expectSize(String word, long found, long wanted)
      throws PageFormatException {
    expect(word, found, wanted, "damaged or cut short; start its owner anew");
  }

  private static void expect(String word, long found, long wanted, String remedy)
      throws PageFormatException {
    if (found != wanted) {
      throw new PageFormatException(
          "page's " + word + " is " + shown(found) + ", expected " + shown(wanted) + ": "
              + remedy);
    }
  }

  private static String shown(long word) {
    return word >= 0 && word < 1L << 32 ? Long.toString(word) : "0x" + Long.toHexString(word);
  }

  /**
   * Checks a count of slots.
   *
   * @throws IllegalArgumentException unless it is a power of two in [4, 2^20]
   */
  public static void checkSlots(int slotCount) {
    if (slotCount < 4 || slotCount > MAX_SLOTS || Integer.bitCount(slotCount) != 1) {
      throw new IllegalArgumentException(
          "history of " + slotCount + " segments must be a power of two in [4, " + MAX_SLOTS
              + "]; " + DEFAULT_SLOTS + " is the default");
    }
  }

  /** Whether this process owns the page and may write to all of it. */
  public boolean isWritable() {
    return writable;
  }

  /** The count of slots. */
  public int slotCount() {
    return (int) (mask + 1);
  }

  /** Who this page says it is. */
  public PageIdentity identity() {
    return new PageIdentity(
        header(H_BOOT_ID_HIGH),
        header(H_BOOT_ID_LOW),
        header(H_TIME_NAMESPACE),
        header(H_TIMELINE_ID),
        header(H_CREATED));
  }

  /** A copy of what the header says now. */
  public PageHeader header() {
    return new PageHeader(
        slotCount(), identity(), state(), ownerEpoch(), ownerPid(), ownerStart());
  }

  /** The start of the page in memory. */
  long address() {
    return address;
  }

  long slotsAddress() {
    return slots;
  }

  long horizonsAddress() {
    return horizons;
  }

  long mask() {
    return mask;
  }

  /** Cycles that a horizon word promises, relative to the segment's start; none while frozen. */
  static long promised(long word) {
    return (word & ~(word >> 63)) >>> 1;
  }

  /**
   * A horizon word that promises nothing (bit 63), of which there is only one: 16 bits of the
   * owner's epoch and 31 bits of a number of its own.
   */
  static long frozen(long epoch, long number) {
    return Long.MIN_VALUE | (epoch & 0xFFFF) << 32 | (number & 0x7FFF_FFFF) << 1;
  }

  /** Whether a horizon promises nothing, because an absurd promise is being taken back. */
  static boolean isFrozen(long word) {
    return word < 0;
  }

  /** The address of the slot of segment k. */
  long slot(long k) {
    return Memory.known(slots + ((k & mask) << SLOT_SHIFT));
  }

  /** The address of the horizon word of segment k. */
  long horizon(long k) {
    return Memory.known(horizons + ((k & mask) << HORIZON_SHIFT));
  }

  /** The sequence of the newest segment, as a hint: the true one may be later, never earlier. */
  public long head() {
    return Memory.getAcquire(address + H_HEAD);
  }

  /** The sequence of the newest published segment, followed from the hint on. */
  long newest() {
    long k = head();
    while ((Memory.getAcquire(horizon(k)) & 1) != 0
        && Memory.getAcquire(slot(k + 1) + SEQ) == k + 1) {
      k++;
    }
    return k;
  }

  /**
   * The clocksource that segment k is on, or was if the slot has been reused since: for who checks
   * with {@link #covers} afterwards.
   */
  public long clocksourceOf(long k) {
    return Memory.get(slot(k) + CLOCKSOURCE);
  }

  /**
   * Whether segment k has promised a cycle, so that the cycle has its time for ever.
   *
   * @param k the segment's sequence number
   * @param clocksourceId whose cycle it is
   * @param cycles the cycle, of a counter of 64 bits, sampled before this call
   */
  public boolean covers(long k, long clocksourceId, long cycles) {
    long slot = slot(k);
    long d = cycles - Memory.get(slot + START);
    boolean promised = Long.compareUnsigned(d, promised(Memory.getAcquire(horizon(k)))) < 0;
    boolean own = Memory.get(slot + CLOCKSOURCE) == clocksourceId;
    Memory.loadLoadFence();
    return promised && own && Memory.get(slot + SEQ) == k;
  }

  void setHead(long k) {
    Memory.setRelease(address + H_HEAD, k);
  }

  long header(long word) {
    return Memory.getAcquire(address + word);
  }

  void setHeader(long word, long value) {
    Memory.setRelease(address + word, value);
  }

  /** The page's state: {@link #STATE_READY}, {@link #STATE_SUPERSEDED} or 0 while it is made. */
  public long state() {
    return header(H_STATE);
  }

  /** Sets the page's state; the owner's right. */
  public void setState(long state) {
    setHeader(H_STATE, state);
  }

  /** How often this page has had a new owner. */
  public long ownerEpoch() {
    return header(H_OWNER_EPOCH);
  }

  /** The process id of the owner, in the owner's pid namespace; 0 when it left in order. */
  public long ownerPid() {
    return header(H_OWNER_PID);
  }

  /** When the owner's process started, in clock ticks since boot: tells pids apart. */
  public long ownerStart() {
    return header(H_OWNER_START);
  }

  /**
   * Takes the page over: names the owner and begins a new epoch. The caller holds the page's lock.
   *
   * @param pid the owner's process id
   * @param startTicks when that process started
   * @return the new epoch
   */
  public long takeOver(long pid, long startTicks) {
    setHeader(H_OWNER_PID, pid);
    setHeader(H_OWNER_START, startTicks);
    long epoch = ownerEpoch() + 1;
    setHeader(H_OWNER_EPOCH, epoch);
    return epoch;
  }

  /** Says that the owner leaves in order. */
  public void release() {
    setHeader(H_OWNER_PID, 0);
    setHeader(H_OWNER_START, 0);
    setLeadCycles(0);
  }

  /** How many cycles ahead the owner's heartbeat keeps the horizon; 0 without a heartbeat. */
  public long leadCycles() {
    return header(H_LEAD_CYCLES);
  }

  /** Says how many cycles ahead the owner's heartbeat keeps the horizon. */
  public void setLeadCycles(long cycles) {
    setHeader(H_LEAD_CYCLES, cycles);
  }

  /** The disruption marker that the present era began with; 0 if nobody told of one. */
  long disruptionMarker() {
    return header(H_DISRUPTION);
  }

  void setDisruptionMarker(long marker) {
    setHeader(H_DISRUPTION, marker);
  }

  void setClocksource(long id) {
    setHeader(H_CLOCKSOURCE, id);
  }
}
