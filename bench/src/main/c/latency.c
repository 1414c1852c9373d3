/*
 * How late clock_nanosleep ends: the loop that timers in Java are held against. Arguments: timer
 * slack in ns, SCHED_FIFO priority or 0. For each line "INTERVAL_NS MILLIS" it waits for absolute
 * instants of MONOTONIC and answers "CPU_NS MISSED COUNT LATENESS..." in nanoseconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#define SECOND 1000000000LL

static int64_t read_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void wait_until(int64_t instant) {
  struct timespec t = {.tv_sec = instant / SECOND, .tv_nsec = instant % SECOND};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
  }
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "latency: SLACK_NS PRIORITY\n");
    return 2;
  }
  if (prctl(PR_SET_TIMERSLACK, strtoul(argv[1], NULL, 10)) != 0) {
    perror("latency: PR_SET_TIMERSLACK");
    return 1;
  }
  struct sched_param param = {.sched_priority = atoi(argv[2])};
  if (param.sched_priority > 0 && sched_setscheduler(0, SCHED_FIFO, &param) != 0) {
    perror("latency: SCHED_FIFO");
    return 1;
  }
  int64_t interval, millis;
  while (scanf("%" SCNd64 " %" SCNd64, &interval, &millis) == 2) {
    if (interval < 1 || millis < 1) {
      return 2;
    }
    int64_t room = millis * 1000000 / interval + 2;
    int64_t *late = malloc(room * sizeof *late);
    if (late == NULL) {
      return 1;
    }
    memset(late, 0, room * sizeof *late); /* no page faults later */
    int64_t count = 0, missed = 0;
    int64_t cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    int64_t next = read_clock(CLOCK_MONOTONIC) + interval;
    int64_t end = next + millis * 1000000;
    while (next < end) {
      wait_until(next);
      int64_t now = read_clock(CLOCK_MONOTONIC);
      late[count++] = now - next;
      int64_t periods = (now - next) / interval + 1;
      missed += periods - 1;
      next += periods * interval;
    }
    cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("%" PRId64 " %" PRId64 " %" PRId64, cpu, missed, count);
    for (int64_t i = 0; i < count; i++) {
      printf(" %" PRId64, late[i]);
    }
    printf("\n");
    fflush(stdout);
    free(late);
  }
  return 0;
}
