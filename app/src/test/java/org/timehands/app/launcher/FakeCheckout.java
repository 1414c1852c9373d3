package org.timehands.app.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A checkout with the real launcher and everything around it faked: JDKs that print their own path,
 * a Maven that counts its calls, an apt that makes directories, and a PATH without anything else.
 */
final class FakeCheckout {
  /** What the launcher may count on: POSIX tools, coreutils, findutils, and flock. */
  private static final String[] TOOLS = {
    "sh", "cat", "chmod", "cp", "cut", "env", "find", "flock", "grep", "head", "id", "ls", "mkdir",
    "mv", "readlink", "rm", "sed", "sha256sum", "sleep", "sort", "tail", "touch", "tr", "xargs"
  };

  private static final String[] MODULES = {"core", "sim", "app", "stress", "bench"};

  private static final long TIMEOUT_SECONDS = 120;

  final Path base;
  final Path checkout;
  final Path tools;
  final Path jvmRoot;
  final Path elsewhere;
  final Map<String, String> environment = new TreeMap<>();
  private final Map<Process, Path> outputs = new HashMap<>();

  /** What a run printed and how it ended. */
  record Run(int code, String out, String err) {
    Run {
      assert out != null && err != null;
    }
  }

  private FakeCheckout(Path base) {
    this.base = base;
    this.checkout = base.resolve("check out"); // a blank in the path must not matter
    this.tools = base.resolve("tools");
    this.jvmRoot = base.resolve("jvm");
    this.elsewhere = base.resolve("elsewhere");
  }

  /** A checkout without any JDK, Maven or apt; {@code launcher} is the script's text. */
  static FakeCheckout bare(Path base, String launcher) throws IOException {
    FakeCheckout fake = new FakeCheckout(base);
    for (Path each : List.of(fake.checkout, fake.tools, fake.jvmRoot, fake.elsewhere)) {
      Files.createDirectories(each);
    }
    for (String tool : TOOLS) {
      script(fake.tools.resolve(tool), "#!/bin/sh\nexec " + findTool(tool) + " \"$@\"\n");
    }
    script(fake.checkout.resolve("timehands"), launcher);
    Files.writeString(fake.checkout.resolve("pom.xml"), "<project/>");
    for (String module : MODULES) {
      fake.write(module + "/pom.xml", "<project/>");
      fake.write(module + "/src/main/java/X.java", "class X {}");
    }
    fake.environment.put("PATH", fake.tools.toString());
    fake.environment.put("TIMEHANDS_JVM_ROOT", fake.jvmRoot.toString());
    fake.environment.put("HOME", fake.elsewhere.toString());
    fake.environment.put("TMPDIR", fake.elsewhere.toString());
    return fake;
  }

  /** A checkout where everything is found: JDK 25 below the JVM root, Maven on PATH. */
  static FakeCheckout complete(Path base, String launcher) throws IOException {
    FakeCheckout fake = bare(base, launcher);
    fake.jdk(fake.jvmRoot.resolve("jdk-25"), "25.0.3");
    fake.maven(fake.tools.resolve("mvn"));
    return fake;
  }

  /** The launcher of this repository, as text. */
  static String launcher() throws IOException {
    return Files.readString(repository().resolve("timehands"));
  }

  /** The root of this repository: the nearest directory upwards that holds the launcher. */
  static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(here.resolve("timehands"))) {
      here = here.getParent();
      if (here == null) {
        throw new IllegalStateException("no ./timehands upwards of here: run in a checkout");
      }
    }
    return here;
  }

  /** Puts a JDK there whose java prints where it is and what it was given. */
  Path jdk(Path home, String version) throws IOException {
    jdkWithoutRelease(home, version);
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  /** As {@link #jdk}, but only its javac knows the version. */
  Path jdkWithoutRelease(Path home, String version) throws IOException {
    script(
        home.resolve("bin/java"),
        "#!/bin/sh\necho \"RAN $0\"\nfor a in \"$@\"; do echo \"[$a]\"; done\n"
            + "exit ${FAKE_EXIT:-0}\n");
    script(home.resolve("bin/javac"), "#!/bin/sh\necho \"javac " + version + "\"\n");
    return home;
  }

  /**
   * Puts a Maven there that notes each call in {@code maven.log} and makes the jars. It fails while
   * {@code maven-fails} exists, and waits while {@code maven-waits} does.
   */
  void maven(Path file) throws IOException {
    script(
        file,
        """
        #!/bin/sh
        echo "$JAVA_HOME $*" >>'%1$s/maven.log'
        echo $$ >'%1$s/maven.pid'
        [ -e '%1$s/maven-fails' ] && { echo "[ERROR] planted failure"; exit 1; }
        while [ -e '%1$s/maven-waits' ]; do sleep 0.02; done
        root=${3%%/pom.xml}
        for m in core sim app stress bench; do
          mkdir -p "$root/$m/target/launch/lib"
          echo jar >"$root/$m/target/launch/timehands-$m.jar"
          echo jar >"$root/$m/target/launch/lib/lib-of-$m.jar"
        done
        """
            .formatted(base));
  }

  /** Puts an apt there that offers one package; installing it runs {@code install} (shell text). */
  void apt(String offered, String install) throws IOException {
    script(
        tools.resolve("apt-cache"),
        "#!/bin/sh\necho \"$2:\"\n[ \"$2\" = " + offered + " ] && c=1.0 || c='(none)'\n"
            + "echo \"  Installed: (none)\"\necho \"  Candidate: $c\"\n");
    script(
        tools.resolve("apt-get"),
        "#!/bin/sh\necho \"$*\" >>'" + base + "/apt.log'\n[ \"$1\" = install ] || exit 0\n"
            + install + "\n");
  }

  /** Makes {@code id -u} print this. */
  void userId(int uid) throws IOException {
    Files.delete(tools.resolve("id"));
    script(tools.resolve("id"), "#!/bin/sh\necho " + uid + "\n");
  }

  void write(String name, String text) throws IOException {
    Path file = checkout.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The lines Maven's fake noted, one a call. */
  List<String> mavenCalls() throws IOException {
    Path log = base.resolve("maven.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  List<String> aptCalls() throws IOException {
    Path log = base.resolve("apt.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /** Everything that was written where nothing may be written. */
  List<Path> strayFiles() throws IOException {
    try (Stream<Path> all = Files.walk(elsewhere)) {
      return all.filter(each -> !each.equals(elsewhere)).toList();
    }
  }

  Run run(String... arguments) throws IOException, InterruptedException {
    return runAs(checkout.resolve("timehands"), elsewhere, arguments);
  }

  /** Starts the launcher under the given name in the given directory and waits for its end. */
  Run runAs(Path name, Path directory, String... arguments)
      throws IOException, InterruptedException {
    return await(start(name, directory, arguments));
  }

  Process start(Path name, Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(name.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path out = Files.createTempFile(base, "run", ".out");
    Path err = Path.of(out + ".err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    outputs.put(process, out);
    return process;
  }

  /** What the process has printed to its standard error so far. */
  String errorsOf(Process process) throws IOException {
    return Files.readString(Path.of(outputs.get(process) + ".err"));
  }

  Run await(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the launcher hung for " + TIMEOUT_SECONDS + " s");
    }
    Path out = outputs.remove(process);
    return new Run(
        process.exitValue(), Files.readString(out), Files.readString(Path.of(out + ".err")));
  }

  static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  static Path findTool(String tool) {
    for (String directory : System.getenv("PATH").split(":")) {
      Path file = Path.of(directory, tool);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IllegalStateException("this machine has no " + tool + " on PATH: install it");
  }
}
