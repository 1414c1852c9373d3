package org.timehands.stress.interleave;

import java.util.function.Supplier;
import org.timehands.fixed.Fixed;

/** Says what a constant of core is in its own world. */
public final class Probe implements Supplier<Long> {
  @Override
  public Long get() {
    try {
      // By name: the compiler would copy the constant into this class.
      return (Long) Fixed.class.getField("PPT").get(null);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
