package org.timehands.app;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;
import org.timehands.linux.HostInfo;

/** A talk with the daemon that owns a page. Not thread-safe. */
final class ControlClient implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ControlClient.class.getName());

  private final Path path;
  private final SocketChannel channel;
  private final ControlSocket.Lines lines;

  private ControlClient(Path path, SocketChannel channel) {
    this.path = path;
    this.channel = channel;
    this.lines = new ControlSocket.Lines(channel, ControlSocket.ANSWER_BYTES);
  }

  /**
   * Connects to the daemon of a page.
   *
   * @param directory the page's directory
   * @return empty if none listens there
   * @throws Failure if there is one that cannot be talked to, or is somebody else's
   */
  static Optional<ControlClient> connect(Path directory) {
    Path path = ControlSocket.of(directory);
    String objection = ControlSocket.objection(path);
    if (objection != null) {
      throw Failure.usage(objection);
    }
    try {
      // By number: a container's user may have no name.
      int owner = (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (owner != 0 && owner != (int) HostInfo.uid()) {
        throw new Failure(
            ExitCode.PAGE_REFUSED, path + " belongs to user " + Integer.toUnsignedString(owner)
                + ", not to root or " + HostInfo.uid() + ": ask that user, or name another page");
      }
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException refused) {
      throw refused(path, refused);
    }
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(path));
        return Optional.of(new ControlClient(path, channel));
      } catch (java.net.ConnectException dead) {
        // A daemon that was killed leaves its socket behind.
        channel.close();
        return Optional.empty();
      } catch (IOException refused) {
        channel.close();
        throw refused;
      }
    } catch (IOException refused) {
      throw refused(path, refused);
    }
  }

  private static Failure refused(Path path, IOException refused) {
    boolean denied =
        refused instanceof AccessDeniedException
            || String.valueOf(refused.getMessage()).contains("Permission denied");
    String words =
        denied ? "permission denied: only its owner and root may" : refused.getMessage();
    return new Failure(
        ExitCode.PAGE_REFUSED, "the daemon at " + path + " cannot be talked to: " + words,
        refused);
  }

  /** Sends a request: a command, and a name if it has one. */
  void send(String command, Optional<String> name) {
    StringBuilder line = new StringBuilder();
    Json json = new Json(line).open('{').put("command", command);
    name.ifPresent(value -> json.put("name", value));
    json.close('}');
    try {
      ControlSocket.write(channel, line);
    } catch (IOException gone) {
      // It may have hung up with a refusal, which is still there to be read, and says why.
      LOG.log(System.Logger.Level.DEBUG, "the daemon does not listen", gone);
    }
  }

  /**
   * The next line of the answer, as it came.
   *
   * @throws Failure if the daemon refuses, or has gone
   */
  String receive() {
    String line;
    try {
      line = lines.next();
    } catch (IOException gone) {
      throw gone(gone);
    }
    if (line == null) {
      throw gone(null);
    }
    Map<String, Object> answer = parse(line);
    if (!Boolean.TRUE.equals(answer.get("ok"))) {
      long code = answer.get("code") instanceof Long number ? number : ExitCode.FAILED;
      throw new Failure((int) code, String.valueOf(answer.get("message")));
    }
    return line;
  }

  private Map<String, Object> parse(String line) {
    try {
      return TinyJson.object(line);
    } catch (IllegalArgumentException wrong) {
      throw new Failure(
          ExitCode.FAILED, "the daemon at " + path + " gave no answer that is understood: "
              + wrong.getMessage(), wrong);
    }
  }

  private Failure gone(IOException why) {
    String words = why == null ? "" : ": " + why.getMessage();
    return new Failure(ExitCode.FAILED, "the daemon at " + path + " has ended" + words, why);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException gone) {
      // It is closed.
    }
  }
}
