package org.timehands.bench.timeout.subject;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Jetty's {@link CyclicTimeouts}, as its connections use them: one timer for a set of entities,
 * which are walked through when the earliest is due. An entity that is put off keeps its place in
 * the set, and stores its new time.
 */
final class Jetty extends Subject {
  private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();
  private final Set<Entity> entities = ConcurrentHashMap.newKeySet();
  private final CyclicTimeouts<Entity> timeouts;
  private Entity[] kept;

  /** What has a timeout. */
  private static final class Entity implements CyclicTimeouts.Expirable {
    private final Runnable task;
    private volatile long expireNanoTime;

    Entity(Runnable task) {
      this.task = task;
    }

    @Override
    public long getExpireNanoTime() {
      return expireNanoTime;
    }
  }

  /** The set's timer. */
  private static final class All extends CyclicTimeouts<Entity> {
    private final Set<Entity> entities;

    All(ScheduledExecutorScheduler scheduler, Set<Entity> entities) {
      super(scheduler);
      this.entities = entities;
    }

    @Override
    protected Iterator<Entity> iterator() {
      return entities.iterator();
    }

    @Override
    protected boolean onExpired(Entity entity) {
      entity.task.run();
      return true;
    }
  }

  Jetty() {
    try {
      scheduler.start();
    } catch (Exception refused) {
      throw new IllegalStateException("Jetty's scheduler does not start", refused);
    }
    timeouts = new All(scheduler, entities);
  }

  @Override
  public void prepare(int places) {
    kept = new Entity[places];
    for (int i = 0; i < places; i++) {
      kept[i] = new Entity(() -> {});
    }
  }

  @Override
  public void arm(int place, int more) {
    Entity entity = kept[place];
    entity.expireNanoTime = System.nanoTime() + delayNanos(more);
    entities.add(entity);
    timeouts.schedule(entity);
  }

  @Override
  public boolean cancel(int place) {
    return entities.remove(kept[place]);
  }

  @Override
  public void cancelAndArm(int place, int more) {
    entities.remove(kept[place]);
    arm(place, more);
  }

  @Override
  public void putOff(int place, int more) {
    Entity entity = kept[place];
    entity.expireNanoTime = System.nanoTime() + delayNanos(more);
    timeouts.schedule(entity);
  }

  @Override
  public boolean putsOff() {
    return true;
  }

  @Override
  public void run(long delayNanos, Runnable task) {
    Entity entity = new Entity(task);
    entity.expireNanoTime = System.nanoTime() + delayNanos;
    entities.add(entity);
    timeouts.schedule(entity);
  }

  @Override
  public void close() {
    timeouts.destroy();
    try {
      scheduler.stop();
    } catch (Exception refused) {
      throw new IllegalStateException("Jetty's scheduler does not stop", refused);
    }
  }
}
