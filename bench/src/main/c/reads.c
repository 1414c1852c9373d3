/*
 * What the same reads cost in C: the floor that no JVM stands on.
 *
 * Reads commands from standard input, one a line: "NAME MICROSECONDS". Runs that read in a loop for
 * about so long and answers with the nanoseconds one took, or with "unknown". The optional argument
 * is the CPU to run on. `bench read` keeps one of these running and asks it between its own rows.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH 512

static volatile uint64_t sink;

static inline uint64_t ordered(void)
{
#if defined(__x86_64__)
  uint32_t low, high, cpu;
  __asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(cpu)::"memory");
  return (uint64_t)high << 32 | low;
#elif defined(__aarch64__)
  uint64_t count;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(count)::"memory");
  return count;
#else
#error "only x86-64 and arm64 are known here"
#endif
}

static inline uint64_t relaxed(void)
{
#if defined(__x86_64__)
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
#else
  uint64_t count;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
  return count;
#endif
}

static inline uint64_t host(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* One loop for each read, so that each is compiled for itself. */
#define LOOP(name, read)                                                      \
  static uint64_t name(void)                                                  \
  {                                                                           \
    uint64_t sum = 0;                                                         \
    for (int i = 0; i < BATCH; i++)                                           \
      sum += read;                                                            \
    return sum;                                                               \
  }

LOOP(loop_ordered, ordered())
LOOP(loop_relaxed, relaxed())
LOOP(loop_monotonic, host(CLOCK_MONOTONIC))
LOOP(loop_realtime, host(CLOCK_REALTIME))

static const struct {
  const char *name;
  uint64_t (*loop)(void);
} rows[] = {
  {"counterOrdered", loop_ordered},
  {"counterRelaxed", loop_relaxed},
  {"monotonic", loop_monotonic},
  {"realtime", loop_realtime},
};

static void run(uint64_t (*loop)(void), uint64_t nanos)
{
  uint64_t start = host(CLOCK_MONOTONIC);
  uint64_t batches = 0;
  uint64_t elapsed;

  do {
    sink += loop();
    batches++;
    elapsed = host(CLOCK_MONOTONIC) - start;
  } while (elapsed < nanos);
  printf("%.4f\n", (double)elapsed / (double)(batches * BATCH));
}

static void answer(const char *name, uint64_t nanos)
{
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (strcmp(rows[i].name, name) == 0) {
      run(rows[i].loop, nanos);
      return;
    }
  }
  printf("unknown\n");
}

int main(int argc, char **argv)
{
  char line[128];

  if (argc > 1) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(atoi(argv[1]), &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
      perror("sched_setaffinity");
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    char name[64];
    uint64_t micros;
    if (sscanf(line, "%63s %" SCNu64, name, &micros) != 2)
      printf("unknown\n");
    else
      answer(name, micros * 1000);
    fflush(stdout);
  }
  return 0;
}
