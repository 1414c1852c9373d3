/*
 * timehands.h: reads the shared time page of Timehands from C and C++.
 *
 * Headers only (this one and the folder beside it), C11 or C++11 with GCC or Clang, Linux on
 * x86-64 or arm64, nothing to link:
 *
 *   th_timeline th;
 *   int error = th_attach(NULL, &th, 0);
 *   if (error) {
 *     fprintf(stderr, "%s: %s\n", th_strerror(error), th.why);
 *     return 4;
 *   }
 *   int64_t nanos = th_now(&th, TH_MONOTONIC);
 *   th_detach(&th);
 *
 *   th_attach, th_attach_trusting, th_detach, th_superseded       attach.h
 *   th_now, th_now_relaxed, th_read, th_snapshot, th_stamp        read.h
 *   th_convert                                                    history.h
 *   th_strerror, th_status, th_reason; structures and constants   types.h
 *
 * Names with two underscores are the library's own.
 *
 * Under -std=c11 include this header first, or define _POSIX_C_SOURCE=200809L.
 *
 * Threads: after th_attach any number of threads may read through one th_timeline; th_detach only
 * when none does any more. Reads take no lock, allocate nothing and wait for nobody. They make no
 * system call, but for a clocksource that is itself a host clock, and after a gap (th__confirm).
 *
 * A page that its owner has replaced says so: when th_superseded returns 1, attach anew.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TIMEHANDS_H
#define TIMEHANDS_H

#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE) && !defined(_DEFAULT_SOURCE) \
    && !defined(_FEATURES_H)
#define _POSIX_C_SOURCE 200809L
#endif

#include <fcntl.h>
#include <time.h>

#if !defined(CLOCK_MONOTONIC_RAW) || !defined(O_NOFOLLOW)
#error "timehands.h needs POSIX 2008: include it first, or define _POSIX_C_SOURCE=200809L"
#endif
#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "timehands.h: the page is little-endian, and so must the machine be"
#endif

#include "timehands/attach.h"
#include "timehands/history.h"
#include "timehands/line.h"
#include "timehands/page.h"
#include "timehands/read.h"
#include "timehands/types.h"

#endif
