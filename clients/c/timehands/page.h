/*
 * Part of timehands.h: the page's layout, its words, and the counters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_PAGE_H
#define TIMEHANDS_PAGE_H

#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include "types.h"

enum {
  TH__HEADER_BYTES = 4096,
  TH__SLOT_WORDS = 32,
  TH__HORIZON_WORDS = 8,
  TH__MAX_SLOTS = 1 << 20,

  TH__H_MAGIC = 0,
  TH__H_VERSION = 1,
  TH__H_TOTAL_BYTES = 2,
  TH__H_SLOTS = 3,
  TH__H_SLOT_BYTES = 4,
  TH__H_SLOTS_OFFSET = 5,
  TH__H_HORIZON_OFFSET = 6,
  TH__H_HORIZON_STRIDE = 7,
  TH__H_BOOT_ID_HIGH = 8,
  TH__H_BOOT_ID_LOW = 9,
  TH__H_TIME_NAMESPACE = 10,
  TH__H_TIMELINE_ID = 11,
  TH__H_HEAD = 16,
  TH__H_OWNER_EPOCH = 24,
  TH__H_OWNER_PID = 25,
  TH__H_STATE = 28,

  TH__SEQ = 0,
  TH__START = 1,
  TH__MONO_BASE = 2,
  TH__MONO_FRAC = 3,
  TH__SLOPE_FRAC = 4,
  TH__SLOPE_INT = 5,
  TH__CLOCKSOURCE = 6,
  TH__FLAGS = 7,
  TH__OFF_REAL = 8,
  TH__LEAP_AT = 9,
  TH__OFF_BOOT = 10,
  TH__OFF_TAI = 11,
  TH__RAW_BASE = 12,
  TH__RAW_FRAC = 13,
  TH__RAW_SLOPE_FRAC = 14,
  TH__RAW_SLOPE_INT = 15,
  TH__ERR = 16,
  TH__ERR_RATE = 17,
  TH__REF_ERR = 18,
  TH__RAW_ERR = 20,
  TH__RAW_RATE = 21,
  TH__HOLDOVER_AFTER = 22,
  TH__FREERUN_AFTER = 23,
  TH__STATUS = 24,
  TH__STEP = 25,
  TH__GAP = 26,
  TH__CLOCK_WAS_SET_SEQ = 27,
  TH__CS_CHANGED_SEQ = 28,
  TH__HOST_MONO_OFF = 29,
  TH__HOST_RAW_OFF = 30,
  TH__HOST_BOOT_OFF = 31,

  TH__KIND_TSC = 1,
  TH__KIND_MONOTONIC_RAW = 2,
  TH__KIND_NANO_TIME = 3,
  TH__KIND_CNTVCT = 4,
  TH__KIND_TICK = 5, /* of CLOCK_MONOTONIC, 250 a second */
  TH__TICK_NANOS = 4000000,

  TH__STATE_READY = 1,
  TH__STATE_SUPERSEDED = 2
};

#define TH__MAGIC UINT64_C(0x53444E48454D4954)
#define TH__VERSION 1
#define TH__FLAG_GAP (UINT64_C(1) << 10)

/* Three lost compare-and-sets, then the last promised time is answered. */
#define TH__MAX_TRIES 3

/* The ring wraps under one read at most a few times: more is a damaged page. */
#define TH__GIVE_UP 1000

/* How often a reader that may not write looks at a frozen horizon before it answers anyhow. */
#define TH__MAX_FROZEN 900

/* A segment further ahead of the counter than this times GAP was promised by nobody. */
#define TH__FURTHEST_GAPS 8

#if defined(__x86_64__)
#define TH__NATIVE_KIND TH__KIND_TSC
#elif defined(__aarch64__)
#define TH__NATIVE_KIND TH__KIND_CNTVCT
#else
#define TH__NATIVE_KIND 0xFFFFF /* none */
#endif

/*
 * Access modes. What Java calls a plain access is a relaxed atomic one here: the words of a slot
 * are rewritten when the ring comes round, and the sequence number tells.
 *
 *   word     | here                      | owner                      | pairs
 *   head     | acquire                   | release, after the seal    | a hint: may be old
 *   seq      | relaxed, after a fence    | -1 ... release k           | slot reuse
 *   others   | relaxed                   | plain, between the two     | under seq
 *   horizon  | acquire; CAS to extend    | CAS to seal                | the seal publishes k+1
 */
static inline uint64_t th__get(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t th__acquire(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void th__load_fence(void) {
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
}

static inline const uint64_t *th__slot(const th_timeline *th, uint64_t k) {
  return th->slots + (k & th->mask) * TH__SLOT_WORDS;
}

static inline uint64_t *th__horizon(const th_timeline *th, uint64_t k) {
  return th->horizons + (k & th->mask) * TH__HORIZON_WORDS;
}

/* Whether a horizon promises nothing, because an absurd promise is being taken back. */
static inline int th__is_frozen(uint64_t word) {
  return (int64_t)word < 0;
}

/* Cycles that a horizon word promises, relative to the segment's start; none while frozen. */
static inline uint64_t th__promised(uint64_t word) {
  return (word & ~(uint64_t)((int64_t)word >> 63)) >> 1;
}

/* The newest published segment, followed from the hint on. */
static inline uint64_t th__newest(const th_timeline *th) {
  uint64_t k = th__acquire(th->header + TH__H_HEAD);
  while ((th__acquire(th__horizon(th, k)) & 1)
      && th__acquire(th__slot(th, k + 1) + TH__SEQ) == k + 1) {
    k++;
  }
  return k;
}

static inline uint64_t th__host_nanos(clockid_t clock) {
  struct timespec now = {0, 0};
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/*
 * The processor's counter. Ordered: after every load that precedes it, so that whoever has seen a
 * message reads no older cycle than its sender did. Relaxed: whenever the processor likes.
 */
static inline uint64_t th__native(const th_timeline *th, int ordered) {
#if defined(__x86_64__)
  uint32_t low, high;
  if (!ordered) {
    __asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high) : : "memory");
  } else if (th->has_rdtscp) {
    __asm__ __volatile__("rdtscp" : "=a"(low), "=d"(high) : : "rcx", "memory");
  } else {
    __asm__ __volatile__("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
  }
  return ((uint64_t)high << 32) | low;
#elif defined(__aarch64__)
  uint64_t count;
  (void)th;
  if (ordered) {
    __asm__ __volatile__("isb\n\tmrs %0, cntvct_el0" : "=r"(count) : : "memory");
  } else {
    __asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(count) : : "memory");
  }
  return count;
#else
  (void)th;
  (void)ordered;
  return 0;
#endif
}

static inline int th__readable(uint64_t clocksource) {
  uint64_t kind = clocksource & 0xFFFF;
  return kind == TH__NATIVE_KIND || kind == TH__KIND_MONOTONIC_RAW || kind == TH__KIND_NANO_TIME
      || kind == TH__KIND_TICK;
}

/* The present cycle of a clocksource; 0 and *readable = 0 if it cannot be read here. */
static inline uint64_t th__cycles(
    const th_timeline *th, uint64_t clocksource, int ordered, int *readable) {
  *readable = 1;
  switch (clocksource & 0xFFFF) {
    case TH__NATIVE_KIND:
      return th__native(th, ordered);
    case TH__KIND_MONOTONIC_RAW:
      return th__host_nanos(CLOCK_MONOTONIC_RAW);
    case TH__KIND_NANO_TIME:
      return th__host_nanos(CLOCK_MONOTONIC);
    case TH__KIND_TICK:
      return th__host_nanos(CLOCK_MONOTONIC) / TH__TICK_NANOS;
    default:
      *readable = 0;
      return 0;
  }
}

#endif
