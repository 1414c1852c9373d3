/**
 * Timers: what runs at a time. Precise, never early, each held against its own clock.
 *
 * <p>Start with {@link org.timehands.timer.Timers}.
 *
 * <p><b>Threads and pauses.</b> Each shard has a platform thread, which waits in the kernel and
 * outside Java: no safepoint waits for it, however long it waits. It is stopped by one as every
 * thread is: what is due in a stop-the-world pause runs right after it, late by what was left of
 * it. Whoever cannot have that needs a collector with shorter pauses; an expiry itself allocates
 * nothing. The thread has the least timer slack that Linux gives, and a real-time priority
 * (SCHED_FIFO) if {@link org.timehands.timer.TimerOptions#withFifoPriority} asks for one and the
 * system permits it; if not, that is logged, and timers run without.
 */
package org.timehands.timer;
