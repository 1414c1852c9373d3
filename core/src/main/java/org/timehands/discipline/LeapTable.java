package org.timehands.discipline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * TAI-UTC by date, and when it changes.
 *
 * <p>Read from the {@code leap-seconds.list} that the IERS publishes and Debian's tzdata installs
 * as {@link #SYSTEM_FILE}, or given in code. All seconds are UTC's since 1970 as POSIX counts them
 * (each day has 86400) unless their name says TAI; an inserted second repeats the POSIX second
 * 23:59:59. Immutable and thread-safe.
 */
public final class LeapTable {
  /** Where Debian's tzdata puts the list. */
  public static final String SYSTEM_FILE = "/usr/share/zoneinfo/leap-seconds.list";

  /** Most entries a table may have. */
  public static final int MAX_ENTRIES = 1000;

  private static final int MAX_TAI_OFFSET_SECONDS = 100_000;
  private static final long MAX_UTC_SECOND = Long.MAX_VALUE / Scale.NANOS_PER_SECOND;
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final long[] fromSeconds;
  private final int[] offsets;
  private final long expiresAtSecond;

  /**
   * From a UTC midnight on TAI-UTC has this value.
   *
   * @param utcSecond the midnight, in seconds since 1970
   * @param taiOffsetSeconds TAI-UTC from then on, in [-100000, 100000]
   */
  public record Entry(long utcSecond, int taiOffsetSeconds) {}

  /**
   * A leap second.
   *
   * @param utcSecond the midnight that follows it, in seconds since 1970
   * @param sign +1 for an inserted, -1 for a deleted second
   * @param taiOffsetSeconds TAI-UTC from that midnight on
   */
  public record Leap(long utcSecond, int sign, int taiOffsetSeconds) {
    /**
     * The UTC second at whose beginning REALTIME leaps, counted before the leap: midnight for an
     * insertion, 23:59:59 for a deletion.
     */
    public long atSecond() {
      return sign > 0 ? utcSecond : utcSecond - 1;
    }
  }

  private LeapTable(long[] fromSeconds, int[] offsets, long expiresAtSecond) {
    this.fromSeconds = fromSeconds;
    this.offsets = offsets;
    this.expiresAtSecond = expiresAtSecond;
  }

  /**
   * A table given in code.
   *
   * @param expiresAtSecond UTC second from which on nothing is known; Long.MAX_VALUE for never
   * @param entries by rising date; each differs by one from the one before
   * @throws IllegalArgumentException if the entries are not so; says which
   */
  public static LeapTable of(long expiresAtSecond, List<Entry> entries) {
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "leap table of " + entries.size() + " entries must have 1 to " + MAX_ENTRIES);
    }
    Entry before = null;
    for (Entry each : entries) {
      String fault = fault(before, each);
      if (!fault.isEmpty()) {
        throw new IllegalArgumentException("leap table, " + each + ": " + fault);
      }
      before = each;
    }
    return new LeapTable(
        entries.stream().mapToLong(Entry::utcSecond).toArray(),
        entries.stream().mapToInt(Entry::taiOffsetSeconds).toArray(),
        expiresAtSecond);
  }

  /** What is wrong with an entry after another one or null; empty if nothing. */
  static String fault(Entry before, Entry entry) {
    long second = entry.utcSecond();
    int offset = entry.taiOffsetSeconds();
    if (Math.absExact(offset) > MAX_TAI_OFFSET_SECONDS) {
      return "TAI-UTC of " + offset + " s must lie in [-100000, 100000]";
    }
    if (second < -MAX_UTC_SECOND || second > MAX_UTC_SECOND) {
      return "second " + second + " must lie within 292 years of 1970";
    }
    if (Math.floorMod(second, LeapMachine.SECONDS_PER_DAY) != 0) {
      return "second " + second + " must be a UTC midnight, a multiple of 86400";
    }
    if (before == null) {
      return "";
    }
    if (second <= before.utcSecond()) {
      return "second " + second + " must be later than " + before.utcSecond() + " before it";
    }
    return Math.abs(offset - before.taiOffsetSeconds()) == 1
        ? ""
        : "TAI-UTC of " + offset + " s must differ by 1 s from " + before.taiOffsetSeconds()
            + " s before it";
  }

  /**
   * Reads a list from a file.
   *
   * @throws LeapTableException if the content is refused; says file, line, value and what is
   *     allowed
   * @throws IOException if the file cannot be read or is larger than 1 MiB
   */
  public static LeapTable read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MAX_FILE_BYTES) {
      throw new IOException(
          file + " has " + bytes + " bytes, a leap table may have " + MAX_FILE_BYTES);
    }
    return parse(file.toString(), Files.readString(file));
  }

  /**
   * Parses a list.
   *
   * @param name what messages call it
   * @param text its content
   * @throws LeapTableException if it is refused; says name, line, value and what is allowed
   */
  public static LeapTable parse(String name, String text) throws LeapTableException {
    return new LeapTableParser(name).parse(text);
  }

  /** The UTC second of the first entry; before it TAI-UTC is not known. */
  public long firstSecond() {
    return fromSeconds[0];
  }

  /** UTC second from which on nothing is known; {@code Long.MAX_VALUE} for never. */
  public long expiresAtSecond() {
    return expiresAtSecond;
  }

  /** Whether leap seconds may have been announced that the table does not know. */
  public boolean isExpiredAt(long utcSecond) {
    return utcSecond >= expiresAtSecond;
  }

  /**
   * TAI-UTC in seconds at a UTC second; the last known value once the table has expired.
   *
   * @throws IllegalArgumentException before {@link #firstSecond}
   */
  public int taiOffsetAt(long utcSecond) {
    return offsets[indexOfUtc(utcSecond)];
  }

  /**
   * The TAI second of a UTC second; the first one of a repeated 23:59:59.
   *
   * @throws IllegalArgumentException before {@link #firstSecond}
   */
  public long taiOfUtc(long utcSecond) {
    return Math.addExact(utcSecond, taiOffsetAt(utcSecond));
  }

  /**
   * The UTC second of a TAI second: 23:59:59 again for an inserted one.
   *
   * @throws IllegalArgumentException before {@link #firstSecond}
   */
  public long utcOfTai(long taiSecond) {
    int index = indexOfTai(taiSecond);
    return taiSecond - offsets[index] - (isInserted(index, taiSecond) ? 1 : 0);
  }

  /**
   * Whether a TAI second is an inserted one, 23:59:60.
   *
   * @throws IllegalArgumentException before {@link #firstSecond}
   */
  public boolean isInserted(long taiSecond) {
    return isInserted(indexOfTai(taiSecond), taiSecond);
  }

  /** Whether POSIX counts this UTC second though a leap has deleted it. */
  public boolean isDeleted(long utcSecond) {
    int index = Arrays.binarySearch(fromSeconds, utcSecond + 1);
    return index > 0 && offsets[index] < offsets[index - 1];
  }

  /** An inserted second ends where the new offset, one greater, begins. */
  private boolean isInserted(int index, long taiSecond) {
    int next = index + 1;
    return next < offsets.length
        && offsets[next] > offsets[index]
        && taiSecond - offsets[index] == fromSeconds[next];
  }

  /** The first leap second that is not over at a UTC second, if one is known. */
  public Optional<Leap> nextLeapAfter(long utcSecond) {
    int index = Arrays.binarySearch(fromSeconds, utcSecond);
    int next = Math.max(1, index >= 0 ? index + 1 : -index - 1);
    return next < offsets.length ? Optional.of(leap(next)) : Optional.empty();
  }

  private Leap leap(int index) {
    return new Leap(fromSeconds[index], offsets[index] - offsets[index - 1], offsets[index]);
  }

  /**
   * The status bit that announces the leap second of a UTC second's day.
   *
   * @return {@code STA_INS}, {@code STA_DEL} or 0
   */
  public int statusBitsAt(long utcSecond) {
    return nextLeapAfter(utcSecond)
        .filter(leap -> leap.utcSecond() - utcSecond <= LeapMachine.SECONDS_PER_DAY)
        .map(leap -> leap.sign() > 0 ? Timex.STA_INS : Timex.STA_DEL)
        .orElse(0);
  }

  /** The entries by rising date. */
  public List<Entry> entries() {
    Entry[] entries = new Entry[offsets.length];
    Arrays.setAll(entries, index -> new Entry(fromSeconds[index], offsets[index]));
    return List.of(entries);
  }

  private int indexOfUtc(long utcSecond) {
    int index = Arrays.binarySearch(fromSeconds, utcSecond);
    return known(index >= 0 ? index : -index - 2, "UTC", utcSecond);
  }

  private int indexOfTai(long taiSecond) {
    int index = offsets.length - 1;
    while (index >= 0 && taiSecond < fromSeconds[index] + offsets[index]) {
      index--;
    }
    return known(index, "TAI", taiSecond);
  }

  private int known(int index, String scale, long second) {
    if (index < 0) {
      throw new IllegalArgumentException(
          scale + " second " + second + " lies before the leap table, which begins at UTC second "
              + fromSeconds[0]);
    }
    return index;
  }
}
