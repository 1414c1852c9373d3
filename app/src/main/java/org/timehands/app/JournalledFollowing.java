package org.timehands.app;

import java.util.Optional;
import org.timehands.host.HostClocksources;
import org.timehands.host.HostStatus;
import org.timehands.host.JournalFeed;
import org.timehands.host.SampleListener;
import org.timehands.journal.JournalStatus;

/**
 * Following the host's clock with a journal beside it.
 *
 * @param plain the following itself
 * @param feed keeps the journal
 */
record JournalledFollowing(Following plain, JournalFeed feed) implements Following {
  @Override
  public HostStatus status() {
    return plain.status();
  }

  @Override
  public Optional<String> trouble() {
    return plain.trouble().or(feed::trouble);
  }

  @Override
  public String beginning() {
    return plain.beginning();
  }

  @Override
  public Optional<HostClocksources> clocksources() {
    return plain.clocksources();
  }

  @Override
  public void tellSamples(SampleListener listener) {
    plain.tellSamples(listener);
  }

  @Override
  public Optional<JournalStatus> journal() {
    return Optional.of(feed.status());
  }
}
