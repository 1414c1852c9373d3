package org.timehands.app;

import java.util.Optional;
import org.timehands.host.HostStatus;
import org.timehands.journal.JournalStatus;
import org.timehands.timekeeping.Snapshot;

/**
 * What the daemon knows of itself at one moment.
 *
 * @param session what it owns
 * @param snapshot all clocks
 * @param host what following the host's clock has come to
 * @param extensionsPerSecond horizon extensions since the status before
 * @param segments how many segments are kept
 * @param historyNanos how far back they reach
 * @param uptimeNanos since this process began to own the timeline
 * @param page where the page is, how it came to be ours, who may extend its horizon
 * @param trouble the last trouble in following; empty if there was none
 * @param journal what the journal has come to; empty if none is kept
 * @param offsets the host's offsets of the last minute or so, oldest first
 */
record RunStatus(
    Session session,
    Snapshot snapshot,
    HostStatus host,
    long extensionsPerSecond,
    long segments,
    long historyNanos,
    long uptimeNanos,
    String page,
    Optional<String> trouble,
    Optional<JournalStatus> journal,
    long[] offsets) {}
