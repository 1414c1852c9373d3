package org.timehands.stress.walls;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one class file mentions: every class, and every member of a class, in its constant pool.
 * Annotations and generic signatures count; strings do not.
 *
 * @param name the class itself, with dots
 * @param classes every class it mentions, with dots
 * @param members every method or field it uses, as {@code owner.name}
 */
record ClassUses(String name, Set<String> classes, Set<String> members) {
  /** A class inside a descriptor or a signature. */
  private static final Pattern INSIDE = Pattern.compile("L([\\w$]+(?:/[\\w$]+)+)[;<]");

  String packageName() {
    return packageOf(name);
  }

  static String packageOf(String className) {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? "" : className.substring(0, dot);
  }

  static ClassUses of(byte[] bytes) {
    ClassModel model = ClassFile.of().parse(bytes);
    Set<String> classes = new TreeSet<>();
    Set<String> members = new TreeSet<>();
    Set<String> strings = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof StringEntry string) {
        strings.add(string.stringValue());
      }
    }
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry each -> addClass(each.asInternalName(), classes);
        case MemberRefEntry each -> {
          String owner = each.owner().asInternalName().replace('/', '.');
          members.add(owner + "." + each.name().stringValue());
        }
        case NameAndTypeEntry each -> addDescriptor(each.type().stringValue(), classes);
        // Descriptors of our own members, and signatures, are plain text in the pool.
        case Utf8Entry each when !strings.contains(each.stringValue()) ->
            addDescriptor(each.stringValue(), classes);
        default -> { }
      }
    }
    String name = model.thisClass().asInternalName().replace('/', '.');
    classes.remove(name);
    return new ClassUses(name, classes, members);
  }

  private static void addClass(String internalName, Set<String> classes) {
    if (internalName.startsWith("[")) {
      addDescriptor(internalName, classes);
    } else {
      classes.add(internalName.replace('/', '.'));
    }
  }

  private static void addDescriptor(String text, Set<String> classes) {
    Matcher matcher = INSIDE.matcher(text);
    int from = 0;
    while (matcher.find(from)) {
      classes.add(matcher.group(1).replace('/', '.'));
      from = matcher.end() - 1; // a signature's argument may begin where the class ended
    }
  }

  /** All classes of the jar or directory from which the given class was loaded. */
  static List<ClassUses> beside(Class<?> member) throws IOException {
    Path path = place(member);
    if (Files.isDirectory(path)) {
      return below(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path, Map.of())) {
      return below(jar.getPath("/"));
    }
  }

  /** The jar or directory from which the class was loaded. */
  static Path place(Class<?> member) throws IOException {
    try {
      return Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("cannot tell where " + member + " was loaded from", e);
    }
  }

  private static List<ClassUses> below(Path root) throws IOException {
    List<ClassUses> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        all.add(of(Files.readAllBytes(file)));
      }
    }
    return all;
  }
}
