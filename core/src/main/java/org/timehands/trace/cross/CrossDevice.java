package org.timehands.trace.cross;

import java.io.IOException;

/**
 * A device that can be captured together with a counter: a network card's clock, a hypervisor's, an
 * audio codec's.
 *
 * <p>Implementations say what is true and no more: the moment of {@link Capture#deviceNanos} lies
 * between the two cycles, whatever else happened meanwhile.
 */
public interface CrossDevice {
  /** Name, for people. */
  String name();

  /**
   * Captures the device and a counter. May be called again, as often as the caller likes, to get a
   * narrower capture or one that was not disturbed; so it must leave nothing behind.
   *
   * @param into the holder to fill
   * @return false if this capture was disturbed (the device was just being set, say) and another
   *     should be tried
   * @throws IOException if the device cannot be captured at all
   */
  boolean capture(Capture into) throws IOException;
}
