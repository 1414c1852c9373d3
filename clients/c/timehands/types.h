/*
 * Part of timehands.h: names, structures, and their words for people.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_TYPES_H
#define TIMEHANDS_TYPES_H

#include <stddef.h>
#include <stdint.h>

/* Clocks; the numbers are Linux's. */
enum {
  TH_REALTIME = 0,      /* nanoseconds since 1970-01-01T00:00:00Z */
  TH_MONOTONIC = 1,     /* steered, never stepped */
  TH_MONOTONIC_RAW = 4, /* never steered */
  TH_BOOTTIME = 7,      /* MONOTONIC and the time asleep */
  TH_TAI = 11           /* REALTIME without leap seconds */
};

/* Flags of th_attach. */
enum {
  TH_READ_ONLY = 1 /* never move the horizon, even where that is permitted */
};

/* How far a reading can be trusted, best first. */
enum { TH_SYNCHRONIZED = 0, TH_HOLDOVER = 1, TH_FREERUNNING = 2, TH_STALE = 3 };

/* Why a reading has the status it has; th_reason says it in words. */
enum {
  TH_WHY_FOLLOWING = 0,
  TH_WHY_NO_REFERENCE = 1,
  TH_WHY_HOST_UNSYNCHRONISED = 2,
  TH_WHY_HOST_UNKNOWN = 3,
  TH_WHY_REFERENCE_SILENT = 4,
  TH_WHY_REFERENCE_LOST = 5,
  TH_WHY_STEP_IGNORED = 6,
  TH_WHY_STEP_SLEWED = 7,
  TH_WHY_PROMISE_RAN_OUT = 8,
  TH_WHY_COUNTER_DISTURBED = 9,
  TH_WHY_COUNTER_UNREADABLE = 10,
  TH_WHY_CONTENDED = 11,
  TH_WHY_SET_BY_HAND = 12,
  TH_WHY_PAGE_DAMAGED = 13,
  TH_WHY_OVERRUN = 14
};

/* What th_convert found. */
enum {
  TH_EXACT = 0,             /* the cycle was promised: its time, now and for ever */
  TH_PREDICTED = 1,         /* beyond what is promised: the line goes on, or so it seems today; of a
                               counter that was left: as it would have gone on */
  TH_TOO_OLD = 2,           /* older than the history that is kept */
  TH_WRONG_CLOCKSOURCE = 3, /* no kept segment is on this counter */
  TH_UNMAPPABLE = 4         /* the counter told nothing then: the machine slept or was moved */
};

/* What th_attach returns. */
enum {
  TH_OK = 0,
  TH_E_NO_PATH = -1,    /* there is no page at the place named, or at the usual ones */
  TH_E_SYSTEM = -2,     /* a system call failed */
  TH_E_SYMLINK = -3,    /* a symbolic link */
  TH_E_TYPE = -4,       /* not a directory, or not a regular file */
  TH_E_OWNER = -5,      /* belongs to a user that is not trusted */
  TH_E_MODE = -6,       /* others may write to it */
  TH_E_SIZE = -7,       /* cut short, or of a size that no page has */
  TH_E_MAGIC = -8,      /* not a page */
  TH_E_VERSION = -9,    /* another layout */
  TH_E_DAMAGED = -10,   /* its words contradict each other */
  TH_E_NOT_READY = -11, /* being made just now */
  TH_E_SUPERSEDED = -12, /* its timeline goes on in another page */
  TH_E_BOOT = -13,      /* of another boot of the machine */
  TH_E_NAMESPACE = -14, /* of another time namespace */
  TH_E_COUNTER = -15,   /* its counter cannot be read here */
  TH_E_SLOPE = -16      /* its counter runs at another rate here */
};

/* What th_now and th_now_relaxed return if the page was damaged after it was attached. */
#define TH_NO_TIME INT64_MIN

/* A bound that nobody vouches for. */
#define TH_NO_BOUND INT64_MAX

/* A page that this process has attached. All members are the library's own but `why`. */
typedef struct th_timeline {
  const uint64_t *header;
  const uint64_t *slots;
  uint64_t *horizons;
  uint64_t mask;
  size_t page_bytes;
  size_t horizon_bytes;
  int extending;
  int has_rdtscp;
  char why[256]; /* after a refusal: what was found, what is allowed, what to do */
} th_timeline;

/* A cycle of a counter, to be converted later. */
typedef struct th_stamp_t {
  uint64_t clocksource;
  uint64_t cycles;
} th_stamp_t;

/* One clock at one cycle. */
typedef struct th_reading {
  int64_t value; /* nanoseconds */
  int64_t bound; /* the true time lies within value -/+ bound; TH_NO_BOUND: nobody vouches */
  int status;    /* TH_SYNCHRONIZED ... TH_STALE */
  int reason;    /* TH_WHY_... */
  int held;      /* 1: the last promised time instead of the present one */
  uint64_t cycles;
  uint64_t clocksource;
} th_reading;

/* All clocks at one cycle, in nanoseconds. */
typedef struct th_snapshot_t {
  uint64_t cycles;
  uint64_t clocksource;
  uint64_t sequence; /* of the segment that answered */
  int64_t monotonic;
  int64_t raw;
  int64_t realtime;
  int64_t boottime;
  int64_t tai;
  int64_t error;      /* bound of monotonic and boottime; TH_NO_BOUND: nobody knows */
  int64_t wall_error; /* bound of realtime and tai */
  int64_t raw_error;  /* bound of raw */
  int64_t late;       /* how far from the present cycle, in the bounds; INT64_MAX: nobody knows */
  int status;
  int reason;
  int held;
  int gap; /* 1: the counter told nothing at this cycle */
  uint64_t clock_was_set_seq;
  uint64_t clocksource_changed_seq;
} th_snapshot_t;

/* What th_attach, th_snapshot, th_read or th_stamp returned, in words. */
static inline const char *th_strerror(int error) {
  static const char *const words[] = {
    "no error",
    "no page found",
    "a system call failed",
    "a symbolic link is in the page's place",
    "something else is in the page's place",
    "the page belongs to a user that is not trusted",
    "users that are not trusted may write to the page",
    "the page is cut short",
    "not a page of Timehands",
    "the page is of another layout version",
    "the page is damaged",
    "the page is being made",
    "the page was replaced",
    "the page is of another boot",
    "the page is of another time namespace",
    "the page's counter cannot be read here",
    "the page's counter runs at another rate here"
  };
  return error <= 0 && error >= TH_E_SLOPE ? words[-error] : "unknown error";
}

/* A status in words. */
static inline const char *th_status(int status) {
  static const char *const words[] = {"SYNCHRONIZED", "HOLDOVER", "FREERUNNING", "STALE"};
  return status >= 0 && status <= TH_STALE ? words[status] : "unknown";
}

/* The reason of a status in words. */
static inline const char *th_reason(int reason) {
  static const char *const words[] = {
    "the reference is followed",
    "no reference was heard yet",
    "the host says its own clock is not synchronised",
    "the host's clock does not say how good it is",
    "the reference is silent: the bound grows by the counter's rated drift",
    "the reference is lost: nobody vouches for the wall clock any more",
    "a step of the host's clock was ignored, as the policy says",
    "a step of the host's clock is being slewed away, as the policy says",
    "the owner of the page is late or gone, and this process may only read it",
    "the counter was disturbed (sleep, pause or migration); the owner must repair",
    "this process cannot read the counter that the page is on now",
    "others were faster three times; the last promised time was answered",
    "the clock was set by hand",
    "the page is damaged: its last segment was ended by nobody; start its owner anew",
    "more updates lie ahead than the page keeps; the first kept time was answered"
  };
  return reason >= 0 && reason <= TH_WHY_OVERRUN ? words[reason] : "unknown";
}

#endif
