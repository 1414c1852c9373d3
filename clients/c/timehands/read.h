/*
 * Part of timehands.h: reading, as Timeline.java does it, step by step.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_READ_H
#define TIMEHANDS_READ_H

#include <string.h>
#include "line.h"

/* What a slow read does next. TH__LAST + r: answer the last promised cycle, for reason r. */
enum {
  TH__ANSWER = 0,
  TH__FORWARD = 1,
  TH__BACKWARD = 2,
  TH__AGAIN = 3,
  TH__REUSED = 4,
  TH__FIRST = 5,
  TH__LAST = 64
};

/* What a check of the counter against the host's clocks says. */
enum { TH__CONFIRMED, TH__LOOK_AGAIN, TH__DOUBTED };

/* Disagreement that is never taken for a disturbance, and for each nanosecond besides: 100 ppm. */
#define TH__TOLERANCE_NANOS 2000000
#define TH__TOLERANCE_DIVISOR 10000

/* A shorter sleep is not seen: BOOTTIME and MONOTONIC are read one after the other. */
#define TH__SLEEP_MIN_NANOS 1000000

#define TH__BRACKET_TRIES 4

/*
 * Asks the host's clocks whether the counter is still what the segment says: after a gap longer
 * than an idle process explains, the machine may have slept or been moved. MONOTONIC_RAW tells a
 * counter that ran on, stopped or was reset; BOOTTIME - MONOTONIC tells a sleep. GapGuard.java does
 * the same, and repairs the line if it is the owner's. Up to four looks, since this thread may lose
 * its processor between the reads.
 */
static __attribute__((noinline, unused)) int th__confirm(
    const th_timeline *th, uint64_t k, uint64_t promised) {
  const uint64_t *slot = th__slot(th, k);
  int readable = 1;
  for (int tries = 0; tries < TH__BRACKET_TRIES; tries++) {
    uint64_t id = th__get(slot + TH__CLOCKSOURCE);
    uint64_t before = th__cycles(th, id, 1, &readable);
    uint64_t mono = th__host_nanos(CLOCK_MONOTONIC);
    uint64_t raw = th__host_nanos(CLOCK_MONOTONIC_RAW);
    uint64_t boot = th__host_nanos(CLOCK_BOOTTIME);
    uint64_t after = th__cycles(th, id, 1, &readable);
    uint64_t width = after - before;
    uint64_t since = before + width / 2 - th__get(slot + TH__START);
    if ((int64_t)(since - promised) < 0) {
      since = promised;
    }
    uint64_t ours = th__raw_nanos(slot, since);
    uint64_t half = (th__raw_nanos(slot, since + width) - ours) / 2;
    uint64_t age = ours - th__get(slot + TH__RAW_BASE);
    uint64_t off = raw - th__get(slot + TH__HOST_RAW_OFF) - ours;
    uint64_t slept = boot - mono - th__get(slot + TH__HOST_BOOT_OFF);
    uint64_t allowed = TH__TOLERANCE_NANOS + half + age / TH__TOLERANCE_DIVISOR;
    th__load_fence();
    if (th__get(slot + TH__SEQ) != k) {
      return TH__LOOK_AGAIN;
    }
    if ((int64_t)off < 0) {
      off = 0 - off;
    }
    if (readable && off <= allowed && (int64_t)slept < TH__SLEEP_MIN_NANOS) {
      return TH__CONFIRMED;
    }
  }
  return TH__DOUBTED;
}

static inline int th__extend(
    const th_timeline *th, uint64_t k, const uint64_t *slot, uint64_t word, uint64_t d, int tries) {
  uint64_t promised = word >> 1;
  if ((int64_t)(d - promised) > (int64_t)th__get(slot + TH__GAP)) {
    int verdict = th__confirm(th, k, promised);
    if (verdict != TH__CONFIRMED) {
      return verdict == TH__LOOK_AGAIN && tries < TH__MAX_TRIES
          ? TH__AGAIN
          : TH__LAST + TH_WHY_COUNTER_DISTURBED;
    }
  }
  if (!th->extending) {
    return TH__LAST + TH_WHY_PROMISE_RAN_OUT;
  }
  if (tries >= TH__MAX_TRIES) {
    return TH__LAST + TH_WHY_CONTENDED;
  }
  uint64_t further = (d + th__get(slot + TH__STEP)) << 1;
  uint64_t *horizon = th__horizon(th, k);
  if (!__atomic_compare_exchange_n(
          horizon, &word, further, 0, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)) {
    return TH__AGAIN;
  }
  /* A statistic for people: two who count at once may count one. */
  __atomic_store_n(horizon + 1, th__get(horizon + 1) + 1, __ATOMIC_RELAXED);
  return TH__ANSWER;
}

/* Decides, for an intact segment, what the read does next. */
static inline int th__move(
    const th_timeline *th, uint64_t k, uint64_t word, uint64_t d, int back, int hold, int tries) {
  uint64_t promised = word >> 1;
  int past = (int64_t)d >= (int64_t)promised;
  if (d < promised) {
    return TH__ANSWER;
  }
  if (back && past) {
    /* The successor, on another counter, has not begun: stand still at the end of this. */
    return TH__LAST;
  }
  if ((word & 1) && (hold || past)) {
    return TH__FORWARD;
  }
  if (hold) {
    return hold;
  }
  if ((int64_t)d < 0) {
    return k == 0 ? TH__FIRST : TH__BACKWARD;
  }
  return d == (uint64_t)INT64_MAX
      ? TH__LAST + TH_WHY_COUNTER_UNREADABLE
      : th__extend(th, k, th__slot(th, k), word, d, tries);
}

/*
 * Every read that the fast path does not answer: other counters, other segments, a horizon to
 * extend. The counter is sampled before the horizon is loaded: see Timeline.java for the
 * interleaving that the other order allows.
 */
static __attribute__((noinline, unused)) int64_t th__slow(
    const th_timeline *th, int clock, int ordered, th_snapshot_t *into) {
  uint64_t k = th__acquire(th->header + TH__H_HEAD);
  uint64_t id = 0, c = 0;
  int sampled = 0, readable = 0, back = 0, hold = 0, tries = 0;
  while (tries < TH__GIVE_UP) {
    const uint64_t *slot = th__slot(th, k);
    uint64_t wanted = th__get(slot + TH__CLOCKSOURCE);
    if (!sampled || wanted != id) {
      c = th__cycles(th, wanted, ordered, &readable);
      id = wanted;
      sampled = 1;
    }
    uint64_t start = th__get(slot + TH__START);
    uint64_t flags = th__get(slot + TH__FLAGS);
    uint64_t word = th__acquire(th__horizon(th, k));
    uint64_t promised = word >> 1;
    uint64_t d = readable ? th__widen(c - start, promised, flags) : (uint64_t)INT64_MAX;
    th__load_fence();
    int mine = th__get(slot + TH__SEQ) == k;
    int move = mine ? th__move(th, k, word, d, back, hold, tries) : TH__REUSED;
    if (move == TH__FORWARD || move == TH__BACKWARD) {
      back = move == TH__BACKWARD;
      k = back ? k - 1 : k + 1;
      continue;
    }
    tries++;
    if (move == TH__AGAIN) {
      continue;
    }
    if (mine) {
      uint64_t answered = move == TH__ANSWER ? d : move == TH__FIRST ? 0 : promised - 1;
      int why = move > TH__LAST ? move - TH__LAST
          : move == TH__FIRST ? TH_WHY_COUNTER_DISTURBED : 0;
      int64_t nanos = 0;
      if (into) {
        th__fill(slot, k, answered, why, into);
      } else {
        nanos = th__value(slot, answered, clock);
      }
      th__load_fence();
      if (th__get(slot + TH__SEQ) == k) {
        return nanos;
      }
    }
    /* The slot was reused while this thread slept, or the walk fell off the end of history. */
    hold = tries > TH__MAX_TRIES ? TH__LAST + TH_WHY_COUNTER_DISTURBED : 0;
    k = th__acquire(th->header + TH__H_HEAD);
    sampled = 0;
    back = 0;
  }
  return TH_NO_TIME;
}

static inline int64_t th__read(const th_timeline *th, int clock, int ordered) {
  uint64_t k = th__acquire(th->header + TH__H_HEAD);
  const uint64_t *slot = th__slot(th, k);
  if ((th__get(slot + TH__CLOCKSOURCE) & 0xFFFF) == TH__NATIVE_KIND) {
    uint64_t d = th__native(th, ordered) - th__get(slot + TH__START);
    uint64_t word = th__acquire(th__horizon(th, k));
    if (d < word >> 1) {
      int64_t nanos = th__value(slot, d, clock);
      th__load_fence();
      if (th__get(slot + TH__SEQ) == k) {
        return nanos;
      }
    }
  }
  return th__slow(th, clock, ordered, NULL);
}

/*
 * The time of a clock now, in nanoseconds. Whoever has seen, by whatever means, that another thread
 * or process read an instant, reads none that is earlier.
 */
static inline int64_t th_now(const th_timeline *th, int clock) {
  return th__read(th, clock, 1);
}

/*
 * As th_now, but the counter is sampled whenever the processor likes: for one thread's own stamps
 * and intervals, at about half the price.
 */
static inline int64_t th_now_relaxed(const th_timeline *th, int clock) {
  return th__read(th, clock, 0);
}

/* All clocks at the present cycle. Returns 0, or TH_E_DAMAGED with zeroes. */
static inline int th_snapshot(const th_timeline *th, th_snapshot_t *into) {
  uint64_t k = th__acquire(th->header + TH__H_HEAD);
  const uint64_t *slot = th__slot(th, k);
  if ((th__get(slot + TH__CLOCKSOURCE) & 0xFFFF) == TH__NATIVE_KIND) {
    uint64_t d = th__native(th, 1) - th__get(slot + TH__START);
    uint64_t word = th__acquire(th__horizon(th, k));
    if (d < word >> 1) {
      th__fill(slot, k, d, 0, into);
      th__load_fence();
      if (th__get(slot + TH__SEQ) == k) {
        return TH_OK;
      }
    }
  }
  if (th__slow(th, TH_MONOTONIC, 1, into) == TH_NO_TIME) {
    memset(into, 0, sizeof *into);
    return TH_E_DAMAGED;
  }
  return TH_OK;
}

/* One clock with its bound and its status. Returns 0 or TH_E_DAMAGED. */
static inline int th_read(const th_timeline *th, int clock, th_reading *into) {
  th_snapshot_t all;
  int error = th_snapshot(th, &all);
  into->value = clock == TH_REALTIME ? all.realtime
      : clock == TH_MONOTONIC_RAW ? all.raw
      : clock == TH_BOOTTIME ? all.boottime
      : clock == TH_TAI ? all.tai : all.monotonic;
  into->bound = clock == TH_REALTIME || clock == TH_TAI ? all.wall_error
      : clock == TH_MONOTONIC_RAW ? all.raw_error : all.error;
  into->status = all.status;
  into->reason = all.reason;
  into->held = all.held;
  into->cycles = all.cycles;
  into->clocksource = all.clocksource;
  return error;
}

/* The present cycle of the newest segment's counter: convert it later. 0 or TH_E_DAMAGED. */
static inline int th_stamp(const th_timeline *th, th_stamp_t *into) {
  for (int tries = 0; tries < TH__GIVE_UP; tries++) {
    uint64_t k = th__acquire(th->header + TH__H_HEAD);
    const uint64_t *slot = th__slot(th, k);
    uint64_t id = th__get(slot + TH__CLOCKSOURCE);
    uint64_t start = th__get(slot + TH__START);
    uint64_t flags = th__get(slot + TH__FLAGS);
    int readable;
    uint64_t c = th__cycles(th, id, 1, &readable);
    uint64_t promised = th__acquire(th__horizon(th, k)) >> 1;
    th__load_fence();
    if (th__get(slot + TH__SEQ) == k) {
      into->cycles = start + (readable ? th__widen(c - start, promised, flags) : promised);
      into->clocksource = id;
      return TH_OK;
    }
  }
  memset(into, 0, sizeof *into);
  return TH_E_DAMAGED;
}

#endif
