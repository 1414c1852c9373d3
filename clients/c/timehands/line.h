/*
 * Part of timehands.h: the line of a segment in 64.64 fixed point, exact modulo 2^64 ns.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_LINE_H
#define TIMEHANDS_LINE_H

#include "page.h"

__extension__ typedef unsigned __int128 th__u128;

/* floor(fraction + cycles * slope), the slope being whole + frac / 2^64 ns per cycle. */
static inline uint64_t th__whole_nanos(
    uint64_t cycles, uint64_t slope_whole, uint64_t slope_frac, uint64_t fraction) {
  th__u128 product = (th__u128)cycles * slope_frac + fraction;
  return (uint64_t)(product >> 64) + cycles * slope_whole;
}

static inline uint64_t th__line_nanos(const uint64_t *slot, uint64_t d) {
  return th__whole_nanos(
      d, th__get(slot + TH__SLOPE_INT), th__get(slot + TH__SLOPE_FRAC),
      th__get(slot + TH__MONO_FRAC));
}

static inline uint64_t th__raw_nanos(const uint64_t *slot, uint64_t d) {
  return th__get(slot + TH__RAW_BASE)
      + th__whole_nanos(
          d, th__get(slot + TH__RAW_SLOPE_INT), th__get(slot + TH__RAW_SLOPE_FRAC),
          th__get(slot + TH__RAW_FRAC));
}

/* What a leap second inside the segment adds to REALTIME at this instant of MONOTONIC. */
static inline uint64_t th__leap(const uint64_t *slot, uint64_t mono) {
  if ((int64_t)mono < (int64_t)th__get(slot + TH__LEAP_AT)) {
    return 0;
  }
  uint64_t sign = (th__get(slot + TH__FLAGS) >> 8) & 3;
  return sign == 1 ? UINT64_C(0) - UINT64_C(1000000000) : sign == 2 ? UINT64_C(1000000000) : 0;
}

static inline int64_t th__value(const uint64_t *slot, uint64_t d, int clock) {
  if (clock == TH_MONOTONIC_RAW) {
    return (int64_t)th__raw_nanos(slot, d);
  }
  uint64_t mono = th__get(slot + TH__MONO_BASE) + th__line_nanos(slot, d);
  switch (clock) {
    case TH_REALTIME:
      return (int64_t)(mono + th__get(slot + TH__OFF_REAL) + th__leap(slot, mono));
    case TH_BOOTTIME:
      return (int64_t)(mono + th__get(slot + TH__OFF_BOOT));
    case TH_TAI:
      return (int64_t)(mono + th__get(slot + TH__OFF_TAI));
    default:
      return (int64_t)mono;
  }
}

/* nanos * rate / 2^64, rounded up: how a bound grows. */
static inline uint64_t th__growth(uint64_t nanos, uint64_t rate) {
  th__u128 product = (th__u128)nanos * rate;
  return (uint64_t)(product >> 64) + ((uint64_t)product != 0);
}

static inline uint64_t th__add_bound(uint64_t a, uint64_t b) {
  uint64_t sum = a + b;
  return (int64_t)sum < 0 ? (uint64_t)INT64_MAX : sum;
}

/* Widens a count of a narrow counter to the one nearest to the horizon. */
static inline uint64_t th__widen(uint64_t d, uint64_t promised, uint64_t flags) {
  unsigned shift = (64u - (unsigned)(flags & 0x7F)) & 63u;
  return promised + (uint64_t)((int64_t)((d - promised) << shift) >> shift);
}

static inline void th__fill_status(
    const uint64_t *slot, uint64_t d, int held_reason, th_snapshot_t *into) {
  into->held = held_reason != 0;
  if (held_reason) {
    into->status = TH_STALE;
    into->reason = held_reason;
    return;
  }
  uint64_t word = th__get(slot + TH__STATUS);
  uint32_t code = (uint32_t)word;
  uint32_t reason = (uint32_t)(word >> 32);
  int published = code <= TH_STALE ? (int)code : TH_STALE;
  int best = (int64_t)d >= (int64_t)th__get(slot + TH__FREERUN_AFTER) ? TH_FREERUNNING
      : (int64_t)d >= (int64_t)th__get(slot + TH__HOLDOVER_AFTER) ? TH_HOLDOVER
      : TH_SYNCHRONIZED;
  into->status = published > best ? published : best;
  if (into->status == published) {
    into->reason = reason <= TH_WHY_OVERRUN ? (int)reason : TH_WHY_NO_REFERENCE;
  } else {
    into->reason =
        into->status == TH_FREERUNNING ? TH_WHY_REFERENCE_LOST : TH_WHY_REFERENCE_SILENT;
  }
}

/* A bound from its value at the segment's start; late is what lies between answer and present. */
static inline int64_t th__bound(
    uint64_t at_start, uint64_t elapsed, uint64_t late, uint64_t rate) {
  if (late == (uint64_t)INT64_MAX) {
    return TH_NO_BOUND;
  }
  uint64_t grown = th__add_bound(at_start, th__growth(elapsed + late, rate));
  return (int64_t)th__add_bound(grown, late);
}

/* Fills a snapshot's bounds; late is what lies between the answer and the present, in ns. */
static inline void th__fill_bounds(
    const uint64_t *slot, uint64_t elapsed, uint64_t late, th_snapshot_t *into) {
  into->late = (int64_t)late;
  into->error = th__bound(
      th__get(slot + TH__ERR), elapsed, late, th__get(slot + TH__ERR_RATE));
  into->wall_error =
      (int64_t)th__add_bound((uint64_t)into->error, th__get(slot + TH__REF_ERR));
  into->raw_error = th__bound(
      th__get(slot + TH__RAW_ERR), elapsed, late, th__get(slot + TH__RAW_RATE));
}

/*
 * Says that a snapshot is of another cycle than the present one, so many away (INT64_MAX: nobody
 * knows): its bounds grow by what lies between.
 */
static inline void th__late(
    const uint64_t *slot, uint64_t answered, uint64_t cycles, th_snapshot_t *into) {
  uint64_t nanos = th__whole_nanos(
      cycles, th__get(slot + TH__RAW_SLOPE_INT), th__get(slot + TH__RAW_SLOPE_FRAC), 0);
  uint64_t late = cycles == (uint64_t)INT64_MAX || (int64_t)nanos < 0 ? (uint64_t)INT64_MAX
      : nanos + 1;
  th__fill_bounds(slot, th__line_nanos(slot, answered), late, into);
}

/* Fills a snapshot from a slot, without the check that the slot is still the segment's. */
static inline void th__fill(
    const uint64_t *slot, uint64_t k, uint64_t d, int held_reason, th_snapshot_t *into) {
  uint64_t elapsed = th__line_nanos(slot, d);
  uint64_t mono = th__get(slot + TH__MONO_BASE) + elapsed;
  into->sequence = k;
  into->cycles = th__get(slot + TH__START) + d;
  into->clocksource = th__get(slot + TH__CLOCKSOURCE);
  into->monotonic = (int64_t)mono;
  into->realtime = (int64_t)(mono + th__get(slot + TH__OFF_REAL) + th__leap(slot, mono));
  into->boottime = (int64_t)(mono + th__get(slot + TH__OFF_BOOT));
  into->tai = (int64_t)(mono + th__get(slot + TH__OFF_TAI));
  into->raw = (int64_t)th__raw_nanos(slot, d);
  th__fill_bounds(slot, elapsed, 0, into);
  into->clock_was_set_seq = th__get(slot + TH__CLOCK_WAS_SET_SEQ);
  into->clocksource_changed_seq = th__get(slot + TH__CS_CHANGED_SEQ);
  into->gap = (th__get(slot + TH__FLAGS) & TH__FLAG_GAP) != 0;
  th__fill_status(slot, d, held_reason, into);
}

#endif
