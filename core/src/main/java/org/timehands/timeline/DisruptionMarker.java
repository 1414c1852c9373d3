package org.timehands.timeline;

/**
 * A number that changes whenever the machine's counter may have been disrupted: the machine was
 * moved to another host, or restored from a snapshot.
 *
 * <p>A hypervisor tells it on its vmclock page. Thread-safe, never blocks, allocates nothing.
 */
@FunctionalInterface
public interface DisruptionMarker {
  /** Never changes: for machines where nobody tells. */
  DisruptionMarker NONE = () -> 0;

  /** The present number; the one told last if it is being changed just now. */
  long marker();
}
