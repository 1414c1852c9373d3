/*
 * Part of timehands.h: reading, as Timeline.java does it, step by step.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_READ_H
#define TIMEHANDS_READ_H

#include <string.h>
#include "line.h"

/*
 * How a slow read came to a segment, and what it does next. TH__FIRST + r and TH__LAST + r: answer
 * the segment's first or last promised cycle, for reason r; TH__LAST alone: stand still at the end
 * of a counter, which is an answer like any other.
 */
enum {
  TH__FORWARD = 0,
  TH__BACKWARD = 1,
  TH__NEXT_KEPT = 2,
  TH__BEGUN = 3,
  TH__ONWARD = TH__FORWARD,
  TH__BACK = TH__BACKWARD,
  TH__AGAIN = 3,
  TH__RESTART = 4,
  TH__ANSWER = 5,
  TH__FIRST = 64,
  TH__LAST = 128
};

/* No clock, but the cycle itself. */
#define TH__STAMP 1000

/* Stands for the cycles since the start where the counter cannot be read. */
#define TH__UNREADABLE ((uint64_t)INT64_MAX)

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
    /* A tick is shown until the next one. */
    uint64_t tick = th__get(slot + TH__RAW_SLOPE_INT);
    uint64_t allowed = TH__TOLERANCE_NANOS + tick + half + age / TH__TOLERANCE_DIVISOR;
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
    const th_timeline *th, uint64_t k, const uint64_t *slot, uint64_t word, uint64_t d, int lost) {
  uint64_t promised = th__promised(word);
  if ((int64_t)(d - promised) > (int64_t)th__get(slot + TH__GAP)) {
    int verdict = th__confirm(th, k, promised);
    if (verdict != TH__CONFIRMED) {
      return verdict == TH__LOOK_AGAIN && lost < TH__MAX_TRIES
          ? TH__AGAIN
          : TH__LAST + TH_WHY_COUNTER_DISTURBED;
    }
  }
  if (!th->extending) {
    return TH__LAST + TH_WHY_PROMISE_RAN_OUT;
  }
  if (lost >= TH__MAX_TRIES) {
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

/*
 * Promises again on a frozen horizon. The counter was sampled after the horizon was seen frozen, so
 * nobody has answered a later cycle. Who may not write answers its own cycle at last, unpromised;
 * who cannot read the counter has none, and answers the segment's first.
 */
static inline int th__thaw(
    const th_timeline *th, uint64_t k, const uint64_t *slot, uint64_t word, uint64_t d,
    int restarts) {
  if (restarts < TH__MAX_FROZEN && (!th->extending || d == TH__UNREADABLE)) {
    return TH__RESTART;
  }
  if (d == TH__UNREADABLE) {
    return TH__FIRST + TH_WHY_COUNTER_UNREADABLE;
  }
  if (!th->extending) {
    return TH__ANSWER;
  }
  uint64_t further = (d + th__get(slot + TH__STEP)) << 1;
  return __atomic_compare_exchange_n(
          th__horizon(th, k), &word, further, 0, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)
      ? TH__ANSWER : TH__RESTART;
}

/*
 * Decides about a cycle before the segment. Up to a few GAP it is a segment that begins at what was
 * promised ahead, and its predecessors answer. More than that nobody promises: the counter went
 * back, and a walk into the past would answer times long gone.
 */
static inline int th__before(
    uint64_t k, const uint64_t *slot, uint64_t word, uint64_t d, int way, int clock) {
  if (way == TH__NEXT_KEPT) {
    return TH__FIRST + TH_WHY_OVERRUN;
  }
  if (way != TH__BACK && clock != TH__STAMP
      && (int64_t)((0 - d) / TH__FURTHEST_GAPS) > (int64_t)th__get(slot + TH__GAP)) {
    return word & 1 ? TH__RESTART : TH__LAST + TH_WHY_COUNTER_DISTURBED;
  }
  return k == 0 ? TH__FIRST + TH_WHY_COUNTER_DISTURBED : TH__BACKWARD;
}

/* Decides, for an intact segment, what the read does next. */
static inline int th__move(
    const th_timeline *th, uint64_t k, uint64_t word, uint64_t d, int way, int lost, int restarts,
    int clock) {
  const uint64_t *slot = th__slot(th, k);
  if (d < th__promised(word)) {
    return TH__ANSWER;
  }
  if ((int64_t)d < 0) {
    return th__before(k, slot, word, d, way, clock);
  }
  if (th__is_frozen(word) && clock != TH__STAMP) {
    return th__thaw(th, k, slot, word, d, restarts);
  }
  if (way == TH__BACK) {
    /* The successor, on another counter, has not begun: stand still at the end of this. */
    return TH__LAST;
  }
  if (word & 1) {
    if (th__acquire(th__slot(th, k + 1) + TH__SEQ) == k + 1) {
      return TH__FORWARD;
    }
    return restarts < TH__MAX_TRIES ? TH__RESTART : TH__LAST + TH_WHY_PAGE_DAMAGED;
  }
  if (clock == TH__STAMP) {
    return TH__ANSWER;
  }
  return d == TH__UNREADABLE ? TH__LAST + TH_WHY_COUNTER_UNREADABLE
      : th__extend(th, k, slot, word, d, lost);
}

/* Gives an answer, which counts only if the slot is still the segment's afterwards. */
static inline int64_t th__answer(
    int clock, const uint64_t *slot, uint64_t k, uint64_t answered, uint64_t d, int move,
    th_snapshot_t *into) {
  if (!into) {
    return th__value(slot, answered, clock);
  }
  if (clock == TH__STAMP) {
    into->cycles = th__get(slot + TH__START) + (d == TH__UNREADABLE ? answered : d);
    into->clocksource = th__get(slot + TH__CLOCKSOURCE);
    return 0;
  }
  int held = move >= TH__FIRST && move != TH__LAST;
  th__fill(slot, k, answered, held ? move & (TH__FIRST - 1) : 0, into);
  if (answered != d) {
    int unknown = d == TH__UNREADABLE || move == TH__LAST + TH_WHY_COUNTER_DISTURBED;
    uint64_t away = (int64_t)(d - answered) < 0 ? answered - d : d - answered;
    th__late(slot, answered, unknown ? (uint64_t)INT64_MAX : away, into);
  }
  return 0;
}

/*
 * Every read that the fast path does not answer: other counters, other segments, a horizon to
 * extend. Walks forward to the newest segment, samples its counter, and from there back, or forward
 * again, to the segment that answers. The counter is sampled before the horizon is loaded: see
 * Timeline.java for the interleaving that the other order allows.
 */
static __attribute__((noinline, unused)) int64_t th__slow(
    const th_timeline *th, int clock, int ordered, th_snapshot_t *into) {
  uint64_t newest = th__newest(th);
  uint64_t seen = th__acquire(th__horizon(th, newest));
  uint64_t k = newest, id = 0, c = 0, frozen = 0;
  int way = TH__BEGUN, readable = 0, lost = 0, restarts = 0;
  for (;;) {
    const uint64_t *slot = th__slot(th, k);
    uint64_t wanted = th__get(slot + TH__CLOCKSOURCE);
    if (way == TH__BEGUN || wanted != id) {
      c = th__cycles(th, wanted, ordered, &readable);
      id = wanted;
      way = way == TH__BEGUN ? TH__ONWARD : way;
    }
    uint64_t start = th__get(slot + TH__START);
    uint64_t flags = th__get(slot + TH__FLAGS);
    uint64_t word = th__acquire(th__horizon(th, k));
    if (th__is_frozen(word) && word != frozen) {
      frozen = word;
      way = TH__BEGUN;
      continue;
    }
    uint64_t d = readable ? th__widen(c - start, th__promised(word), flags) : TH__UNREADABLE;
    c = readable ? start + d : c;
    /* A narrow count holds only if its horizon stayed as it was: see Timeline.isSteady. */
    int certain = (flags & 0x7F) == 64
        || (!(seen & 1) && th__acquire(th__horizon(th, newest)) == seen);
    th__load_fence();
    int mine = th__get(slot + TH__SEQ) == k;
    int move = !mine ? (way == TH__BACK ? TH__NEXT_KEPT : TH__RESTART)
        : certain ? th__move(th, k, word, d, way, lost, restarts, clock) : TH__RESTART;
    if (move <= TH__NEXT_KEPT) {
      k = move == TH__BACKWARD ? k - 1 : k + 1;
      way = move;
      continue;
    }
    if (move == TH__AGAIN) {
      lost++;
      continue;
    }
    if (move != TH__RESTART) {
      uint64_t answered = move < TH__FIRST ? d : move < TH__LAST ? 0 : th__promised(word) - 1;
      int64_t nanos = th__answer(clock, slot, k, answered, d, move, into);
      th__load_fence();
      if (th__get(slot + TH__SEQ) == k) {
        return nanos;
      }
    }
    if (++restarts > TH__GIVE_UP) {
      return TH_NO_TIME;
    }
    newest = th__newest(th);
    seen = th__acquire(th__horizon(th, newest));
    k = newest;
    way = TH__BEGUN;
  }
}

static inline int64_t th__read(const th_timeline *th, int clock, int ordered) {
  uint64_t k = th__acquire(th->header + TH__H_HEAD);
  const uint64_t *slot = th__slot(th, k);
  if ((th__get(slot + TH__CLOCKSOURCE) & 0xFFFF) == TH__NATIVE_KIND) {
    uint64_t d = th__native(th, ordered) - th__get(slot + TH__START);
    uint64_t word = th__acquire(th__horizon(th, k));
    if (d < th__promised(word)) {
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
    if (d < th__promised(word)) {
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
  th_snapshot_t all;
  if (th__slow(th, TH__STAMP, 1, &all) == TH_NO_TIME) {
    memset(into, 0, sizeof *into);
    return TH_E_DAMAGED;
  }
  into->cycles = all.cycles;
  into->clocksource = all.clocksource;
  return TH_OK;
}

#endif
