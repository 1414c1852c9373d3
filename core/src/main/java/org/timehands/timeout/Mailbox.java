package org.timehands.timeout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.timehands.mischief.Mischief;

/**
 * Messages "look at me" from any thread to a shard's owner: a stack, linked through the timeouts,
 * that is taken whole, and then read one by one: what is unread when something fails is read later.
 *
 * <p>Taken whole, because then no timeout can come back below a push that is under way (no ABA).
 * After R. K. Treiber (1986).
 */
final class Mailbox {
  /*
   * field  | read     | write         | guard
   * top    | volatile | CAS, exchange | none: pairs with the exchange in take()
   * unread | owner    | owner         | none
   * TOP    | -        | -             | -
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
  /** The owner's: what was taken, first come first. */
  private SharedTimeout unread;

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

  /** Whether nothing is unread, to the owner. */
  boolean isEmpty() {
    return top == null && unread == null;
  }

  /**
   * Takes all, behind what is unread: {@link #next} reads them, first come first.
   *
   * @return how many those are
   */
  int take() {
    int count = 0;
    SharedTimeout last = null;
    for (SharedTimeout each = unread; each != null; each = each.nextMail) {
      last = each;
      count++;
    }
    if (top == null) {
      return count;
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
      count++;
    }
    if (last == null) {
      unread = turned;
    } else {
      last.nextMail = turned;
    }
    return count;
  }

  /** The next of those that were taken, which lies here no more; null if there is none. */
  SharedTimeout next() {
    SharedTimeout next = unread;
    if (next != null) {
      unread = next.nextMail;
      next.nextMail = null;
      next.unmarkMailed();
    }
    return next;
  }
}
