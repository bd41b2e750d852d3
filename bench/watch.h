/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* For benches: a stopwatch of the wall and of this process's CPU, and an end with a reason. */
#ifndef REKINDLE_BENCH_WATCH_H
#define REKINDLE_BENCH_WATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/rc.h"

static void must(enum rc rc, const char *what)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, rc_name(rc));
    exit(1);
}

struct watch {
    int64_t wall_ms;
    double cpu_s;
};

static double cpu_seconds(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static struct watch watch_start(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (struct watch){clock_mono(), cpu_seconds(&usage)};
}

#endif
