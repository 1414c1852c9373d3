package org.timehands.app;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;

/**
 * The daemon's ear: answers requests on a Unix domain socket beside its page. Thread-safe.
 *
 * <p>Only the page's owner and root are answered: the socket's mode says so to the kernel (0600),
 * and the kernel says who has connected. Who owns the page's lock owns the socket too, so that one
 * that is there already is a dead owner's, and is replaced.
 */
final class ControlServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());

  /** So many are answered at once. */
  static final int CONNECTIONS = 16;

  /** Under this name the socket is made, before its mode is right. */
  private static final String NEW = ControlSocket.NAME + ".new";

  /** Who writes the answer of one request. */
  @FunctionalInterface
  interface Answers {
    /** Sends a line. */
    void send(CharSequence line) throws IOException;
  }

  /** What is done about requests. */
  @FunctionalInterface
  interface Handler {
    /**
     * Answers a request.
     *
     * @param request the object that came
     * @param answers takes the lines of the answer
     * @throws Failure whose message and code are the answer
     * @throws IOException if who asked has gone
     */
    void handle(Map<String, Object> request, Answers answers) throws IOException;
  }

  private final Path path;
  private final Object fileKey;
  private final UserPrincipal owner;
  private final ServerSocketChannel server;
  private final Handler handler;
  private final Semaphore free = new Semaphore(CONNECTIONS);

  private ControlServer(
      Path path, Object fileKey, UserPrincipal owner, ServerSocketChannel server,
      Handler handler) {
    this.path = path;
    this.fileKey = fileKey;
    this.owner = owner;
    this.server = server;
    this.handler = Objects.requireNonNull(handler, "handler");
  }

  /**
   * Listens beside a page that this process owns.
   *
   * @param directory the page's directory
   * @param handler answers
   * @throws IOException if the place is taken by what is not ours, or the system refuses
   */
  static ControlServer open(Path directory, Handler handler) throws IOException {
    Path path = ControlSocket.of(directory);
    String objection = ControlSocket.objection(directory.resolve(NEW));
    if (objection != null) {
      throw new IOException(objection);
    }
    UserPrincipal owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
    removeStale(path, owner);
    removeStale(directory.resolve(NEW), owner);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      Path made = directory.resolve(NEW);
      server.bind(UnixDomainSocketAddress.of(made));
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      Object key = attributes(made).fileKey();
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      ControlServer control = new ControlServer(path, key, owner, server, handler);
      Thread.ofPlatform().daemon().name("timehands-control").start(control::accept);
      return control;
    } catch (IOException | RuntimeException refused) {
      server.close();
      throw refused;
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** What stands there is a dead owner's socket, or something that is not ours to remove. */
  private static void removeStale(Path path, UserPrincipal owner) throws IOException {
    try {
      UserPrincipal whose = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
      if (!attributes(path).isOther() || !whose.equals(owner)) {
        throw new IOException(
            path + " is no socket of " + owner.getName() + ": remove it, or name another page");
      }
      Files.delete(path);
    } catch (NoSuchFileException none) {
      // The usual case.
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("timehands-control").start(() -> serve(client));
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException trouble) {
        LOG.log(System.Logger.Level.WARNING, "the control socket fails: " + trouble, trouble);
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    boolean served = free.tryAcquire();
    try (client) {
      String refusal = served ? stranger(client) : "busy: " + CONNECTIONS + " are talking to it";
      if (refusal != null) {
        ControlSocket.write(client, refusal(ExitCode.PAGE_REFUSED, refusal));
        return;
      }
      ControlSocket.Lines lines =
          new ControlSocket.Lines(client, ControlSocket.REQUEST_BYTES);
      for (String line = next(lines, client); line != null; line = next(lines, client)) {
        answer(line, client);
      }
    } catch (IOException gone) {
      LOG.log(System.Logger.Level.DEBUG, "who asked has gone", gone);
    } finally {
      if (served) {
        free.release();
      }
    }
  }

  private static String next(ControlSocket.Lines lines, SocketChannel client)
      throws IOException {
    try {
      return lines.next();
    } catch (ClosedChannelException closed) {
      return null;
    } catch (IOException tooLong) {
      ControlSocket.write(client, refusal(ExitCode.USAGE, tooLong.getMessage()));
      throw tooLong;
    }
  }

  /** Why who has connected is not answered; null if he is. */
  private String stranger(SocketChannel client) throws IOException {
    UserPrincipal who = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    boolean trusted = who.equals(owner) || who.getName().equals("root");
    return trusted
        ? null
        : "user " + who.getName() + " may not control the daemon of " + owner.getName();
  }

  private void answer(String line, SocketChannel client) throws IOException {
    try {
      handler.handle(TinyJson.object(line), out -> ControlSocket.write(client, out));
    } catch (Failure refused) {
      ControlSocket.write(client, refusal(refused.exitCode(), refused.getMessage()));
    } catch (IllegalArgumentException wrong) {
      ControlSocket.write(client, refusal(ExitCode.USAGE, String.valueOf(wrong.getMessage())));
    } catch (IllegalStateException trouble) {
      ControlSocket.write(client, refusal(ExitCode.FAILED, String.valueOf(trouble.getMessage())));
    }
  }

  private static StringBuilder refusal(int code, String message) {
    StringBuilder line = new StringBuilder();
    new Json(line).open('{').put("ok", false).put("code", code).put("message", message)
        .close('}');
    return line;
  }

  /** Where it listens. */
  Path path() {
    return path;
  }

  /** Ends the listening; who is being answered still gets the answer. */
  @Override
  public void close() {
    try {
      server.close();
      if (fileKey != null && fileKey.equals(attributes(path).fileKey())) {
        Files.delete(path);
      }
    } catch (IOException gone) {
      LOG.log(System.Logger.Level.DEBUG, "the control socket was gone", gone);
    }
  }
}
