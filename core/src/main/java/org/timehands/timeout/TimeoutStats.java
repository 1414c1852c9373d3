package org.timehands.timeout;

/**
 * Counts of a {@link Timeouts} since it was made; each is right, all together are of no one moment.
 *
 * @param expired timeouts that ran
 * @param looks places that the wheels looked at, of timeouts cancelled or put off as well
 * @param messages messages that arming and cancelling sent to the wheels' owners
 * @param wakes how often an owner woke or was woken
 * @param slow callbacks that took as long as the options call slow, or longer
 * @param failed callbacks that threw, and those that the executor refused
 * @param hangs rounds that took longer than a tick
 * @param lateTicks ticks that stood too long on a coarse clock, which put deadlines off
 * @param places places taken on the wheels: what is armed, and what is kept though cancelled
 */
public record TimeoutStats(
    long expired,
    long looks,
    long messages,
    long wakes,
    long slow,
    long failed,
    long hangs,
    long lateTicks,
    long places) {
  TimeoutStats plus(TimeoutStats other) {
    return new TimeoutStats(
        expired + other.expired,
        looks + other.looks,
        messages + other.messages,
        wakes + other.wakes,
        slow + other.slow,
        failed + other.failed,
        hangs + other.hangs,
        lateTicks + other.lateTicks,
        places + other.places);
  }
}
