/*
 * th_tool: what the tests ask of the C reader, one command a run. It compiles as C11 and as C++17.
 *
 *   th_tool attach DIR [ro] [trust=UID]    "ok extending=0|1", or the refusal and exit 4
 *   th_tool read DIR COUNT [ro]            one snapshot a line
 *   th_tool now DIR COUNT                  checks the single reads against the snapshot
 *   th_tool convert DIR [ro]               lines "clocksource cycles" to "found" and a snapshot
 *   th_tool fuzz DIR FROM TO               attaches and reads damaged copies of the page in DIR
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "timehands.h"

static void print(const th_snapshot_t *s) {
  printf(
      "%" PRId64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
      " %" PRId64 " %" PRId64 " %" PRId64 " %d %d %d %d %" PRIu64 " %" PRIu64
      " %" PRId64 "\n",
      (int64_t)s->cycles, s->clocksource, s->sequence, s->monotonic, s->raw, s->realtime,
      s->boottime, s->tai, s->error, s->wall_error, s->raw_error, s->status, s->reason, s->held,
      s->gap, s->clock_was_set_seq, s->clocksource_changed_seq, s->late);
}

static int attach(int count, char **words, th_timeline *th) {
  unsigned flags = 0;
  uid_t trusted = 0;
  for (int i = 0; i < count; i++) {
    if (strcmp(words[i], "ro") == 0) {
      flags |= TH_READ_ONLY;
    } else if (strncmp(words[i], "trust=", 6) == 0) {
      trusted = (uid_t)strtoul(words[i] + 6, NULL, 10);
    }
  }
  int error = th_attach_trusting(words[0], th, flags, trusted);
  if (error) {
    printf("refused %d %s: %s\n", error, th_strerror(error), th->why);
  }
  return error;
}

static int read_many(const th_timeline *th, long count) {
  for (long i = 0; i < count; i++) {
    th_snapshot_t s;
    int error = th_snapshot(th, &s);
    if (error) {
      printf("failed %d %s\n", error, th_strerror(error));
      return 1;
    }
    print(&s);
  }
  return 0;
}

static int fail(const char *what) {
  printf("wrong: %s\n", what);
  return 1;
}

/* Every way to read, between two snapshots: no clock may leave the order that time has. */
static int read_each(const th_timeline *th, long count) {
  static const int clocks[] = {
    TH_MONOTONIC, TH_MONOTONIC_RAW, TH_REALTIME, TH_BOOTTIME, TH_TAI
  };
  for (long i = 0; i < count; i++) {
    for (unsigned c = 0; c < 5; c++) {
      th_reading before, after;
      if (th_read(th, clocks[c], &before)) {
        return fail("th_read");
      }
      int64_t relaxed = th_now_relaxed(th, clocks[c]);
      int64_t ordered = th_now(th, clocks[c]);
      th_stamp_t stamp;
      if (th_stamp(th, &stamp) || th_read(th, clocks[c], &after)) {
        return fail("th_stamp or th_read");
      }
      if (before.value > ordered || ordered > after.value) {
        return fail("th_now is not between two readings");
      }
      if (relaxed > after.value) {
        return fail("th_now_relaxed is later than a later reading");
      }
      if (before.cycles > stamp.cycles || stamp.cycles > after.cycles) {
        return fail("th_stamp is not between two readings");
      }
      if (before.held || before.bound < 0 || before.status < 0 || before.status > TH_STALE) {
        return fail("th_read's status");
      }
    }
  }
  printf("right\n");
  return 0;
}

static int convert(const th_timeline *th) {
  th_stamp_t stamp;
  int64_t cycles;
  while (scanf("%" SCNu64 " %" SCNd64, &stamp.clocksource, &cycles) == 2) {
    th_snapshot_t s;
    memset(&s, 0, sizeof s);
    stamp.cycles = (uint64_t)cycles;
    int found = th_convert(th, stamp, &s);
    printf("%d ", found);
    print(&s);
  }
  return 0;
}

/* --- Fuzz ---------------------------------------------------------------------------------- */

static uint64_t state;

/* SplitMix64, by Sebastiano Vigna: one number, one run. */
static uint64_t next_random(void) {
  uint64_t z = (state += UINT64_C(0x9E3779B97F4A7C15));
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static size_t below(size_t limit) {
  return (size_t)(next_random() % limit);
}

/* A word that is likely to be somewhere's edge. */
static uint64_t nasty(void) {
  switch (below(6)) {
    case 0:
      return next_random();
    case 1:
      return UINT64_C(1) << below(64);
    case 2:
      return (UINT64_C(1) << below(64)) - 1;
    case 3:
      return below(20);
    case 4:
      return UINT64_C(0) - below(20);
    default:
      return (uint64_t)INT64_MAX - below(3);
  }
}

static unsigned char page[1 << 20];
static unsigned char horizon[1 << 20];
static size_t page_size;
static size_t horizon_size;

static size_t slurp(const char *directory, const char *name, unsigned char *into) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "rb");
  if (!file) {
    return 0;
  }
  size_t size = fread(into, 1, 1 << 20, file);
  fclose(file);
  return size;
}

static int spit(const char *directory, const char *name, const unsigned char *from, size_t size) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  unlink(path);
  FILE *file = fopen(path, "wb");
  if (!file) {
    return 1;
  }
  size_t written = fwrite(from, 1, size, file);
  return fclose(file) != 0 || written != size || chmod(path, 0644) != 0;
}

static void scatter(unsigned char *bytes, size_t from, size_t size) {
  size_t count = 1 + below(12);
  for (size_t i = 0; i < count && size >= from + 8; i++) {
    uint64_t word = nasty();
    memcpy(bytes + from + 8 * below((size - from) / 8), &word, 8);
  }
}

static void damage(void) {
  switch (below(8)) {
    case 0:
      page_size = below(page_size + 1);
      return;
    case 1:
      horizon_size = below(horizon_size + 1);
      return;
    case 2:
      memset(page, 0, page_size);
      return;
    case 3:
      for (size_t i = 0; i < page_size; i++) {
        page[i] = (unsigned char)next_random();
      }
      return;
    case 4:
      scatter(page, 0, 256);
      return;
    case 5:
      scatter(page, 4096, page_size);
      return;
    case 6:
      scatter(page, 4096, page_size);
      /* fall through */
    default:
      scatter(horizon, 0, horizon_size);
  }
}

static void try_everything(const th_timeline *th) {
  th_snapshot_t s;
  th_stamp_t stamp = {2, 0};
  for (int i = 0; i < 3; i++) {
    th_now(th, TH_REALTIME);
    th_now_relaxed(th, TH_MONOTONIC_RAW);
    th_snapshot(th, &s);
    th_stamp(th, &stamp);
    th_convert(th, stamp, &s);
    stamp.cycles = nasty();
    th_convert(th, stamp, &s);
    stamp.clocksource = nasty();
    th_convert(th, stamp, &s);
  }
}

static int fuzz(const char *directory, long from, long to) {
  static unsigned char whole_page[1 << 20], whole_horizon[1 << 20];
  size_t whole_page_size = slurp(directory, "page", whole_page);
  size_t whole_horizon_size = slurp(directory, "horizon", whole_horizon);
  char place[4000];
  snprintf(place, sizeof place, "%s/fuzz", directory);
  mkdir(place, 0755);
  long accepted = 0;
  for (long seed = from; seed <= to; seed++) {
    state = (uint64_t)seed;
    printf("seed %ld\n", seed);
    fflush(stdout);
    memcpy(page, whole_page, sizeof page);
    memcpy(horizon, whole_horizon, sizeof horizon);
    page_size = whole_page_size;
    horizon_size = whole_horizon_size;
    damage();
    if (spit(place, "page", page, page_size) || spit(place, "horizon", horizon, horizon_size)) {
      return fail("cannot write");
    }
    th_timeline th;
    if (th_attach(place, &th, (unsigned)below(2)) == TH_OK) {
      accepted++;
      try_everything(&th);
      th_detach(&th);
    }
  }
  printf("accepted %ld of %ld\n", accepted, to - from + 1);
  return 0;
}

int main(int count, char **words) {
  if (count < 3) {
    fprintf(stderr, "usage: see the head of th_tool.c\n");
    return 2;
  }
  if (strcmp(words[1], "fuzz") == 0 && count == 5) {
    return fuzz(words[2], atol(words[3]), atol(words[4]));
  }
  th_timeline th;
  if (attach(count - 2, words + 2, &th)) {
    return 4;
  }
  int result = 0;
  if (strcmp(words[1], "attach") == 0) {
    printf("ok extending=%d\n", th.extending);
  } else if (strcmp(words[1], "read") == 0 && count > 3) {
    result = read_many(&th, atol(words[3]));
  } else if (strcmp(words[1], "now") == 0 && count > 3) {
    result = read_each(&th, atol(words[3]));
  } else if (strcmp(words[1], "convert") == 0) {
    result = convert(&th);
  }
  th_detach(&th);
  return result;
}
