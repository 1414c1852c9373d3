/*
 * Part of timehands.h: converting old stamps, as History.java does it, step by step.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_HISTORY_H
#define TIMEHANDS_HISTORY_H

#include "line.h"

/* The first segment of the run on one counter that segment k belongs to. */
static inline int64_t th__run_start(const th_timeline *th, int64_t k, int64_t oldest) {
  int64_t changes = (int64_t)th__get(th__slot(th, (uint64_t)k) + TH__CS_CHANGED_SEQ);
  int64_t low = oldest, high = k;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if ((int64_t)th__get(th__slot(th, (uint64_t)middle) + TH__CS_CHANGED_SEQ) >= changes) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high;
}

/* The last segment of a run that starts at or before a cycle; from - 1 if there is none. */
static inline int64_t th__last_by(
    const th_timeline *th, uint64_t cycles, int64_t from, int64_t to) {
  int64_t low = from - 1, high = to;
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    if ((int64_t)(cycles - th__get(th__slot(th, (uint64_t)middle) + TH__START)) >= 0) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/* The segment that answers for a cycle: -1 if none is on this counter, -2 if it is older. */
static inline int64_t th__find(
    const th_timeline *th, uint64_t id, uint64_t cycles, uint64_t newest) {
  int64_t k = (int64_t)newest;
  int64_t depth = (int64_t)th->mask + 1;
  int64_t oldest = k > depth - 3 ? k - depth + 3 : 0;
  int seen = 0;
  while (k >= oldest) {
    int64_t first = th__run_start(th, k, oldest);
    if (th__get(th__slot(th, (uint64_t)k) + TH__CLOCKSOURCE) == id) {
      seen = 1;
      int64_t hit = th__last_by(th, cycles, first, k);
      if (hit >= first) {
        return hit;
      }
    }
    k = first - 1;
  }
  return seen ? -2 : -1;
}

/* Whether the counter told nothing after segment k: it was disrupted, and has a new era. */
static inline int th__ends_in_gap(const th_timeline *th, uint64_t k, uint64_t word) {
  const uint64_t *next = th__slot(th, k + 1);
  int gap = (word & 1) != 0 && (th__get(next + TH__FLAGS) & TH__FLAG_GAP) != 0;
  th__load_fence();
  return gap && th__get(next + TH__SEQ) == k + 1;
}

/*
 * What every clock read, or would have read, at a stamp: TH_EXACT, TH_PREDICTED or TH_UNMAPPABLE
 * with `into` filled, or TH_TOO_OLD or TH_WRONG_CLOCKSOURCE.
 */
static inline int th_convert(const th_timeline *th, th_stamp_t stamp, th_snapshot_t *into) {
  for (uint64_t tries = 0;; tries++) {
    uint64_t newest = th__newest(th);
    int64_t k = th__find(th, stamp.clocksource, stamp.cycles, newest);
    int found = k == -1 ? TH_WRONG_CLOCKSOURCE : TH_TOO_OLD;
    if (k >= 0) {
      const uint64_t *slot = th__slot(th, (uint64_t)k);
      uint64_t d = stamp.cycles - th__get(slot + TH__START);
      th__fill(slot, (uint64_t)k, d, 0, into);
      uint64_t word = th__acquire(th__horizon(th, (uint64_t)k));
      th__load_fence();
      if (th__get(slot + TH__SEQ) == (uint64_t)k && into->clocksource == stamp.clocksource
          && (int64_t)d >= 0) {
        found = into->gap ? TH_UNMAPPABLE : TH_EXACT;
        if (d >= th__promised(word)) {
          found = th__ends_in_gap(th, (uint64_t)k, word) ? TH_UNMAPPABLE : TH_PREDICTED;
        }
      }
    }
    /* Slots reused during the search may have misled it; an exact answer proves itself. */
    int proven = found == TH_EXACT || found == TH_UNMAPPABLE;
    if (proven || tries > th->mask || th__newest(th) == newest) {
      return found;
    }
  }
}

#endif
