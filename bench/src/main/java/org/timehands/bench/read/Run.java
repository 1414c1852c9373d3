package org.timehands.bench.read;

import java.util.List;
import java.util.Map;
import org.timehands.bench.stall.StallResult;

/**
 * All that one run found.
 *
 * @param machine facts about where
 * @param seed of the order of the rows
 * @param rows in the order of the table
 * @param results what they cost
 * @param stalls what the stall experiment found; empty if it was left out
 * @param seconds how long it took
 */
record Run(
    Map<String, String> machine,
    long seed,
    List<Row> rows,
    Results results,
    List<StallResult> stalls,
    long seconds) {}
