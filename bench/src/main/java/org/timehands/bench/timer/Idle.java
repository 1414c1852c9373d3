package org.timehands.bench.timer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** How often a peer's threads wake while its one timer is an hour ahead. */
final class Idle {
  static final String GROUP = "idle, one timer an hour ahead";
  static final String WAKES = "wake-ups/min";

  private static final Path TASKS = Path.of("/proc/self/task");
  private static final String SWITCHES = "voluntary_ctxt_switches:";
  private static final List<String> NAMES = List.of("timehands-timer", "pool-", "ForkJoinPool");
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final long SETTLE_MILLIS = 2_000;

  private final Size size;
  private final Wire wire;

  Idle(Size size, Wire wire) {
    this.size = size;
    this.wire = wire;
  }

  void measure() throws IOException, InterruptedException {
    Map<Peer, Set<String>> threads = new LinkedHashMap<>();
    for (String name :
        new String[] {Peers.TIMERS, Peers.EXECUTOR, Peers.THREAD_POOL, Peers.FORK_JOIN}) {
      Set<String> before = tasks();
      Peer peer = Peers.start(name);
      peer.prepare(1, index -> {});
      peer.armOnce(0, HOUR_NANOS);
      Thread.sleep(200);
      Set<String> own = tasks();
      own.removeAll(before);
      threads.put(peer, own);
    }
    Thread.sleep(SETTLE_MILLIS);
    Map<Peer, Long> first = new LinkedHashMap<>();
    for (Map.Entry<Peer, Set<String>> each : threads.entrySet()) {
      first.put(each.getKey(), switches(each.getValue()));
    }
    wire.progress("idle for " + size.idleSeconds() + " s");
    Thread.sleep(size.idleSeconds() * 1000L);
    for (Map.Entry<Peer, Set<String>> each : threads.entrySet()) {
      Peer peer = each.getKey();
      long wakes = switches(each.getValue()) - first.get(peer);
      wire.value(new Place(GROUP, peer.name(), "threads"), 0, each.getValue().size());
      wire.value(new Place(GROUP, peer.name(), WAKES), 0, wakes * 60.0 / size.idleSeconds());
    }
    threads.keySet().forEach(Peer::close);
  }

  /** The threads of this process that somebody's pool or timers have started. */
  private static Set<String> tasks() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> all = Files.list(TASKS)) {
      for (Path each : all.toList()) {
        String name = read(each.resolve("comm"));
        if (NAMES.stream().anyMatch(name::startsWith)) {
          found.add(each.getFileName().toString());
        }
      }
    }
    return found;
  }

  private static long switches(Set<String> tasks) throws IOException {
    long sum = 0;
    for (String each : tasks) {
      sum +=
          read(TASKS.resolve(each).resolve("status"))
              .lines()
              .filter(line -> line.startsWith(SWITCHES))
              .mapToLong(line -> Long.parseLong(line.substring(SWITCHES.length()).strip()))
              .sum();
    }
    return sum;
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException ended) {
      return "";
    }
  }
}
