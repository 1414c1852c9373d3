package org.timehands.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.timehands.linux.VmClockPage;
import org.timehands.timeline.DisruptionMarker;

/**
 * The disruption marker of this machine's hypervisor, if it gives one.
 *
 * <pre>
 * field | read     | write    | guard
 * last  | volatile | volatile | none: any of the last ones will do
 * </pre>
 */
final class VmClockMarker implements DisruptionMarker {
  /** Name of the system property that names another file than the device. */
  static final String PROPERTY = "timehands.vmclock";

  private static final System.Logger LOG = System.getLogger(VmClockMarker.class.getName());

  private final VmClockPage page;
  private volatile long last;

  private VmClockMarker(VmClockPage page) {
    this.page = page;
    this.last = page.marker(0);
  }

  /** The marker of this machine, which stays open; {@link DisruptionMarker#NONE} without one. */
  static DisruptionMarker ofThisMachine() {
    String property = System.getProperty(PROPERTY);
    Path file = property == null ? VmClockPage.DEVICE : Path.of(property);
    if (property == null && !Files.exists(file)) {
      return NONE;
    }
    try {
      return new VmClockMarker(VmClockPage.open(file));
    } catch (IOException | UnsupportedOperationException refused) {
      LOG.log(
          System.Logger.Level.WARNING,
          "migrations are noticed late: the hypervisor''s page is not read: {0}",
          refused.getMessage());
      return NONE;
    }
  }

  @Override
  public long marker() {
    long now = page.marker(last);
    last = now;
    return now;
  }
}
