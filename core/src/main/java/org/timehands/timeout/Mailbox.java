package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.timehands.mischief.Mischief;

/**
 * Messages "look at me" from any thread to a shard's owner: a stack, linked through the timeouts,
 * that is taken whole.
 *
 * <p>Taken whole, because then no timeout can come back below a push that is under way (no ABA).
 * After R. K. Treiber (1986).
 */
final class Mailbox {
  /*
   * field | read     | write         | guard
   * top   | volatile | CAS, exchange | none: pairs with the exchange in take()
   * TOP   | -        | -             | -
   */
  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(Mailbox.class, "top", SharedTimeout.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private volatile SharedTimeout top;

  /** Pushes one that lies in no mailbox; answers how many lie here now, modulo 2^16. */
  int push(SharedTimeout timeout) {
    SharedTimeout below;
    int depth;
    do {
      below = top;
      depth = below == null ? 1 : below.mailDepth + 1;
      timeout.nextMail = below;
      timeout.mailDepth = (char) depth;
      if (Mischief.ON) {
        Mischief.point("timeout.push");
      }
    } while (!TOP.compareAndSet(this, below, timeout));
    return depth;
  }

  boolean isEmpty() {
    return top == null;
  }

  /** Shows all that lie here to the owner; they stay. */
  void forEach(Consumer<SharedTimeout> viewer) {
    for (SharedTimeout each = top; each != null; each = each.nextMail) {
      viewer.accept(each);
    }
  }

  /** Takes all, first come first, linked by nextMail. */
  SharedTimeout take() {
    if (top == null) {
      return null;
    }
    if (Mischief.ON) {
      Mischief.point("timeout.take");
    }
    SharedTimeout from = (SharedTimeout) TOP.getAndSet(this, null);
    SharedTimeout turned = null;
    while (from != null) {
      SharedTimeout below = from.nextMail;
      from.nextMail = turned;
      turned = from;
      from = below;
    }
    return turned;
  }
}
