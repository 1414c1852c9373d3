package org.timehands.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.app.text.Json;
import org.timehands.app.text.TinyJson;

/** The control socket: whose it is, how much it takes, and what it says to nonsense. */
class ControlServerTest {
  @TempDir private Path directory;
  private Path socket;

  private static final ControlServer.Handler ECHO =
      (request, answers) -> {
        if (request.get("command").equals("fail")) {
          throw new Failure(7, "failed, as planted");
        }
        StringBuilder line = new StringBuilder();
        new Json(line).open('{').put("ok", true).put("name", (String) request.get("name"))
            .close('}');
        answers.send(line);
      };

  @BeforeEach
  void place() {
    socket = directory.resolve("control");
  }

  private Map<String, Object> ask(String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ControlSocket.write(channel, line);
      return TinyJson.object(
          new ControlSocket.Lines(channel, ControlSocket.ANSWER_BYTES).next());
    }
  }

  private void refused(int code, String words, String line) throws IOException {
    Map<String, Object> answer = ask(line);
    assertEquals(false, answer.get("ok"), answer.toString());
    assertEquals((long) code, answer.get("code"), answer.toString());
    assertTrue(String.valueOf(answer.get("message")).contains(words), answer.toString());
  }

  @Test
  void answersAndRefuses() throws IOException {
    try (ControlServer server = ControlServer.open(directory, ECHO)) {
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
      assertEquals("tsc", ask("{\"command\":\"set\",\"name\":\"tsc\"}").get("name"));
      refused(7, "as planted", "{\"command\":\"fail\"}");
      refused(ExitCode.USAGE, "no object", "[1]");
      refused(ExitCode.USAGE, "expected", "{\"command\"}");
      refused(ExitCode.USAGE, "unexpected end", "{");
      refused(ExitCode.USAGE, "unexpected end", "");
      refused(ExitCode.USAGE, "nested deeper", "{\"a\":" + "[".repeat(1_000));
      refused(ExitCode.USAGE, "longer than 4096 bytes", "x".repeat(5_000));
      assertEquals("a", ask("{\"command\":\"set\",\"name\":\"a\"}").get("name"), "still there");
      assertEquals(socket, server.path());
    }
    assertFalse(Files.exists(socket));
    assertEquals(Optional.empty(), ControlClient.connect(directory));
  }

  @Test
  void aClientTalksToIt() throws IOException {
    try (ControlServer server = ControlServer.open(directory, ECHO);
        ControlClient client = ControlClient.connect(directory).orElseThrow()) {
      client.send("set", Optional.of("one \"two\" \u2603"));
      assertEquals("one \"two\" \u2603", TinyJson.object(client.receive()).get("name"));
      client.send("fail", Optional.empty());
      Failure failure = assertThrows(Failure.class, client::receive);
      assertEquals(7, failure.exitCode());
      assertEquals(socket, server.path());
    }
  }

  @Test
  void onlySoManyAreAnsweredAtOnce() throws IOException {
    List<SocketChannel> held = new ArrayList<>();
    try (ControlServer server = ControlServer.open(directory, ECHO)) {
      for (int i = 0; i < ControlServer.CONNECTIONS; i++) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        ControlSocket.write(channel, "{\"command\":\"set\",\"name\":\"a\"}");
        new ControlSocket.Lines(channel, 1_000).next();
        held.add(channel);
      }
      try (SocketChannel late = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        late.connect(UnixDomainSocketAddress.of(socket));
        assertTrue(new ControlSocket.Lines(late, 1_000).next().contains("busy"));
      }
      assertEquals(socket, server.path());
    } finally {
      for (SocketChannel each : held) {
        each.close();
      }
    }
  }

  @Test
  void aStaleSocketIsReplacedAndAFileIsNot() throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket));
    assertEquals(Optional.empty(), ControlClient.connect(directory), "nobody listens");
    ControlServer.open(directory, ECHO).close();
    Files.writeString(socket, "no socket");
    IOException taken =
        assertThrows(IOException.class, () -> ControlServer.open(directory, ECHO));
    assertTrue(taken.getMessage().contains("is no socket of"), taken.getMessage());
    assertEquals("no socket", Files.readString(socket));
  }

  @Test
  void aPathThatIsTooLongIsRefused() throws IOException {
    Path deep = Files.createDirectories(directory.resolve("d".repeat(110)));
    IOException refused = assertThrows(IOException.class, () -> ControlServer.open(deep, ECHO));
    assertTrue(refused.getMessage().contains("at most 107"), refused.getMessage());
    Failure failure = assertThrows(Failure.class, () -> ControlClient.connect(deep));
    assertEquals(ExitCode.USAGE, failure.exitCode());
  }
}
