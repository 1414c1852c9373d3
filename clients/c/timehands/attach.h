/*
 * Part of timehands.h: attaching a page, and everything that is a reason to refuse it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_ATTACH_H
#define TIMEHANDS_ATTACH_H

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include "read.h"
#include "history.h"

/* Writes one line: what was found, what is allowed, what to do. */
static __attribute__((format(printf, 3, 4), noinline, unused)) int th__refuse(
    th_timeline *th, int error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(th->why, sizeof th->why, format, arguments);
  va_end(arguments);
  return error;
}

static inline int th__system(th_timeline *th, const char *call, const char *what) {
  int error = errno;
  return error == ENOENT
      ? th__refuse(
          th, TH_E_NO_PATH, "%.120s does not exist: start an owner (timehands run), or name another"
          " page", what)
      : th__refuse(th, TH_E_SYSTEM, "%s(%.120s) failed: %s", call, what, strerror(error));
}

/* The boot that this kernel is in, as two numbers; zeroes if it does not tell. */
static inline void th__boot_id(uint64_t *high, uint64_t *low) {
  char text[40];
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, text, 36);
  uint64_t half[2] = {0, 0};
  int digits = 0;
  for (ssize_t i = 0; i < got; i++) {
    char c = text[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit >= 0 && digits < 32) {
      half[digits / 16] = half[digits / 16] << 4 | (uint64_t)digit;
      digits++;
    }
  }
  if (fd >= 0) {
    close(fd);
  }
  *high = digits == 32 ? half[0] : 0;
  *low = digits == 32 ? half[1] : 0;
}

/* The inode of this process's time namespace; 0 if the kernel has none. */
static inline uint64_t th__time_namespace(void) {
  char link[64];
  ssize_t got = readlink("/proc/self/ns/time", link, sizeof link - 1);
  if (got < 7) {
    return 0;
  }
  link[got] = 0;
  return memcmp(link, "time:[", 6) == 0 ? strtoull(link + 6, NULL, 10) : 0;
}

/* Whether a counter read would end this process with a fault. */
static inline int th__counter_trapped(void) {
#if defined(PR_GET_TSC) && defined(PR_TSC_SIGSEGV)
  int mode = 0;
  return prctl(PR_GET_TSC, &mode, 0, 0, 0) == 0 && mode == PR_TSC_SIGSEGV;
#else
  return 0;
#endif
}

static inline int th__has_rdtscp(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d = 0;
  return __get_cpuid(0x80000001u, &a, &b, &c, &d) && (d & (1u << 27));
#else
  return 0;
#endif
}

/* Checks who may write to an open file or directory; forbidden: mode bits that may not be set. */
static inline int th__check_owner(
    th_timeline *th, const struct stat *status, const char *what, mode_t forbidden,
    uid_t trusted) {
  if (status->st_uid != 0 && status->st_uid != geteuid() && status->st_uid != trusted) {
    return th__refuse(
        th, TH_E_OWNER,
        "%s belongs to user %u, only root (0), this user (%u) and a user trusted by name are"
        " accepted: let its owner run as one of them, or name that user as trusted",
        what, (unsigned)status->st_uid, (unsigned)geteuid());
  }
  if (status->st_mode & forbidden) {
    return th__refuse(
        th, TH_E_MODE,
        "%s has mode %04o, bits %04o must be clear: chmod it, or start its owner anew", what,
        (unsigned)(status->st_mode & 07777), (unsigned)forbidden);
  }
  return TH_OK;
}

/* Opens a file of the page without following a link, and checks what it is. -1 if refused. */
static inline int th__open_file(
    th_timeline *th, int directory, const char *name, int access, mode_t forbidden, uid_t trusted,
    struct stat *status, int *error) {
  int fd = openat(directory, name, access | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    *error = errno == ELOOP
        ? th__refuse(
            th, TH_E_SYMLINK, "%s is a symbolic link, an ordinary file is needed: remove it", name)
        : th__system(th, "openat", name);
    return -1;
  }
  if (fstat(fd, status) != 0) {
    *error = th__system(th, "fstat", name);
  } else if (!S_ISREG(status->st_mode)) {
    *error = th__refuse(
        th, TH_E_TYPE, "%s is not an ordinary file: remove it and start the owner anew", name);
  } else {
    *error = th__check_owner(th, status, name, forbidden, trusted);
  }
  if (*error) {
    close(fd);
    return -1;
  }
  return fd;
}

static inline int th__open_directory(th_timeline *th, const char *path, uid_t trusted, int *fd) {
  char plain[4096];
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') {
    length--; /* "link/" would be followed. */
  }
  if (length == 0 || length >= sizeof plain) {
    return th__refuse(th, TH_E_NO_PATH, "path of %zu bytes, 1 to 4095 are possible", length);
  }
  memcpy(plain, path, length);
  plain[length] = 0;
  struct stat status;
  *fd = open(plain, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (*fd < 0) {
    int opening = errno;
    if (lstat(plain, &status) == 0 && S_ISLNK(status.st_mode)) {
      return th__refuse(
          th, TH_E_SYMLINK, "%.120s is a symbolic link, name the directory itself", plain);
    }
    errno = opening;
    return opening == ENOTDIR
        ? th__refuse(th, TH_E_TYPE, "%.120s is not a directory: name the page's directory", plain)
        : th__system(th, "open", plain);
  }
  int error = fstat(*fd, &status) != 0
      ? th__system(th, "fstat", plain)
      : th__check_owner(th, &status, "the page's directory", S_IWGRP | S_IWOTH, trusted);
  if (error) {
    close(*fd);
  }
  return error;
}

/* The bytes of the page file for a number of slots; the horizon file has slots * 64, rounded. */
static inline uint64_t th__page_bytes(uint64_t slots) {
  return (TH__HEADER_BYTES + slots * TH__SLOT_WORDS * 8 + 4095) & ~UINT64_C(4095);
}

static inline uint64_t th__horizon_bytes(uint64_t slots) {
  return (slots * TH__HORIZON_WORDS * 8 + 4095) & ~UINT64_C(4095);
}

static inline int th__expect(
    th_timeline *th, int error, const char *word, uint64_t found, uint64_t wanted,
    const char *remedy) {
  return found == wanted
      ? TH_OK
      : th__refuse(
          th, error, "page's %s is %" PRIu64 ", expected %" PRIu64 ": %s", word, found, wanted,
          remedy);
}

/*
 * Looked at after both files were opened: an owner that replaces its page marks the old one, then
 * moves the new horizon file in, then the new page. So a page that is ready here has its own
 * horizon.
 */
static inline int th__check_state(th_timeline *th, uint64_t state) {
  return state == TH__STATE_READY ? TH_OK
      : state == TH__STATE_SUPERSEDED
          ? th__refuse(th, TH_E_SUPERSEDED, "page was replaced by its owner: attach anew")
          : th__refuse(
              th, TH_E_NOT_READY, "page's state is %" PRIu64 ", 1 is ready: try again, or start"
              " its owner anew", state);
}

/* Checks the header against this kernel and against the sizes of the files, before any mapping. */
static inline int th__check_header(
    th_timeline *th, const uint64_t *header, uint64_t page_size, uint64_t horizon_size) {
  static const char cut[] = "damaged or cut short; start its owner anew";
  uint64_t slots = header[TH__H_SLOTS], high, low;
  int error = th__expect(
      th, TH_E_MAGIC, "magic", header[TH__H_MAGIC], TH__MAGIC, "not a page of Timehands");
  if (!error) {
    error = th__expect(
        th, TH_E_VERSION, "layout version", header[TH__H_VERSION], TH__VERSION,
        "its owner is of another version; run the same version on both sides");
  }
  if (!error) {
    error = th__check_state(th, header[TH__H_STATE]);
  }
  if (error) {
    return error;
  }
  if (slots < 4 || slots > TH__MAX_SLOTS || (slots & (slots - 1))) {
    return th__refuse(
        th, TH_E_DAMAGED, "page says it has %" PRIu64 " slots; a power of two in [4, %d] is"
        " possible: damaged; start its owner anew", slots, TH__MAX_SLOTS);
  }
  const uint64_t words[][2] = {
    {header[TH__H_SLOT_BYTES], TH__SLOT_WORDS * 8},
    {header[TH__H_SLOTS_OFFSET], TH__HEADER_BYTES},
    {header[TH__H_HORIZON_OFFSET], th__page_bytes(slots)},
    {header[TH__H_HORIZON_STRIDE], TH__HORIZON_WORDS * 8},
    {header[TH__H_TOTAL_BYTES], th__page_bytes(slots) + th__horizon_bytes(slots)}
  };
  static const char *const names[] = {
    "slot bytes", "slots offset", "horizon offset", "horizon stride", "total bytes"
  };
  for (unsigned i = 0; i < 5; i++) {
    error = th__expect(th, TH_E_DAMAGED, names[i], words[i][0], words[i][1], cut);
    if (error) {
      return error;
    }
  }
  if ((error = th__expect(th, TH_E_SIZE, "file size", page_size, th__page_bytes(slots), cut))
      || (error = th__expect(
          th, TH_E_SIZE, "horizon file size", horizon_size, th__horizon_bytes(slots), cut))) {
    return error;
  }
  th__boot_id(&high, &low);
  if (header[TH__H_BOOT_ID_HIGH] != high || header[TH__H_BOOT_ID_LOW] != low) {
    return th__refuse(
        th, TH_E_BOOT, "page is of boot %016" PRIx64 "%016" PRIx64 ", this is boot %016" PRIx64
        "%016" PRIx64 ": start its owner anew", header[TH__H_BOOT_ID_HIGH],
        header[TH__H_BOOT_ID_LOW], high, low);
  }
  return th__expect(
      th, TH_E_NAMESPACE, "time namespace", header[TH__H_TIME_NAMESPACE], th__time_namespace(),
      "it is of another container; give each its own page");
}

/* The line that this process checks the counter against. */
typedef struct th__line {
  uint64_t clocksource;
  uint64_t slope_whole;
  uint64_t slope_frac;
} th__line;

/* A host clock between two reads of the counter, the narrowest of several. */
typedef struct th__bracket {
  uint64_t before;
  uint64_t host;
  uint64_t after;
} th__bracket;

/* The narrowest of several brackets; *step becomes the least that the counter was seen to move. */
static inline th__bracket th__bracket_now(const th_timeline *th, uint64_t id, uint64_t *step) {
  uint64_t kind = id & 0xFFFF;
  clockid_t host = kind == TH__KIND_NANO_TIME || kind == TH__KIND_TICK
      ? CLOCK_MONOTONIC : CLOCK_MONOTONIC_RAW;
  th__bracket best = {0, 0, UINT64_MAX};
  int readable;
  for (int i = 0; i < 16; i++) {
    th__bracket next;
    next.before = th__cycles(th, id, 1, &readable);
    next.host = th__host_nanos(host);
    next.after = th__cycles(th, id, 1, &readable);
    uint64_t width = next.after - next.before;
    if (width < best.after - best.before) {
      best = next;
    }
    if (width != 0 && width < *step) {
      *step = width;
    }
  }
  return best;
}

/* How far the gain between two brackets is open, in ns of the page's line. */
static inline uint64_t th__open(
    const th__line *line, const th__bracket *first, const th__bracket *last, uint64_t step) {
  uint64_t cycles = first->after - first->before + (last->after - last->before);
  uint64_t open = th__whole_nanos(
      cycles + (step == UINT64_MAX ? 2 : 2 * step), line->slope_whole, line->slope_frac, 0);
  return (int64_t)open < 0 ? (uint64_t)INT64_MAX : open;
}

/*
 * The calibration self-test: over 200 us or more the counter must run as the page says, within one
 * part in a thousand and what two brackets and the counter's own steps leave open; the span grows,
 * up to 20 ms or sixteen ticks, until these are small beside it. A page from another machine, or a
 * counter that is scaled here, fails by far more.
 */
static inline int th__self_test(th_timeline *th, const th__line *line) {
  uint64_t step = UINT64_MAX, host, open;
  uint64_t longest = 16 * (line->slope_whole < 10000000 ? line->slope_whole : 10000000);
  longest = longest > 20000000 ? longest : 20000000;
  th__bracket first = th__bracket_now(th, line->clocksource, &step), last;
  do {
    last = th__bracket_now(th, line->clocksource, &step);
    host = last.host - first.host;
    open = th__open(line, &first, &last, step);
  } while (host < 200000 || (host < longest && open > host / 200));
  uint64_t ours = th__whole_nanos(
      last.before - first.before, line->slope_whole, line->slope_frac, 0);
  uint64_t off = ours > host ? ours - host : host - ours;
  uint64_t allowed = th__add_bound(host / 1000 + 2, open);
  /* The cap is for a step that was seen but once, when this thread lost its processor in it. */
  allowed = allowed < host / 8 ? allowed : host / 8;
  return off <= allowed
      ? TH_OK
      : th__refuse(
          th, TH_E_SLOPE,
          "the page's line gains %" PRIu64 " ns while the host gains %" PRIu64 ", %" PRIu64
          " apart are allowed: the counter runs at another rate here; start an owner here",
          ours, host, allowed);
}

/* Finds the newest segment's line; refuses a page whose chain does not hold together. */
static inline int th__check_chain(th_timeline *th, th__line *line) {
  for (int tries = 0; tries < TH__GIVE_UP; tries++) {
    uint64_t k = th__newest(th);
    const uint64_t *slot = th__slot(th, k);
    line->clocksource = th__get(slot + TH__CLOCKSOURCE);
    line->slope_whole = th__get(slot + TH__RAW_SLOPE_INT);
    line->slope_frac = th__get(slot + TH__RAW_SLOPE_FRAC);
    uint64_t word = th__acquire(th__horizon(th, k));
    th__load_fence();
    if (th__get(slot + TH__SEQ) != k || (int64_t)k < 0 || (word & 1)) {
      continue;
    }
    if (!th__readable(line->clocksource)
        || ((line->clocksource & 0xFFFF) == TH__NATIVE_KIND && th__counter_trapped())) {
      return th__refuse(
          th, TH_E_COUNTER, "page is on clocksource 0x%" PRIx64 ", which this process cannot read:"
          " let its owner choose another", line->clocksource);
    }
    return TH_OK;
  }
  return th__refuse(
      th, TH_E_DAMAGED, "page's newest segment is missing: damaged; start its owner anew");
}

/* Gives a page back. No thread may be reading through it any more. */
static inline void th_detach(th_timeline *th) {
  if (th->header) {
    munmap((void *)(uintptr_t)th->header, th->page_bytes);
  }
  if (th->horizons) {
    munmap(th->horizons, th->horizon_bytes);
  }
  th->header = th->slots = NULL;
  th->horizons = NULL;
}

static inline int th__map(th_timeline *th, int page, int horizon) {
  void *at = mmap(NULL, th->page_bytes, PROT_READ, MAP_SHARED, page, 0);
  if (at == MAP_FAILED) {
    return th__system(th, "mmap", "page");
  }
  th->header = (const uint64_t *)at;
  th->slots = th->header + TH__HEADER_BYTES / 8;
  int access = PROT_READ | (th->extending ? PROT_WRITE : 0);
  at = mmap(NULL, th->horizon_bytes, access, MAP_SHARED, horizon, 0);
  if (at == MAP_FAILED) {
    return th__system(th, "mmap", "horizon");
  }
  th->horizons = (uint64_t *)at;
  return TH_OK;
}

static inline int th__attach_files(
    th_timeline *th, int page, int horizon, uint64_t page_size, uint64_t horizon_size) {
  uint64_t header[TH__HEADER_BYTES / 8];
  if (pread(page, header, sizeof header, 0) != (ssize_t)sizeof header) {
    return th__refuse(
        th, TH_E_SIZE,
        "page has %" PRIu64 " bytes, a header alone has %d: being made, or cut short; try again, or"
        " start its owner anew", page_size, TH__HEADER_BYTES);
  }
  int error = th__check_header(th, header, page_size, horizon_size);
  if (error) {
    return error;
  }
  th->mask = header[TH__H_SLOTS] - 1;
  th->page_bytes = (size_t)page_size;
  th->horizon_bytes = (size_t)horizon_size;
  th__line line;
  error = th__map(th, page, horizon);
  if (!error) {
    error = th__check_chain(th, &line);
  }
  return error ? error : th__self_test(th, &line);
}

static inline int th__attach_directory(
    th_timeline *th, int directory, unsigned flags, uid_t trusted) {
  struct stat page_status, horizon_status;
  int error = TH_OK, horizon = -1;
  int page = th__open_file(
      th, directory, "page", O_RDONLY, S_IWGRP | S_IWOTH, trusted, &page_status, &error);
  if (page < 0) {
    return error;
  }
  th->extending = !(flags & TH_READ_ONLY);
  if (th->extending) {
    horizon = th__open_file(
        th, directory, "horizon", O_RDWR, S_IWOTH, trusted, &horizon_status, &error);
    th->extending = horizon >= 0;
  }
  if (horizon < 0 && (error == TH_OK || error == TH_E_SYSTEM)) {
    error = TH_OK;
    horizon = th__open_file(
        th, directory, "horizon", O_RDONLY, S_IWOTH, trusted, &horizon_status, &error);
  }
  if (horizon >= 0) {
    error = th__attach_files(
        th, page, horizon, (uint64_t)page_status.st_size, (uint64_t)horizon_status.st_size);
    close(horizon);
  }
  close(page);
  return error;
}

/* Where the page is: as asked, TIMEHANDS_PAGE, /dev/shm/timehands, $XDG_RUNTIME_DIR/timehands. */
static inline int th__resolve(th_timeline *th, const char *asked, char *path, size_t room) {
  const char *named = asked && *asked ? asked : getenv("TIMEHANDS_PAGE");
  const char *runtime = getenv("XDG_RUNTIME_DIR");
  const char *usual = "/dev/shm/timehands";
  struct stat status;
  int length;
  if (named && *named) {
    length = snprintf(path, room, "%s", named);
  } else if (lstat(usual, &status) == 0 && S_ISDIR(status.st_mode)
      && (status.st_uid == 0 || status.st_uid == geteuid())) {
    length = snprintf(path, room, "%s", usual);
  } else if (runtime && *runtime == '/') {
    length = snprintf(path, room, "%s/timehands", runtime);
  } else {
    return th__refuse(
        th, TH_E_NO_PATH, "no page at %s, and XDG_RUNTIME_DIR names no place: start its owner, or"
        " name the page by TIMEHANDS_PAGE", usual);
  }
  return length > 0 && (size_t)length < room
      ? TH_OK
      : th__refuse(
          th, TH_E_NO_PATH, "the page's path is too long, %zu bytes are possible", room - 1);
}

/*
 * Attaches a page, trusting one more user than root and oneself to own it.
 *
 * path: the page's directory, or NULL for the usual places. flags: 0 or TH_READ_ONLY. Returns 0, or
 * TH_E_... with the particulars in th->why; th_strerror says the kind in words.
 */
static inline int th_attach_trusting(
    const char *path, th_timeline *th, unsigned flags, uid_t trusted) {
  char resolved[4096];
  memset(th, 0, sizeof *th);
  th->has_rdtscp = th__has_rdtscp();
  int error = th__resolve(th, path, resolved, sizeof resolved);
  /* An owner that replaces a page marks the old one first and then moves the new one in. */
  for (int tries = 0; !error && tries < 100; tries++) {
    int directory = -1;
    error = th__open_directory(th, resolved, trusted, &directory);
    if (error) {
      break;
    }
    error = th__attach_directory(th, directory, flags, trusted);
    close(directory);
    if (!error) {
      return TH_OK;
    }
    th_detach(th);
    if (error != TH_E_SUPERSEDED) {
      break;
    }
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
    error = tries < 99 ? TH_OK : error;
  }
  return error;
}

/* Attaches a page of root or of this user; see th_attach_trusting. */
static inline int th_attach(const char *path, th_timeline *th, unsigned flags) {
  return th_attach_trusting(path, th, flags, 0);
}

/* 1 if the owner has replaced this page: detach, attach anew. The old one stays readable. */
static inline int th_superseded(const th_timeline *th) {
  return th__acquire(th->header + TH__H_STATE) == TH__STATE_SUPERSEDED;
}

#endif
