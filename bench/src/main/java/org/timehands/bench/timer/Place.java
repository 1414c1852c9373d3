package org.timehands.bench.timer;

/**
 * Where a figure stands.
 *
 * @param group the table
 * @param row whose figure
 * @param column what it is, with its unit
 */
record Place(String group, String row, String column) {}
