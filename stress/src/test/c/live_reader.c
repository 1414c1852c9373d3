/*
 * live_reader: the twin of ReaderMain.java in C. Reads a clock as fast as it can, compares each
 * time with the latest that anybody has read anywhere, logs what it was told at some cycles.
 *
 *   live_reader page|seqcount DIRECTORY BOARD INDEX LOG
 *   live_reader poison DIRECTORY PROMISE      writes an absurd horizon, as a faulty reader would
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "timehands.h"

enum {
  /* Words of the board; see Board.java. */
  LATEST = 0, STOP = 16, READER = 64, READS = 0, BACKWARD = 1, WORST = 2, HELD = 3, STATE = 5,
  READING = 1, FINISHED = 2,
  BOARD_BYTES = 4096,

  SAMPLE_EACH = 64, LOG_EACH = 64 * SAMPLE_EACH, LOG_AFTER_JOIN = 8, LOG_LIMIT = 150000,

  /* Words of the seqcount clock; see SeqcountClock.java. */
  SEQ = 0, CLOCKSOURCE = 1, BASE_CYCLES = 2, BASE_NANOS = 3, SLOPE_INT = 4, SLOPE_FRAC = 5
};

static uint64_t *board;
static uint64_t *mine;
static uint64_t reads, backward, worst, held;
static th_snapshot_t *lines;
static size_t line_count;

static void put(uint64_t *word, uint64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static int stopped(void) {
  return th__acquire(board + STOP) != 0;
}

static uint64_t *map(const char *directory, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s%s%s", directory, *name ? "/" : "", name);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  void *at = fd < 0 ? MAP_FAILED
      : mmap(NULL, BOARD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) {
    perror(path);
    exit(1);
  }
  return (uint64_t *)at;
}

static void judge(int64_t seen, int64_t read) {
  if (read < seen && !stopped()) {
    backward++;
    uint64_t step = (uint64_t)(seen - read);
    worst = step > worst ? step : worst;
  }
  if (read > seen && read != INT64_MAX) {
    uint64_t expected = (uint64_t)seen;
    __atomic_compare_exchange_n(
        board + LATEST, &expected, (uint64_t)read, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
  }
}

static int64_t latest(void) {
  return (int64_t)th__acquire(board + LATEST);
}

static void publish(void) {
  put(mine + BACKWARD, backward);
  put(mine + WORST, worst);
  put(mine + HELD, held);
  put(mine + READS, reads);
}

static void look(const th_timeline *th) {
  static uint64_t last_sequence = UINT64_MAX;
  static int log_next;
  th_snapshot_t s;
  int64_t seen = latest();
  if (th_snapshot(th, &s)) {
    printf("page damaged\n");
    exit(1);
  }
  judge(seen, s.monotonic);
  held += (uint64_t)s.held;
  if (s.sequence != last_sequence) {
    last_sequence = s.sequence;
    log_next = LOG_AFTER_JOIN;
  }
  if ((log_next > 0 || reads % LOG_EACH == 0) && line_count < LOG_LIMIT) {
    log_next -= log_next > 0;
    lines[line_count++] = s;
  }
}

static void read_page(const char *directory) {
  th_timeline ours, theirs;
  if (th_attach(directory, &ours, 0) || th_attach(directory, &theirs, TH_READ_ONLY)) {
    printf("refused: %s\n", ours.why);
    exit(4);
  }
  put(mine + STATE, READING);
  while (!stopped()) {
    int64_t seen = latest();
    judge(seen, th_now(&ours, TH_MONOTONIC));
    reads++;
    if (reads % SAMPLE_EACH == 0) {
      seen = latest();
      judge(seen, th_now(&theirs, TH_MONOTONIC));
      look(&ours);
      publish();
    }
  }
  th_detach(&ours);
  th_detach(&theirs);
}

static int64_t seqcount_now(const th_timeline *th, const uint64_t *clock) {
  uint64_t id = th__get(clock + CLOCKSOURCE);
  while (!stopped()) {
    int readable;
    uint64_t seq = th__acquire(clock + SEQ);
    if (seq & 1) {
      continue;
    }
    uint64_t c = th__cycles(th, id, 1, &readable) - th__get(clock + BASE_CYCLES);
    uint64_t nanos = th__get(clock + BASE_NANOS)
        + th__whole_nanos(c, th__get(clock + SLOPE_INT), th__get(clock + SLOPE_FRAC), 0);
    th__load_fence();
    if (th__get(clock + SEQ) == seq) {
      return (int64_t)nanos;
    }
  }
  return INT64_MAX;
}

static void read_seqcount(const char *directory) {
  const uint64_t *clock = map(directory, "seqcount");
  th_timeline none;
  memset(&none, 0, sizeof none);
  none.has_rdtscp = th__has_rdtscp();
  put(mine + STATE, READING);
  while (!stopped()) {
    int64_t seen = latest();
    judge(seen, seqcount_now(&none, clock));
    reads++;
    if (reads % SAMPLE_EACH == 0) {
      publish();
    }
  }
}

static int write_log(const char *path) {
  FILE *out = fopen(path, "w");
  if (!out) {
    perror(path);
    return 1;
  }
  for (size_t i = 0; i < line_count; i++) {
    const th_snapshot_t *s = lines + i;
    fprintf(
        out,
        "%" PRIu64 " %" PRId64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
        " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
        s->clocksource, (int64_t)s->cycles, s->late, s->sequence, s->monotonic, s->raw, s->realtime,
        s->boottime, s->tai, s->error, s->wall_error, s->raw_error);
  }
  return fclose(out) != 0;
}

static int poison(const char *directory, const char *promise) {
  th_timeline th;
  if (th_attach(directory, &th, 0) || !th.extending) {
    printf("refused: %s\n", th.why);
    return 4;
  }
  uint64_t k = th__newest(&th);
  put(th__horizon(&th, k), strtoull(promise, NULL, 10) << 1);
  printf("poisoned segment %" PRIu64 "\n", k);
  th_detach(&th);
  return 0;
}

int main(int count, char **words) {
  if (count == 4 && strcmp(words[1], "poison") == 0) {
    return poison(words[2], words[3]);
  }
  if (count != 6) {
    fprintf(stderr, "usage: see the head of live_reader.c\n");
    return 2;
  }
  board = map(words[3], "");
  mine = board + READER * (strtoul(words[4], NULL, 10) + 1);
  lines = (th_snapshot_t *)calloc(LOG_LIMIT, sizeof *lines);
  if (!lines) {
    return 1;
  }
  if (strcmp(words[1], "page") == 0) {
    read_page(words[2]);
  } else {
    read_seqcount(words[2]);
  }
  publish();
  int error = write_log(words[5]);
  put(mine + STATE, error ? 3 : FINISHED);
  return error;
}
