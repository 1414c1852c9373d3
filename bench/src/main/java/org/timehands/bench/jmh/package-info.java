/**
 * The benchmarks themselves, for JMH. {@code ./timehands bench read} runs them interleaved; {@code
 * ./timehands bench jmh} hands any of them to JMH's own command line.
 */
package org.timehands.bench.jmh;
