package org.timehands.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.timehands.timeline.PageIdentity;

/**
 * A journal that was read from disk: the timelines of one or many boots, as far as they were
 * written down when it was opened.
 *
 * <p>A {@link #converter} gives for each stamp the status and, to the nanosecond, the values that
 * the live history gave. Every record's checksum has been checked. What is torn or damaged is left
 * out and told of by {@link #remarks}; stamps that it would have answered are refused. Immutable
 * and thread-safe; its converters are for one thread each.
 */
public final class Journal {
  private final List<Boot> boots;
  private final List<String> remarks;

  private Journal(List<Boot> boots, List<String> remarks) {
    this.boots = List.copyOf(boots);
    this.remarks = List.copyOf(remarks);
  }

  /**
   * Reads journals.
   *
   * @param paths files, or directories whose files are all read
   * @throws JournalFormatException if a file that was named is no journal; in a directory such a
   *     file is left out, with a remark
   * @throws IOException if nothing is there, or it cannot be read
   */
  public static Journal open(Path... paths) throws IOException {
    if (paths.length == 0) {
      throw new IllegalArgumentException("no journal was named: name a file or a directory");
    }
    Loader loader = new Loader();
    for (Path path : paths) {
      List<Path> files = JournalFiles.filesOf(path);
      boolean named = files.size() == 1 && files.getFirst().equals(path);
      for (Path file : files) {
        loader.take(file, named);
      }
    }
    return loader.finish();
  }

  /** Collects the records of many files. */
  private static final class Loader {
    private final Map<PageIdentity, Parts> timelines = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    /** What was found of one timeline. */
    private static final class Parts {
      final SegmentList segments = new SegmentList();
      final List<ReferenceSamples> samples = new ArrayList<>();
      long nextRecord;
    }

    void take(Path file, boolean named) throws IOException {
      ByteBuffer bytes;
      JournalHeader header;
      try {
        bytes = JournalFiles.read(file);
        header = JournalHeader.load(bytes, file.toString());
      } catch (JournalFormatException foreign) {
        if (named) {
          throw foreign;
        }
        remarks.add(foreign.getMessage());
        return;
      } catch (NoSuchFileException gone) {
        if (named) {
          throw gone;
        }
        // Its writer has rotated it away since the directory was listed.
        return;
      }
      Parts parts = timelines.computeIfAbsent(header.identity(), key -> new Parts());
      if (parts.nextRecord != 0 && header.firstRecord() > parts.nextRecord) {
        long lost = header.firstRecord() - parts.nextRecord;
        remarks.add(file + ": " + lost + " records before it are missing");
      }
      LongBuffer words = bytes.asLongBuffer();
      parts.segments.addFile(words);
      ReferenceSamples samples = new ReferenceSamples(words);
      parts.samples.add(samples);
      Frames.Scan scan =
          Frames.scan(
              bytes,
              header,
              (type, at, length) -> {
                if (type == Frames.SEGMENT) {
                  parts.segments.add(at);
                } else if (type == Frames.PROMISE) {
                  parts.segments.promise(at);
                } else if (type == Frames.SAMPLE) {
                  samples.add(at);
                }
              });
      parts.nextRecord = scan.nextRecord();
      remark(file, bytes.limit(), scan);
    }

    private void remark(Path file, int size, Frames.Scan scan) {
      for (Frames.Damage each : scan.damage()) {
        remarks.add(
            file + ": bytes " + each.from() + " to " + (each.to() - 1) + " are damaged, "
                + each.lostRecords() + (each.lostRecords() == 1 ? " record is" : " records are")
                + " lost; stamps from there are refused");
      }
      if (scan.end() < size) {
        remarks.add(
            file + ": a torn tail of " + (size - scan.end())
                + " bytes was dropped; nothing before it is lost");
      }
    }

    Journal finish() {
      Map<Place, List<JournalTimeline>> byPlace = new LinkedHashMap<>();
      timelines.forEach(
          (identity, parts) -> {
            parts.segments.finish();
            int contradictions = parts.segments.contradictions();
            if (contradictions > 0) {
              remarks.add(
                  "timeline " + Long.toHexString(identity.timelineId()) + ": " + contradictions
                      + " segments stand in it with different contents; they are left out");
            }
            if (parts.segments.count() > 0) {
              var timeline = new JournalTimeline(identity, parts.segments, parts.samples);
              Place place = new Place(timeline.bootId(), identity.timeNamespace());
              byPlace.computeIfAbsent(place, key -> new ArrayList<>()).add(timeline);
            }
          });
      List<Boot> boots = new ArrayList<>();
      byPlace.forEach((place, each) -> boots.add(new Boot(place.boot, each)));
      boots.sort(Comparator.comparingLong(Boot::createdRealNanos));
      for (int i = 0; i + 1 < boots.size(); i++) {
        Boot next = boots.get(i + 1);
        if (!boots.get(i).isBeside(next)) {
          boots.get(i).endBy(next.createdRealNanos());
        }
      }
      return new Journal(boots, remarks);
    }

    /** Where a counter counts. */
    private record Place(UUID boot, long timeNamespace) {}
  }

  /** The boots that the journal knows, oldest first. */
  public List<UUID> bootIds() {
    return boots.stream().map(Boot::id).distinct().toList();
  }

  /** The timelines that the journal knows, those of the oldest boot first. */
  public List<JournalTimeline> timelines() {
    return boots.stream().flatMap(each -> each.timelines().stream()).toList();
  }

  /** What was torn, damaged or left out, in words; empty if nothing was. */
  public List<String> remarks() {
    return remarks;
  }

  /** The clocksources that its segments count. */
  public long[] clocksources() {
    return timelines().stream()
        .flatMapToLong(each -> Arrays.stream(each.clocksources()))
        .distinct()
        .toArray();
  }

  /**
   * The same journal, but of one boot alone: for stamps whose boot is known.
   *
   * @throws IllegalArgumentException if the journal has nothing of that boot
   */
  public Journal ofBoot(UUID bootId) {
    Objects.requireNonNull(bootId, "bootId");
    List<Boot> left = boots.stream().filter(each -> each.id().equals(bootId)).toList();
    if (left.isEmpty()) {
      throw new IllegalArgumentException(
          "journal has nothing of boot " + bootId + "; it has "
              + bootIds().stream().map(UUID::toString).collect(Collectors.joining(", ")));
    }
    return new Journal(left, remarks);
  }

  /** A converter of stamps; one for each thread. */
  public JournalConverter converter() {
    return new JournalConverter(boots);
  }
}
