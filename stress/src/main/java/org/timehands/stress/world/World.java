package org.timehands.stress.world;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A second copy of all our classes in this JVM, with mischief on, the processor's counter
 * simulated, and any source edits applied. Whatever is not edited is the byte code of production.
 */
public final class World {
  private static final String OURS = "org.timehands.";
  private static final String KEPT = "org.timehands.stress.world.";
  private static final String MISCHIEF = "timehands.mischief";

  private static final String COUNTER =
      """
      package org.timehands.linux;
      public final class Counter {
        public static volatile java.util.function.LongSupplier simulated;
        private Counter() {}
        public static boolean available() { return true; }
        public static String whyNot() { return ""; }
        public static long readOrdered() { return simulated.getAsLong(); }
        public static long readRelaxed() { return simulated.getAsLong(); }
        public static long readFenced() { return simulated.getAsLong(); }
        public static String orderedInstructions() { return "simulated"; }
        public static long statedFrequencyHz() { return 0; }
      }
      """;

  private final Loader loader;

  private World(Map<String, byte[]> replaced) {
    this.loader = new Loader(replaced);
  }

  /**
   * A world.
   *
   * @param edits changes to core's sources; none for production as it is
   * @throws IllegalStateException if an edit does not fit its source, or does not compile
   */
  public static World with(List<SourceEdit> edits) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (SourceEdit edit : edits) {
      String className = className(edit.file());
      String source = texts.computeIfAbsent(className, name -> source(edit.file()));
      texts.put(className, edit.applyTo(source));
    }
    texts.put("org.timehands.linux.Counter", COUNTER);
    return new World(InMemoryCompiler.compile(texts));
  }

  private static String className(String file) {
    return OURS + file.substring(0, file.length() - ".java".length()).replace('/', '.');
  }

  private static String source(String file) {
    Path path = coreSources().resolve(file);
    try {
      return Files.readString(path);
    } catch (IOException missing) {
      throw new UncheckedIOException("mutant is out of date: no source " + path, missing);
    }
  }

  /** Where core's sources stand, seen from a module's directory or the checkout's. */
  private static Path coreSources() {
    Path here = Path.of("").toAbsolutePath();
    for (Path at = here; at != null; at = at.getParent()) {
      Path sources = at.resolve("core/src/main/java/org/timehands");
      if (Files.isDirectory(sources)) {
        return sources;
      }
    }
    throw new IllegalStateException(
        "no core/src/main/java above " + here + ": run the tests inside the checkout");
  }

  /**
   * Creates an object of a class of this world by its constructor without arguments.
   *
   * @param className the class
   * @param type a type of the JDK that it implements
   */
  public <T> T create(String className, Class<T> type) {
    synchronized (World.class) {
      return createWithMischief(className, type);
    }
  }

  /** The switch is a system property, which is looked at once, when Mischief is loaded. */
  private <T> T createWithMischief(String className, Class<T> type) {
    String before = System.getProperty(MISCHIEF);
    System.setProperty(MISCHIEF, "");
    try {
      Class.forName("org.timehands.mischief.Mischief", true, loader);
      // Each reader looks at the processor's counter once, also where nothing is on it.
      LongSupplier standing = () -> 0;
      loader.loadClass("org.timehands.linux.Counter").getField("simulated").set(null, standing);
      return type.cast(loader.loadClass(className).getConstructor().newInstance());
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalStateException(className, wrong);
    } finally {
      if (before == null) {
        System.clearProperty(MISCHIEF);
      } else {
        System.setProperty(MISCHIEF, before);
      }
    }
  }

  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> replaced;

    Loader(Map<String, byte[]> replaced) {
      super(World.class.getClassLoader());
      this.replaced = new HashMap<>(replaced);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(OURS) || name.startsWith(KEPT)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      byte[] bytes = replaced.get(name);
      if (bytes == null) {
        try (InputStream in =
            getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
          if (in == null) {
            throw new ClassNotFoundException(name);
          }
          bytes = in.readAllBytes();
        } catch (IOException unreadable) {
          throw new ClassNotFoundException(name, unreadable);
        }
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
