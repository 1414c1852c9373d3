/*
 * Records what Linux answers to random calls on timers, ITIMER_REAL and timerfds, for
 * org.timehands.posix.LinuxRecordingTest: cc -O1 -o record record_timers.c && ./record 24 7
 *
 * Calls are made at whole tens of milliseconds, timers expire halfway between, so that the answers
 * do not depend on how fast the machine is. A machine that is late by more than 3 ms spoils the
 * recording: the program says so and ends with 2. Signals are blocked; to deliver one is to wait
 * for it. A timer without a signal is never disarmed: Linux then goes on to tell what was left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define STEP 10000000LL
#define SECOND 1000000000LL
#define TIMERS 12
#define ITIMER 18
#define FIRST_SIGNAL 35

static const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI};
static unsigned long long state;
static int ids[TIMERS], silent[TIMERS], fds[ITIMER], clock_of[ITIMER + 1];
static long long base[16];
static int column;

static unsigned below(unsigned n)
{
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (unsigned)(state >> 33) % n;
}

static long long now(int clock)
{
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

static void say(const char *call)
{
  int length = 0;
  while (call[length])
    length++;
  if (column + 1 + length > 90) {
    printf("\n");
    column = 0;
  }
  column += printf("%s%s", column ? " " : "", call);
}

/* 0, e for a nanosecond, else whole steps. */
static const char *left(long long nanos)
{
  static char text[2][24];
  static int which;
  which = !which;
  if (nanos > 1)
    snprintf(text[which], sizeof text[which], "%lld", nanos / STEP);
  return nanos == 0 ? "0" : nanos == 1 ? "e" : text[which];
}

static void create(int lane)
{
  struct sigevent event = {0};
  clock_of[lane] = clocks[below(4)];
  silent[lane] = below(4) == 0;
  event.sigev_notify = silent[lane] ? SIGEV_NONE : SIGEV_SIGNAL;
  event.sigev_signo = FIRST_SIGNAL + lane;
  syscall(SYS_timer_create, clock_of[lane], &event, &ids[lane]);
}

static long long nanos(struct timespec t)
{
  return t.tv_sec * SECOND + t.tv_nsec;
}

static struct timespec spec(long long n)
{
  return (struct timespec){n / SECOND, n % SECOND};
}

static struct timeval micros(long long n)
{
  return (struct timeval){n / SECOND, n % SECOND / 1000};
}

static long long from(struct timeval t)
{
  return t.tv_sec * SECOND + t.tv_usec * 1000;
}

static void set(int lane, long long step)
{
  char text[80];
  struct itimerspec its, old = {{0, 0}, {0, 0}};
  int absolute = lane != ITIMER && below(2), disarms = below(5) == 0;
  int ahead = absolute ? (int)below(12) - 8 : (int)below(8);
  int interval = below(3) ? 1 + below(4) : 0;
  long long value = ahead * STEP + STEP / 2;
  if (lane < TIMERS && silent[lane])
    disarms = 0;
  if (absolute)
    value += base[clock_of[lane]] + step * STEP;
  its.it_value = spec(disarms ? 0 : value);
  its.it_interval = spec(interval * STEP);
  if (lane < TIMERS) {
    syscall(SYS_timer_settime, ids[lane], absolute ? TIMER_ABSTIME : 0, &its, &old);
  } else if (lane < ITIMER) {
    timerfd_settime(fds[lane], absolute ? TFD_TIMER_ABSTIME : 0, &its, &old);
  } else {
    struct itimerval was, it = {micros(interval * STEP), micros(disarms ? 0 : value)};
    setitimer(ITIMER_REAL, &it, &was);
    old.it_value = spec(from(was.it_value));
    old.it_interval = spec(from(was.it_interval));
  }
  if (disarms)
    snprintf(text, sizeof text, "%dx%d=%s,%lld", lane, interval,
       left(nanos(old.it_value)), nanos(old.it_interval) / STEP);
  else
    snprintf(text, sizeof text, "%d%c%d,%d=%s,%lld", lane, absolute ? 'a' : 's', ahead,
       interval, left(nanos(old.it_value)), nanos(old.it_interval) / STEP);
  say(text);
}

static void get(int lane)
{
  char text[80];
  struct itimerspec its = {{0, 0}, {0, 0}};
  struct itimerval it;
  if (lane < TIMERS) {
    syscall(SYS_timer_gettime, ids[lane], &its);
  } else if (lane < ITIMER) {
    timerfd_gettime(fds[lane], &its);
  } else {
    getitimer(ITIMER_REAL, &it);
    its.it_value = spec(from(it.it_value));
    its.it_interval = spec(from(it.it_interval));
  }
  snprintf(text, sizeof text, "%dg=%s,%lld", lane, left(nanos(its.it_value)),
     nanos(its.it_interval) / STEP);
  say(text);
}

/* Takes what has come: a signal, or the count of a timerfd; - if nothing has. */
static void take(int lane)
{
  char text[80];
  unsigned long long count;
  int came;
  if (lane >= TIMERS && lane < ITIMER) {
    came = read(fds[lane], &count, sizeof count) > 0;
  } else {
    sigset_t one;
    siginfo_t info;
    struct timespec zero = {0, 0};
    sigemptyset(&one);
    sigaddset(&one, lane == ITIMER ? SIGALRM : FIRST_SIGNAL + lane);
    came = sigtimedwait(&one, &info, &zero) > 0;
    count = lane == ITIMER ? 0 : info.si_overrun;
  }
  if (came)
    snprintf(text, sizeof text, "%dt=%llu", lane, count);
  else
    snprintf(text, sizeof text, "%dt=-", lane);
  say(text);
}

static void call(int lane, long long step)
{
  char text[80];
  switch (below(8)) {
  case 0:
  case 1:
    set(lane, step);
    break;
  case 2:
  case 3:
    get(lane);
    break;
  case 4:
    if (lane < TIMERS) {
      long count = syscall(SYS_timer_getoverrun, ids[lane]);
      snprintf(text, sizeof text, "%do=%ld", lane, count);
      say(text);
    }
    break;
  case 5:
    if (lane < TIMERS && below(3) == 0) {
      syscall(SYS_timer_delete, ids[lane]);
      create(lane);
      snprintf(text, sizeof text, "%dd%d%c=%d", lane, clock_of[lane],
         silent[lane] ? 'n' : 's', ids[lane]);
      say(text);
    }
    break;
  default:
    take(lane);
  }
}

int main(int argc, char **argv)
{
  char text[80];
  sigset_t all;
  int steps = argc > 1 ? atoi(argv[1]) : 24;
  state = argc > 2 ? atoll(argv[2]) : 1;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  for (int lane = 0; lane < TIMERS; lane++) {
    create(lane);
    snprintf(text, sizeof text, "%dc%d%c=%d", lane, clock_of[lane],
       silent[lane] ? 'n' : 's', ids[lane]);
    say(text);
  }
  for (int lane = TIMERS; lane < ITIMER; lane++) {
    clock_of[lane] = clocks[below(3)];
    fds[lane] = timerfd_create(clock_of[lane], TFD_NONBLOCK);
    snprintf(text, sizeof text, "%df%d", lane, clock_of[lane]);
    say(text);
  }
  long long began = now(CLOCK_MONOTONIC);
  for (int i = 0; i < 4; i++) {
    long long before = now(CLOCK_MONOTONIC), clock = now(clocks[i]);
    base[clocks[i]] = clock - (before + now(CLOCK_MONOTONIC)) / 2 + began;
  }
  for (long long step = 1; step <= steps; step++) {
    struct timespec at = spec(began + step * STEP);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    snprintf(text, sizeof text, "@%lld", step);
    say(text);
    for (int lane = 0; lane <= ITIMER; lane++)
      if (below(2))
        call(lane, step);
    if (now(CLOCK_MONOTONIC) - began - step * STEP > 3 * STEP / 10) {
      fprintf(stderr, "late at step %lld: record again\n", step);
      return 2;
    }
  }
  printf("\n");
  return 0;
}
