package org.timehands.bench.latency;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Keeps the processors out of deep sleep while it is open: the kernel's power management holds to
 * the latency that is written to a file, as long as that stays open. Costs power, and a virtual
 * machine's host processor time.
 */
record DmaLatency(RandomAccessFile file) implements AutoCloseable {
  private static final String FILE = "/dev/cpu_dma_latency";

  /**
   * Asks for a latency, for the whole machine.
   *
   * @param micros the longest way out of sleep that is allowed
   * @throws IOException if that is not permitted; the message says what to do
   */
  static DmaLatency hold(int micros) throws IOException {
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(FILE, "rw");
      file.write(
          ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(micros).array());
      return new DmaLatency(file);
    } catch (IOException refused) {
      if (file != null) {
        file.close();
      }
      throw new IOException(
          "--dma-latency needs to write " + FILE + ", as root: " + refused.getMessage(), refused);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
