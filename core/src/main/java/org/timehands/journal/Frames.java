package org.timehands.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The records of a journal's file: how each is framed, and how whole ones are told from torn and
 * damaged ones.
 *
 * <pre>
 * word 0    mark (16 bits), type (16 bits), words of payload (32 bits)
 * word 1    the record's number, one more than that of the record before
 * ...       payload
 * last      CRC32C of all words before, in the low half; the high half is 0
 * </pre>
 *
 * <p>What follows the last whole record is a torn tail: an append that did not come to its end.
 * What lies between whole records is damage: it costs the records that it hit, and no others.
 */
final class Frames {
  /** A segment: the words of a SegmentCopy. */
  static final int SEGMENT = 1;
  /** A sample of the reference: the words of a ReferenceSample. */
  static final int SAMPLE = 2;
  /** Segments that nobody could write down any more: the first, and the first that is kept. */
  static final int HOLE = 3;
  /** How far the newest segment has been promised since it was written: its number, the cycles. */
  static final int PROMISE = 4;

  /** Words around the payload. */
  static final int FRAME_WORDS = 3;

  /** Most words of payload: more is damage. */
  static final int MAX_PAYLOAD_WORDS = 1024;

  private static final long MARK = 0x4854L << 48;

  private Frames() {}

  /** The first word of a frame. */
  static long head(int type, int payloadWords) {
    return MARK | (long) type << 32 | payloadWords;
  }

  /** Bytes of a frame around so many words of payload. */
  static int bytes(int payloadWords) {
    return (payloadWords + FRAME_WORDS) * Long.BYTES;
  }

  /** Told of each whole record, in order. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A record.
     *
     * @param type what it is
     * @param payloadWord where its payload starts, in words from the start of the file
     * @param payloadWords how long that is
     */
    void record(int type, int payloadWord, int payloadWords);
  }

  /**
   * Bytes that are no whole records, with whole ones after them.
   *
   * @param from the first such byte
   * @param to the next whole record
   * @param lostRecords how many records are missing there
   */
  record Damage(long from, long to, long lostRecords) {}

  /**
   * What a scan found beside the records.
   *
   * @param end where the last whole record ends; what follows is a torn tail
   * @param nextRecord the number after that of the last whole record
   * @param damage what is damaged before the end
   */
  record Scan(int end, long nextRecord, List<Damage> damage) {}

  /**
   * Goes through the records of a file.
   *
   * @param file all bytes of it, little-endian
   * @param header its head
   * @param visitor told of each whole record
   */
  static Scan scan(ByteBuffer file, JournalHeader header, Visitor visitor) {
    List<Damage> damage = new ArrayList<>();
    CRC32C crc = new CRC32C();
    ByteBuffer view = file.duplicate();
    int end = Math.min(JournalHeader.BYTES, file.limit());
    long next = header.firstRecord();
    int at = end;
    while (at <= file.limit() - bytes(0)) {
      int length = wholeAt(file, view, at, next, end == at, crc);
      if (length == 0) {
        at += Long.BYTES;
        continue;
      }
      long number = file.getLong(at + Long.BYTES);
      if (at != end) {
        damage.add(new Damage(end, at, number - next));
      }
      long head = file.getLong(at);
      visitor.record((int) (head >>> 32) & 0xFFFF, at / Long.BYTES + 2, (int) head);
      next = number + 1;
      at += length;
      end = at;
    }
    return new Scan(end, next, damage);
  }

  /** The bytes of the whole record at a place, or 0 if there is none. */
  private static int wholeAt(
      ByteBuffer file, ByteBuffer view, int at, long next, boolean inOrder, CRC32C crc) {
    long head = file.getLong(at);
    long words = head & 0xFFFF_FFFFL;
    if (head >>> 48 != MARK >>> 48 || words > MAX_PAYLOAD_WORDS) {
      return 0;
    }
    int length = bytes((int) words);
    if (length > file.limit() - at) {
      return 0;
    }
    long number = file.getLong(at + Long.BYTES);
    if (inOrder ? number != next : number < next) {
      return 0;
    }
    int checked = length - Long.BYTES;
    crc.reset();
    view.limit(at + checked).position(at);
    crc.update(view);
    return file.getLong(at + checked) == crc.getValue() ? length : 0;
  }
}
