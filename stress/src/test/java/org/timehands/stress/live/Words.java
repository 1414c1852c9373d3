package org.timehands.stress.live;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Single words of a page's file, for damage that is planted. */
final class Words {
  static final long SLOT_0 = 4096;
  static final long SLOPE_FRAC = 32;
  static final long OFF_BOOT = 80;

  private Words() {}

  static void write(Path file, long at, long word) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(word).array());
    }
  }
}
