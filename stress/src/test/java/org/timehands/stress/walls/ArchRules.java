package org.timehands.stress.walls;

import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The walls of the house, as rules about the class files of core. */
final class ArchRules {
  private static final String ROOT = "org.timehands.";

  /** The rooms of core and the floor each stands on; arrows go to a smaller number only. */
  static final Map<String, Integer> LEVELS =
      Map.ofEntries(
          Map.entry("mischief", 0),
          Map.entry("rate", -1),
          Map.entry("fixed", 0),
          Map.entry("linux", 0),
          Map.entry("stability", 0),
          Map.entry("clocksource", 1),
          Map.entry("timeline", 2),
          Map.entry("clockevent", 2),
          Map.entry("discipline", 2),
          Map.entry("timekeeping", 3),
          Map.entry("tick", 3),
          Map.entry("waits", 3),
          Map.entry("page", 3),
          Map.entry("journal", 3),
          Map.entry("observe", 3),
          Map.entry("host", 4),
          Map.entry("trace", 4),
          Map.entry("posix", 5),
          Map.entry("timer", 4),
          Map.entry("timeout", 4));

  /** Rooms that no user sees. */
  static final List<String> INSIDE = List.of("fixed", "linux", "mischief", "waits");

  private static final Set<String> JDK_MODULES =
      Set.of("java.base", "jdk.jfr", "java.management");

  /** Members that look at classes by name, or past their access. */
  private static final Set<String> REFLECTION =
      Set.of(
          "java.lang.Class.forName",
          "java.lang.Class.newInstance",
          "java.lang.Class.getMethod",
          "java.lang.Class.getMethods",
          "java.lang.Class.getDeclaredMethod",
          "java.lang.Class.getDeclaredMethods",
          "java.lang.Class.getField",
          "java.lang.Class.getFields",
          "java.lang.Class.getDeclaredField",
          "java.lang.Class.getDeclaredFields",
          "java.lang.Class.getConstructor",
          "java.lang.Class.getDeclaredConstructor",
          "java.lang.Class.getRecordComponents",
          "java.lang.ClassLoader.loadClass",
          "java.lang.invoke.MethodHandles.privateLookupIn");

  private ArchRules() {}

  /** Rooms know only rooms below them; linux alone may know its neighbour mischief. */
  static List<Violation> levels(ClassUses use) {
    List<Violation> found = new ArrayList<>();
    String here = room(use.name());
    if (here == null) {
      return found;
    }
    if (!LEVELS.containsKey(here)) {
      found.add(at(use, "package " + here + " has no level: give it one in ArchRules.LEVELS"));
      return found;
    }
    Set<String> used = new TreeSet<>();
    use.classes().stream().map(ArchRules::room).filter(r -> r != null).forEach(used::add);
    used.remove(here);
    for (String there : used) {
      boolean hook = here.equals("linux") && there.equals("mischief");
      int below = LEVELS.getOrDefault(there, Integer.MAX_VALUE);
      if (below >= LEVELS.get(here) && !hook) {
        found.add(
            at(
                use,
                here + " (level " + LEVELS.get(here) + ") uses " + there + " (level " + below
                    + "): arrows go to a smaller number only; move the code or pass an interface"));
      }
    }
    return found;
  }

  /** Foreign functions and memory stand in one room. */
  static List<Violation> foreign(ClassUses use) {
    List<Violation> found = new ArrayList<>();
    if (!use.packageName().equals(ROOT + "linux")) {
      for (String each : use.classes()) {
        if (ClassUses.packageOf(each).equals("java.lang.foreign")) {
          found.add(at(use, "uses " + each + ": call org.timehands.linux, the only room for it"));
        }
      }
    }
    return found;
  }

  /** Core does not look into classes: what it calls, javac has seen. */
  static List<Violation> reflection(ClassUses use) {
    List<Violation> found = new ArrayList<>();
    for (String each : use.classes()) {
      if (ClassUses.packageOf(each).equals("java.lang.reflect")) {
        found.add(at(use, "uses " + each + ": no reflection, name the class or pass a lambda"));
      }
    }
    for (String each : use.members()) {
      if (REFLECTION.contains(each)) {
        found.add(at(use, "calls " + each + ": no reflection, name the class"));
      }
    }
    return found;
  }

  /** Core stands on the JDK's base alone. */
  static List<Violation> dependencies(ClassUses use) {
    List<Violation> found = new ArrayList<>();
    for (String each : use.classes()) {
      String packageName = ClassUses.packageOf(each);
      if (!each.startsWith(ROOT)) {
        String module = moduleOf(packageName);
        if (!JDK_MODULES.contains(module)) {
          found.add(
              at(use, "uses " + each + " of " + module + ": core depends on java.base alone"));
        }
      }
    }
    return found;
  }

  /** The module descriptor promises the same to users. */
  static List<Violation> requires(ModuleDescriptor module) {
    List<Violation> found = new ArrayList<>();
    for (ModuleDescriptor.Requires each : module.requires()) {
      if (!JDK_MODULES.contains(each.name())) {
        String message = "requires " + each.name() + ": core depends on java.base alone";
        found.add(new Violation(module.name(), 1, message));
      }
    }
    return found;
  }

  /** What is inside stays there; nothing is opened to reflection. */
  static List<Violation> exports(ModuleDescriptor module) {
    List<Violation> found = new ArrayList<>();
    for (ModuleDescriptor.Exports each : module.exports()) {
      String room = room(each.source() + ".package-info");
      if (room != null && INSIDE.contains(room)) {
        String message = "exports " + each.source() + ": it is ours to change, and has slopes";
        found.add(new Violation(module.name(), 1, message));
      }
    }
    return found;
  }

  /** The bans of {@link Ban}, where no import can hide a call. */
  static List<Violation> bannedCalls(ClassUses use) {
    List<Violation> found = new ArrayList<>();
    for (Ban ban : Ban.ALL) {
      boolean room = Ban.TIME_ROOMS.contains(use.packageName());
      boolean exempt = room && ban.reach() == Ban.Reach.TIME;
      // A constructor's arguments are not looked at here: the source rule does that.
      boolean constructor = ban.method().equals("<init>");
      if (!exempt && !constructor && use.members().contains(ban.owner() + "." + ban.method())) {
        found.add(at(use, ban.message()));
      }
    }
    return found;
  }

  private static String moduleOf(String packageName) {
    for (Module module : ModuleLayer.boot().modules()) {
      if (module.getPackages().contains(packageName)) {
        return module.getName();
      }
    }
    return "no module of the JDK";
  }

  /** The room a class of ours stands in, or null for a class of others. */
  private static String room(String className) {
    String packageName = ClassUses.packageOf(className);
    if (!packageName.startsWith(ROOT)) {
      return null;
    }
    String room = packageName.substring(ROOT.length());
    int dot = room.indexOf('.');
    return dot < 0 ? room : room.substring(0, dot);
  }

  private static Violation at(ClassUses use, String message) {
    return new Violation(use.name(), 1, message);
  }
}
