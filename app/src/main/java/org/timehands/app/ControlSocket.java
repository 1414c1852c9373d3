package org.timehands.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What both ends of the daemon's control socket agree on: a Unix domain socket named {@code
 * control} in the page's directory, one line of JSON for a request, one or more for the answer.
 *
 * <p>A request is an object with a member {@code command}. An answer has {@code ok}; if that is
 * false, {@code code} is an exit code and {@code message} says what is wrong and what to do.
 */
final class ControlSocket {
  /** The socket's name in the page's directory. */
  static final String NAME = "control";

  /** The longest request, in bytes. */
  static final int REQUEST_BYTES = 4096;

  /** The longest line of an answer, in bytes. */
  static final int ANSWER_BYTES = 1 << 18;

  /** The kernel has room for so many bytes of a socket's path. */
  static final int PATH_BYTES = 107;

  private ControlSocket() {}

  /** The socket of a page's directory. */
  static Path of(Path directory) {
    return directory.resolve(NAME);
  }

  /** Why a socket of this path cannot be; null if it can. */
  static String objection(Path socket) {
    int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    return bytes <= PATH_BYTES
        ? null
        : socket + " has " + bytes + " bytes, a socket's path has at most " + PATH_BYTES
            + ": name a page with a shorter path";
  }

  /** Reads lines of bounded length from a channel. Not thread-safe. */
  static final class Lines {
    private final SocketChannel channel;
    private final int mostBytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(1024).flip();

    Lines(SocketChannel channel, int mostBytes) {
      this.channel = channel;
      this.mostBytes = mostBytes;
    }

    /**
     * The next line without its end.
     *
     * @return null at the end of the stream; half a line is none
     * @throws IOException if it is too long
     */
    String next() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (;;) {
        while (buffer.hasRemaining()) {
          byte each = buffer.get();
          if (each == '\n') {
            return line.toString(StandardCharsets.UTF_8);
          }
          line.write(each);
          if (line.size() > mostBytes) {
            throw new IOException("a line is longer than " + mostBytes + " bytes");
          }
        }
        buffer.clear();
        int read = channel.read(buffer);
        buffer.flip();
        if (read < 0) {
          return null;
        }
      }
    }
  }

  /** Writes a line. */
  static void write(SocketChannel channel, CharSequence line) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
