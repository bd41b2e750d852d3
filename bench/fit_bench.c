/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long a shop's chance model takes to fit, and in what memory: fit_bench [ROUNDS], built by
 * `ninja -C BUILD bench/fit_bench`. Clients are simulated by the MBG/NBD itself, in whole days over three years; medians
 * of ROUNDS (5) fits. Figures of one run on one machine; nothing here passes or fails.
 *
 *   fit      from its own start, as after an import
 *   refit    from the parameters of a fit to the same shop, as each week and within a backtest
 *   memory   resident set at its peak, less what the clients themselves take before the first fit of that size */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "base/rand.h"
#include "base/str.h"
#include "core/fit.h"

enum { DAYS = 1095, ROUNDS_MAX = 100 };

static const struct chance_model TRUE_MODEL = {0.6, 40, 0.8, 2.0};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double resident_mb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* One client of the MBG/NBD, first seen on a day of the three years; orders of one day are one visit. */
static struct chance_client make_client(struct rand_stream *stream)
{
    double rate = rand_gamma(stream, TRUE_MODEL.r, TRUE_MODEL.alpha);
    double stay = rand_gamma(stream, TRUE_MODEL.b, 1), leave = rand_gamma(stream, TRUE_MODEL.a, 1);
    double drop_out = leave / (leave + stay), first = floor(rand_unit(stream) * DAYS), last = first, at = first;
    struct chance_client client = {0, 0, 0};
    while (rand_unit(stream) >= drop_out && (at += rand_exponential(stream, rate)) < DAYS) {
        client.gaps += floor(at) > last;
        last = floor(at);
    }
    client.span = last - first;
    client.silence = DAYS - last;
    return client;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, const struct chance_client *clients, size_t count,
                   const struct chance_model *start, int rounds)
{
    const struct fit_options options = {.model = FIT_MBG, .prior = true, .start = start};
    struct fit_result result = {.evaluations = 0};
    double times[ROUNDS_MAX];
    enum rc rc = RC_OK;
    for (int i = 0; i < rounds; i++) {
        double began = seconds();
        rc = fit_chance(clients, count, &options, &result);
        times[i] = seconds() - began;
    }
    qsort(times, (size_t)rounds, sizeof(*times), by_number);
    printf("%-6s %8zu clients  %8.4f s  %3d evaluations  %s  r %.4f alpha %.3f a %.4f b %.4f\n", what, count,
           times[rounds / 2], result.evaluations, rc_name(rc), result.model.r, result.model.alpha, result.model.a,
           result.model.b);
    fflush(stdout);
}

static void bench(size_t count, int rounds)
{
    struct rand_stream stream;
    struct chance_client *clients = mem_new(count, sizeof(*clients));
    const struct fit_options options = {.model = FIT_MBG, .prior = true};
    struct fit_result first;
    rand_seed(&stream, 4);
    for (size_t i = 0; i < count; i++)
        clients[i] = make_client(&stream);
    double before = resident_mb();
    fit_chance(clients, count, &options, &first);
    printf("memory %8zu clients  %8.1f MB\n", count, resident_mb() - before);
    report("fit", clients, count, NULL, rounds);
    report("refit", clients, count, &first.model, rounds);
    mem_free(clients);
}

int main(int argc, char **argv)
{
    int64_t rounds = 5;
    if (argc > 2 || (argc == 2 && str_to_i64(str_of(argv[1]), &rounds) != RC_OK) || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: fit_bench [ROUNDS]\n");
        return 2;
    }
    bench(25000, (int)rounds);
    bench(100000, (int)rounds);
    bench(1000000, (int)rounds);
    return 0;
}
