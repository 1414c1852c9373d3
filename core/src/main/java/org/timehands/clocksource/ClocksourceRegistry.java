package org.timehands.clocksource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.timehands.clocksource.ClockSource.SuspendBehaviour;

/**
 * The clocksources that may drive time, and which of them does: rated, chosen for each purpose
 * apart, changed by name at run time, taken away again.
 *
 * <p>Modelled on Linux's {@code clocksource.c}: the highest rating wins; equal ratings keep the
 * order in which they came; a name that somebody sets wins over ratings; in one-shot mode, that is,
 * with timers finer than a tick, only a clocksource that is valid for them is chosen; one that is
 * found unstable is rated 0. Beyond Linux: every method may be called from any thread, from inside
 * a listener or a timer too (nothing is stopped, nobody is waited for); and when the last
 * high-resolution clocksource goes, time goes on by what is left, in the end by ticks, and comes
 * back when another is registered. Linux has no such way back.
 *
 * <p>The registry decides and tells; it changes no timeline. Whoever keeps one listens.
 */
/*
 * Order of events (N16, 2-02). Each change is made under the lock and its events are queued there.
 * After the lock is released one thread tells them, one after the other; who comes meanwhile leaves
 * his own to it:
 *
 *   thread A                         thread B, or A itself inside a listener
 *   register(x): queue [x]
 *   tells x ...                      unregister(x): queue [-x]; somebody is telling: returns
 *   tells -x
 *
 * So listeners hear of x before they hear of its end, none is called under the lock, and a listener
 * that calls back neither waits for itself nor is called twice at once.
 *
 *   field     | read       | write      | guard
 *   entries   | under lock | under lock | lock
 *   events    | under lock | under lock | lock
 *   telling   | under lock | under lock | lock
 *   listeners | any thread | any thread | itself
 */
public final class ClocksourceRegistry {
  private static final System.Logger LOG = System.getLogger(ClocksourceRegistry.class.getName());

  /** The longest name that can be asked for, as in Linux: {@value} characters. */
  public static final int MAX_NAME = 31;

  /** What a clocksource is chosen for. */
  public enum Purpose {
    /** What time is counted by. */
    TIMEKEEPING,
    /** What timers are measured by. */
    EVENTS,
    /** What tells how long the machine slept: only one that runs on meanwhile. */
    SUSPEND
  }

  /** What becomes of a request to give up the last high-resolution clocksource. */
  public enum WhenLast {
    /** Time goes on without high resolution. */
    FALL_BACK,
    /** It is refused, as Linux does. */
    REFUSE
  }

  /** What became of a name that was asked for. */
  public enum Outcome {
    /** It drives time now. */
    CHOSEN,
    /** Nothing is asked for any more; ratings decide. */
    CLEARED,
    /** No such clocksource yet; it will be chosen when it comes. */
    AWAITED,
    /** Not valid for high resolution, which is in use; it will be chosen when that ends. */
    DEFERRED,
    /** Unstable while high resolution is in use: the request is forgotten. */
    DROPPED
  }

  /** Looks at a clocksource before it is registered. */
  @FunctionalInterface
  public interface Probe {
    /** Believes what the candidate says of itself: it was examined when it was found. */
    Probe EXAMINED =
        candidate ->
            candidate.admitted() ? Optional.empty() : Optional.of(candidate.reason());

    /** Why it may not drive time; empty if it may. */
    Optional<String> refusal(Candidate candidate);
  }

  /**
   * A registered clocksource as things stand.
   *
   * @param candidate the clocksource
   * @param rating its rating; 0 while it is unstable
   * @param isUnstable whether it was found to lie
   * @param isHighResolution whether timers finer than a tick may stand on it
   * @param why why it is rated so
   * @param drives the purposes that it serves now
   */
  public record Entry(
      Candidate candidate, int rating, boolean isUnstable, boolean isHighResolution, String why,
      Set<Purpose> drives) {}

  /** A registered clocksource. */
  private static final class Item {
    private final Candidate candidate;
    private final Set<Purpose> purposes;
    private String trouble;

    Item(Candidate candidate, Set<Purpose> purposes) {
      this.candidate = candidate;
      this.purposes = purposes;
    }

    int rating() {
      return trouble == null ? candidate.source().rating() : 0;
    }

    boolean isHigh() {
      return trouble == null && candidate.source().validForHighResolution();
    }

    boolean serves(Purpose purpose) {
      return purposes.contains(purpose)
          && (purpose != Purpose.SUSPEND
              || candidate.source().suspend() == SuspendBehaviour.RUNS_ON);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Probe probe;
  private final WhenLast whenLast;
  private final Item tick;
  private final List<Item> entries = new ArrayList<>();
  private final Map<Purpose, Item> chosen = new EnumMap<>(Purpose.class);
  private final Map<Purpose, String> asked = new EnumMap<>(Purpose.class);
  private final Deque<Runnable> events = new ArrayDeque<>();
  private final List<ClocksourceListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Candidate> retired = new ArrayList<>();
  private boolean telling;
  private boolean booted;
  private boolean oneShot;
  private boolean high;

  /**
   * An empty registry. Nothing is chosen before {@link #finishBooting}, so that what is known at
   * the start is chosen from at once.
   *
   * @param probe looks at everything that is registered
   * @param whenLast what to do about the last high-resolution clocksource
   * @param tick what is left when nothing else is, never unregistered and not probed; null for none
   */
  public ClocksourceRegistry(Probe probe, WhenLast whenLast, Candidate tick) {
    this.probe = Objects.requireNonNull(probe, "probe");
    this.whenLast = Objects.requireNonNull(whenLast, "whenLast");
    this.tick = tick == null ? null : new Item(tick, EnumSet.allOf(Purpose.class));
    if (tick != null) {
      entries.add(this.tick);
    }
  }

  /** Begins to choose. */
  public void finishBooting() {
    change(
        () -> {
          booted = true;
          reselect("the best rating");
        });
  }

  /** Registers a clocksource for every purpose; see {@link #register(Candidate, Set)}. */
  public void register(Candidate candidate) throws ClocksourceRefusedException {
    register(candidate, EnumSet.allOf(Purpose.class));
  }

  /**
   * Registers a clocksource after looking at it, and chooses it where its rating says so.
   *
   * @param candidate the clocksource
   * @param purposes what it may serve
   * @throws ClocksourceRefusedException if the probe refuses it
   * @throws IllegalArgumentException if one of its name or id is registered already
   */
  public void register(Candidate candidate, Set<Purpose> purposes)
      throws ClocksourceRefusedException {
    checkName(candidate.name());
    // Outside the lock: it takes its time, and reads what may be slow.
    Optional<String> refusal =
        candidate.source() == null ? Optional.of(candidate.reason()) : probe.refusal(candidate);
    if (refusal.isPresent()) {
      throw new ClocksourceRefusedException(
          "clocksource " + candidate.name() + " is not registered: " + refusal.get());
    }
    Item item = new Item(candidate, EnumSet.copyOf(purposes));
    change(
        () -> {
          for (Item each : entries) {
            boolean same = each.candidate.source().id() == candidate.source().id();
            if (same || each.candidate.name().equals(candidate.name())) {
              throw new IllegalArgumentException(
                  "clocksource " + candidate.name() + " (id " + candidate.source().id()
                      + ") is registered already: unregister it, or give it another name and era");
            }
          }
          entries.add(item);
          tell(listener -> listener.registered(candidate));
          reselect("registered, rated " + item.rating());
        });
  }

  /**
   * Takes a clocksource away, also the present one: another is chosen first. It stays readable for
   * whoever holds it, and {@link #retired} finds it.
   *
   * @throws ClocksourceBusyException if nothing could take its place, or it is the last one for
   *     high resolution and those are not to be given up
   * @throws IllegalArgumentException if there is none of that name
   */
  public void unregister(String name) {
    change(
        () -> {
          Item item = require(name);
          if (item == tick) {
            throw new ClocksourceBusyException(
                "clocksource " + name + " is what is left when nothing else is: it stays");
          }
          checkReplaceable(item);
          entries.remove(item);
          retired.add(item.candidate);
          reselect(name + " was unregistered");
          tell(listener -> listener.unregistered(item.candidate));
        });
  }

  private void checkReplaceable(Item item) {
    boolean lastHigh = oneShot && item.isHigh() && !anyHigh(item);
    if (lastHigh && whenLast == WhenLast.REFUSE) {
      throw new ClocksourceBusyException(
          "clocksource " + item.candidate.name() + " is the last one for high resolution, which is"
              + " in use: register another first, or leave one-shot mode");
    }
    for (Purpose purpose : List.of(Purpose.TIMEKEEPING, Purpose.EVENTS)) {
      if (chosen.get(purpose) == item && best(purpose, item) == null) {
        throw new ClocksourceBusyException(
            "clocksource " + item.candidate.name() + " is the last one for " + purpose
                + ": register another first");
      }
    }
  }

  /** Asks for a clocksource by name for timekeeping; see {@link #override(Purpose, String)}. */
  public Outcome override(String name) {
    return override(Purpose.TIMEKEEPING, name);
  }

  /**
   * Asks for a clocksource by name, whatever the ratings; one that is not registered is awaited.
   *
   * @param purpose for what
   * @param name at most {@value #MAX_NAME} characters; empty to let ratings decide again
   */
  public Outcome override(Purpose purpose, String name) {
    checkLength(name);
    Outcome[] result = new Outcome[1];
    change(
        () -> {
          if (name.isEmpty()) {
            asked.remove(purpose);
          } else {
            asked.put(purpose, name);
          }
          reselect(name.isEmpty() ? "the best rating" : "asked for by name");
          result[0] = outcome(purpose, name);
        });
    return result[0];
  }

  private Outcome outcome(Purpose purpose, String name) {
    if (name.isEmpty()) {
      return Outcome.CLEARED;
    }
    if (!asked.containsKey(purpose)) {
      return Outcome.DROPPED;
    }
    Item item = find(name);
    if (item == null || !item.serves(purpose)) {
      return Outcome.AWAITED;
    }
    return chosen.get(purpose) == item ? Outcome.CHOSEN : Outcome.DEFERRED;
  }

  /**
   * Marks a clocksource as one that lies: rated 0, not valid for high resolution, and no more
   * chosen where there is another.
   *
   * @param why what was seen, in words
   * @return whether it was news
   */
  public boolean markUnstable(String name, String why) {
    boolean[] news = new boolean[1];
    change(
        () -> {
          Item item = require(name);
          news[0] = item.trouble == null && item != tick;
          if (news[0]) {
            item.trouble = why;
            tell(listener -> listener.unstable(item.candidate, why));
            reselect(name + " is unstable: " + why);
          }
        });
    return news[0];
  }

  /** Takes a mark back, after somebody has looked at it again. */
  public void markStable(String name) {
    change(
        () -> {
          Item item = require(name);
          item.trouble = null;
          reselect(name + " was examined again");
        });
  }

  /** Says whether timers finer than a tick are wanted. */
  public void setOneShot(boolean wanted) {
    change(
        () -> {
          oneShot = wanted;
          reselect(wanted ? "one-shot mode" : "tick mode");
        });
  }

  /** Whether timers finer than a tick are wanted and possible. */
  public boolean isHighResolution() {
    return locked(() -> high);
  }

  /** What serves a purpose now; empty if nothing does. */
  public Optional<Candidate> current(Purpose purpose) {
    return locked(() -> Optional.ofNullable(chosen.get(purpose)).map(item -> item.candidate));
  }

  /** Everything that is registered: the highest rating first, equal ones as they came. */
  public List<Entry> entries() {
    return locked(() -> ranked(false));
  }

  /** What can be asked for as things stand: in high resolution only what is valid for it. */
  public List<Entry> available() {
    return locked(() -> ranked(high));
  }

  /** A clocksource by name, if it is registered. */
  public Optional<Entry> entry(String name) {
    return entries().stream().filter(each -> each.candidate().name().equals(name)).findFirst();
  }

  /**
   * What a clocksource can be watched by: the best other one that is continuous and not known to
   * lie.
   */
  public Optional<Candidate> referenceFor(Candidate watched) {
    return entries().stream()
        .filter(each -> each.candidate().source().id() != watched.source().id())
        .filter(each -> !each.isUnstable())
        .filter(each -> Watchdog.isContinuous(each.candidate().source()))
        .map(Entry::candidate)
        .findFirst();
  }

  /** A clocksource that was unregistered, by its id: kept for ever, a few objects each. */
  public Optional<Candidate> retired(long id) {
    return locked(
        () -> retired.stream().filter(each -> each.source().id() == id).findFirst());
  }

  /** Adds somebody who is told from now on. */
  public void addListener(ClocksourceListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
  }

  /** Tells somebody no more; an event that is being told may still reach it. */
  public void removeListener(ClocksourceListener listener) {
    listeners.remove(listener);
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a clocksource needs a name of 1 to 31 characters");
    }
    checkLength(name);
  }

  private static void checkLength(String name) {
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "clocksource name of " + name.length() + " characters must not be longer than "
              + MAX_NAME);
    }
  }

  private Item require(String name) {
    Item item = find(name);
    if (item == null) {
      throw new IllegalArgumentException(
          "no clocksource '" + name + "' is registered; there are "
              + entries.stream().map(each -> each.candidate.name()).toList());
    }
    return item;
  }

  private Item find(String name) {
    for (Item each : entries) {
      if (each.candidate.name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  private boolean anyHigh(Item except) {
    return entries.stream()
        .anyMatch(each -> each != except && each.serves(Purpose.TIMEKEEPING) && each.isHigh());
  }

  /** The best for a purpose by rating; null if there is none. */
  private Item best(Purpose purpose, Item except) {
    boolean highOnly = purpose != Purpose.SUSPEND && oneShot && anyHigh(except);
    Item best = null;
    for (Item each : entries) {
      boolean fits = each != except && each.serves(purpose) && each.trouble == null;
      if (fits && (!highOnly || each.isHigh())
          && (best == null || each.rating() > best.rating())) {
        best = each;
      }
    }
    return best;
  }

  private Item wanted(Purpose purpose) {
    Item named = asked.containsKey(purpose) ? find(asked.get(purpose)) : null;
    if (named != null && named.serves(purpose)) {
      boolean unfit = purpose != Purpose.SUSPEND && high && !named.isHigh();
      if (!unfit) {
        return named;
      }
      if (named.trouble != null) {
        asked.remove(purpose);
      }
    }
    Item best = best(purpose, null);
    // When all that is left is known to lie, there is nothing better to change to.
    return best == null && entries.contains(chosen.get(purpose)) ? chosen.get(purpose) : best;
  }

  private void reselect(String why) {
    if (!booted) {
      return;
    }
    boolean possible = oneShot && anyHigh(null);
    if (possible != high) {
      high = possible;
      tell(listener -> listener.highResolution(possible, why));
    }
    for (Purpose purpose : Purpose.values()) {
      Item from = chosen.get(purpose);
      Item to = wanted(purpose);
      if (from != to) {
        chosen.put(purpose, to);
        Candidate last = from == null ? null : from.candidate;
        Candidate next = to == null ? null : to.candidate;
        tell(listener -> listener.selected(purpose, last, next, why));
      }
    }
  }

  private List<Entry> ranked(boolean highOnly) {
    List<Entry> found = new ArrayList<>();
    for (Item each : entries) {
      if (!highOnly || each.isHigh()) {
        found.add(entry(each));
      }
    }
    // Stable: equal ratings keep their order.
    found.sort((a, b) -> Integer.compare(b.rating(), a.rating()));
    return found;
  }

  private Entry entry(Item item) {
    Set<Purpose> drives = EnumSet.noneOf(Purpose.class);
    for (Purpose purpose : Purpose.values()) {
      if (chosen.get(purpose) == item) {
        drives.add(purpose);
      }
    }
    String why =
        item.trouble == null ? item.candidate.reason() : "unstable: " + item.trouble;
    return new Entry(
        item.candidate, item.rating(), item.trouble != null, item.isHigh(), why, drives);
  }

  private interface Event {
    void tell(ClocksourceListener listener);
  }

  /** Queues an event; under the lock. */
  private void tell(Event event) {
    events.add(() -> listeners.forEach(listener -> tellOne(event, listener)));
  }

  private static void tellOne(Event event, ClocksourceListener listener) {
    try {
      event.tell(listener);
    } catch (RuntimeException trouble) {
      LOG.log(
          System.Logger.Level.WARNING, "a listener to clocksources failed: " + trouble, trouble);
    }
  }

  private <T> T locked(java.util.function.Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable body) {
    lock.lock();
    try {
      body.run();
    } finally {
      lock.unlock();
    }
    deliver();
  }

  /** Tells what is queued, unless somebody is at it: he tells this too. */
  private void deliver() {
    for (boolean mine = false; ; mine = true) {
      Runnable next;
      lock.lock();
      try {
        if (telling && !mine) {
          return;
        }
        next = events.poll();
        telling = next != null;
      } finally {
        lock.unlock();
      }
      if (next == null) {
        return;
      }
      boolean told = false;
      try {
        next.run();
        told = true;
      } finally {
        if (!told) {
          locked(() -> telling = false);
        }
      }
    }
  }
}
