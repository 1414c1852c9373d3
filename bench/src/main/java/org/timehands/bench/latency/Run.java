package org.timehands.bench.latency;

import java.util.List;
import java.util.Map;

/**
 * A run that is over.
 *
 * @param facts machine and setting by name, in the order in which to print them
 * @param rounds what was measured
 * @param targets what is promised about it; empty if ours ran alone
 * @param notes what people should know
 * @param seconds how long it took
 */
record Run(
    Map<String, String> facts,
    Rounds rounds,
    List<Target> targets,
    List<String> notes,
    long seconds) {}
