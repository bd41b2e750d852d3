/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A table of series under one lock: an update is a short walk of one hash chain, and no series is ever removed, so the
 * table ends as large as the program's own list of names. The page is sorted, because the format wants all series of a
 * name together (Prometheus text format 0.0.4). */
#include "base/metrics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/thread.h"

#define CHAINS 256

enum kind { COUNTER, GAUGE, HISTOGRAM };

static const char *const KIND_NAMES[] = {"counter", "gauge", "histogram"};

/* Upper bounds as Prometheus shows them, and as they compare. */
static const struct {
    const char *text;
    double seconds;
} BUCKETS[] = {
    {"0.001", 0.001}, {"0.002", 0.002}, {"0.005", 0.005}, {"0.01", 0.01}, {"0.02", 0.02}, {"0.05", 0.05},
    {"0.1", 0.1},     {"0.2", 0.2},     {"0.5", 0.5},     {"1", 1},       {"2", 2},       {"5", 5},
    {"10", 10},       {"20", 20},       {"50", 50},       {"100", 100},
};
#define BUCKET_COUNT (sizeof(BUCKETS) / sizeof(BUCKETS[0]))

struct series {
    struct series *next; /* in its chain */
    char *name;
    char *labels; /* "" when there are none */
    enum kind kind;
    int64_t count;                 /* counter: the value; histogram: all observations */
    double value;                  /* gauge: the value; histogram: the sum */
    int64_t buckets[BUCKET_COUNT]; /* histogram: observations in this bucket alone */
};

static struct lock guard = {PTHREAD_MUTEX_INITIALIZER};
static struct series *chains[CHAINS];
static size_t series_count;

/* FNV-1a, going on from `hash`. */
static uint32_t mix(uint32_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

/* Under the lock. A name keeps the kind of its first use; using it as another kind is our bug. */
static struct series *need(const char *name, const char *labels, enum kind kind)
{
    const char *wanted = labels ? labels : "";
    struct series **chain = &chains[mix(mix(2166136261u, name), wanted) % CHAINS];
    for (struct series *series = *chain; series != NULL; series = series->next) {
        if (strcmp(series->name, name) != 0 || strcmp(series->labels, wanted) != 0)
            continue;
        if (series->kind != kind)
            abort();
        return series;
    }
    struct series *series = mem_new(1, sizeof(*series));
    *series = (struct series){.next = *chain, .name = mem_dup(name), .labels = mem_dup(wanted), .kind = kind};
    *chain = series;
    series_count++;
    return series;
}

void metrics_add(const char *name, const char *labels, int64_t delta)
{
    lock_take(&guard);
    need(name, labels, COUNTER)->count += delta;
    lock_drop(&guard);
}

int64_t metrics_total(const char *name)
{
    int64_t total = 0;
    lock_take(&guard);
    for (size_t i = 0; i < CHAINS; i++) {
        for (const struct series *series = chains[i]; series != NULL; series = series->next) {
            if (series->kind == COUNTER && strcmp(series->name, name) == 0)
                total += series->count;
        }
    }
    lock_drop(&guard);
    return total;
}

void metrics_set(const char *name, const char *labels, double value)
{
    lock_take(&guard);
    need(name, labels, GAUGE)->value = value;
    lock_drop(&guard);
}

void metrics_observe(const char *name, const char *labels, double seconds)
{
    size_t bucket = 0;
    while (bucket < BUCKET_COUNT && seconds > BUCKETS[bucket].seconds)
        bucket++;
    lock_take(&guard);
    struct series *series = need(name, labels, HISTOGRAM);
    series->count++;
    series->value += seconds;
    if (bucket < BUCKET_COUNT)
        series->buckets[bucket]++;
    lock_drop(&guard);
}

static int compare_series(const void *a, const void *b)
{
    const struct series *one = *(const struct series *const *)a;
    const struct series *two = *(const struct series *const *)b;
    int order = strcmp(one->name, two->name);
    return order != 0 ? order : strcmp(one->labels, two->labels);
}

static void write_real(double value, struct buf *out)
{
    if (!isfinite(value)) {
        buf_add_c(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
        return;
    }
    struct json_out number; /* the shortest form that reads back the same serves here too */
    json_out_init(&number, out);
    json_put_real(&number, value);
}

/* `name_suffix{labels,extra} ` */
static void write_head(const struct series *series, const char *suffix, const char *bound, struct buf *out)
{
    buf_add_c(out, series->name);
    buf_add_c(out, suffix);
    bool labelled = series->labels[0] != '\0';
    if (labelled || bound != NULL) {
        buf_add_char(out, '{');
        buf_add_c(out, series->labels);
        if (labelled && bound != NULL)
            buf_add_char(out, ',');
        if (bound != NULL)
            buf_printf(out, "le=\"%s\"", bound);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ' ');
}

static void write_count(const struct series *series, const char *suffix, const char *bound, int64_t count,
                        struct buf *out)
{
    write_head(series, suffix, bound, out);
    buf_add_i64(out, count);
    buf_add_char(out, '\n');
}

static void write_histogram(const struct series *series, struct buf *out)
{
    int64_t below = 0; /* buckets are shown as sums from the lowest on */
    for (size_t i = 0; i < BUCKET_COUNT; i++) {
        below += series->buckets[i];
        write_count(series, "_bucket", BUCKETS[i].text, below, out);
    }
    write_count(series, "_bucket", "+Inf", series->count, out);
    write_head(series, "_sum", NULL, out);
    write_real(series->value, out);
    buf_add_char(out, '\n');
    write_count(series, "_count", NULL, series->count, out);
}

static void write_series(const struct series *series, struct buf *out)
{
    if (series->kind == HISTOGRAM) {
        write_histogram(series, out);
    } else if (series->kind == COUNTER) {
        write_count(series, "", NULL, series->count, out);
    } else {
        write_head(series, "", NULL, out);
        write_real(series->value, out);
        buf_add_char(out, '\n');
    }
}

void metrics_write(struct buf *out)
{
    lock_take(&guard);
    struct series **sorted = mem_new(series_count, sizeof(struct series *));
    size_t count = 0;
    for (size_t i = 0; i < CHAINS; i++) {
        for (struct series *series = chains[i]; series != NULL; series = series->next)
            sorted[count++] = series;
    }
    qsort(sorted, count, sizeof(struct series *), compare_series);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(sorted[i]->name, sorted[i - 1]->name) != 0)
            buf_printf(out, "# TYPE %s %s\n", sorted[i]->name, KIND_NAMES[sorted[i]->kind]);
        write_series(sorted[i], out);
    }
    mem_free(sorted);
    lock_drop(&guard);
}
