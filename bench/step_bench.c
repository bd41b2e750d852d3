/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the steps that look at a whole shop cost, on the SQLite store: step_bench FOLDER [CLIENTS]. FOLDER is made
 * and left behind; put it on the disk that is to be measured. Figures of one run; nothing here passes or fails. One thread,
 * as the program gives each of these steps; the peak of resident memory is the process's so far.
 *
 *   score      one client at a time from its ten orders, with the parsed policy kept and without
 *   rearm      every client's crossings and timer anew after another threshold: a full rescoring
 *   fit        the chance model to the sample it takes
 *   tune       a detector from the history of the sample it takes */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "watch.h"

#include "adapter/sqlite/sqlite.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "core/recent.h"
#include "core/score.h"
#include "step/admin_acts.h"
#include "step/batch.h"
#include "step/reads.h"
#include "step/steps.h"

enum { ORDERS_EACH_MAX = 20, LOAD_CLIENTS = 1000, SCORED = 20000 };
#define NOW 1700000000000LL
#define HISTORY_DAYS 730.0

struct bench {
    struct step_env env;
    struct rand_stream random;
    int64_t clients, orders;
};

static void report(const char *what, struct watch watch, int64_t count)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double wall = (double)(clock_mono() - watch.wall_ms) / 1000, cpu = cpu_seconds(&usage) - watch.cpu_s;
    printf("%-24s %9" PRId64 "  wall %7.2f s %9.0f/s   cpu %7.2f s %9.0f/s   peak %6.1f MB\n", what, count, wall,
           (double)count / wall, cpu, (double)count / cpu, (double)usage.ru_maxrss / 1024);
    fflush(stdout);
}

/* --- a shop ------------------------------------------------------------------------------------------------------ */
static struct str client_id(struct arena *arena, int64_t number) { return arena_printf(arena, "c-%08" PRId64, number); }

/* A client's orders: a rate of its own, some of the clients gone after a while. */
static size_t make_orders(struct bench *bench, struct arena *arena, struct str client, struct order *out)
{
    size_t count = 0;
    double mean_days = 20 + rand_exponential(&bench->random, 1.0 / 60);
    double day = rand_unit(&bench->random) * HISTORY_DAYS;
    do {
        struct order *order = &out[count];
        record_init(RECORD_ORDER, order);
        order->id = arena_printf(arena, "o-%" PRId64, bench->orders++);
        order->client_id = client;
        order->ordered_at = NOW - (int64_t)((HISTORY_DAYS - day) * (double)TIME_DAY_MS);
        order->currency = STR("EUR");
        order->total_minor = order->total_shop_minor = 1000 + (int64_t)(rand_unit(&bench->random) * 9000);
        order->created_at = order->updated_at = NOW;
        day += 1 + rand_exponential(&bench->random, 1 / mean_days);
        count++;
    } while (day < HISTORY_DAYS && count < ORDERS_EACH_MAX && rand_unit(&bench->random) > 0.15);
    return count;
}

/* Clients with their orders as an import brings them, and their engagements as scoring leaves them. */
static void load_some(struct bench *bench, int64_t first, int64_t count, const struct policy *policy,
                      const struct scale *scale)
{
    struct arena arena = {0};
    struct store_load_row *rows = arena_new(&arena, (size_t)count * (ORDERS_EACH_MAX + 1), sizeof *rows);
    struct order *orders = arena_new(&arena, (size_t)count * ORDERS_EACH_MAX, sizeof *orders);
    struct client *clients = arena_new(&arena, (size_t)count, sizeof *clients);
    struct engagement *engagements = arena_new(&arena, (size_t)count, sizeof *engagements);
    size_t row_count = 0;
    for (int64_t i = 0; i < count; i++) {
        struct order *own = &orders[i * ORDERS_EACH_MAX];
        struct engagement *e = &engagements[i];
        client_init_bare(&clients[i], client_id(&arena, first + i), NOW);
        clients[i].person = arena_printf(&arena, "c:%.*s", STR_ARG(clients[i].id));
        rows[row_count++] = (struct store_load_row){.kind = RECORD_CLIENT, .record = &clients[i]};
        size_t own_count = make_orders(bench, &arena, clients[i].id, own);
        for (size_t k = 0; k < own_count; k++)
            rows[row_count++] = (struct store_load_row){.kind = RECORD_ORDER, .record = &own[k]};
        record_init(RECORD_ENGAGEMENT, e);
        e->client_id = clients[i].id;
        score_sums(own, own_count, STR("UTC"), e);
        score_crossings(scale, &policy->detector, policy->threshold, e);
        e->draw = (int64_t)(hash_mix(e->client_id, 0) >> 1);
        e->recent = recent_write(own, own_count, STR("UTC"), NOW, &arena);
        e->profiled = e->mailable = true;
        e->scale_version = e->policy_version = 1;
        e->updated_at = NOW;
    }
    struct store_load load = {.rows = rows, .count = row_count, .one_change = true, .now = NOW};
    must(store_load(bench->env.store, &load), "load");
    for (int64_t at = 0; at < count; at += 50) {
        struct batch *batch = arena_new(&arena, 1, sizeof *batch);
        batch_init(batch);
        for (int64_t i = at; i < count && i < at + 50; i++) {
            batch_put(batch, RECORD_ENGAGEMENT, &engagements[i], STORE_ABSENT);
            if (engagements[i].due_at > NOW)
                batch_job(batch, STORE_JOB_SET, JOB_DUE, engagements[i].client_id, engagements[i].due_at);
        }
        must(batch_commit(&bench->env, batch), "engagements");
    }
    arena_clear(&arena);
}

static void make_shop(struct bench *bench)
{
    struct arena arena = {0};
    struct policy policy;
    struct scale scale;
    struct watch began = watch_start();
    must(policy_ensure(&bench->env, &arena), "policy");
    must(env_policy(&bench->env, &arena, &policy), "policy");
    must(read_scale(&bench->env, &arena, &scale), "scale");
    scale.number = 1;
    scale.gap_days = 70;
    scale.value_minor = 5500;
    scale.published_at = scale.updated_at = NOW;
    struct batch *batch = arena_new(&arena, 1, sizeof *batch);
    batch_init(batch);
    batch_put(batch, RECORD_SCALE, &scale, STORE_ABSENT);
    must(batch_commit(&bench->env, batch), "scale");
    for (int64_t first = 0; first < bench->clients; first += LOAD_CLIENTS)
        load_some(bench, first, bench->clients - first < LOAD_CLIENTS ? bench->clients - first : LOAD_CLIENTS, &policy,
                  &scale);
    report("made, clients", began, bench->clients);
    arena_clear(&arena);
}

/* --- jobs -------------------------------------------------------------------------------------------------------- */
static void put_jobs(struct bench *bench, enum job_kind kind, int64_t count)
{
    for (int64_t first = 0; first < count; first += 100) {
        struct arena arena = {0};
        struct batch *batch = arena_new(&arena, 1, sizeof *batch);
        batch_init(batch);
        for (int64_t i = first; i < count && i < first + 100; i++)
            batch_job(batch, STORE_JOB_SET, kind, kind == JOB_SCORE ? client_id(&arena, i) : JOB_SHOP, NOW);
        must(batch_commit(&bench->env, batch), "put jobs");
        arena_clear(&arena);
    }
}

/* Until none of the kind is left for now. */
static void run_jobs(struct bench *bench, enum job_kind kind,
                     enum rc (*run)(const struct step_env *, const struct job *, struct arena *))
{
    struct queue *queue = bench->env.queue;
    struct arena arena = {0};
    struct job job;
    while (queue->vtable->claim(queue, JOB_MASK(kind), NOW, &arena, &job) == RC_OK) {
        must(run(&bench->env, &job, &arena), JOB_KIND_WORDS[kind]);
        arena_clear(&arena);
    }
    arena_clear(&arena);
}

static void bench_score(struct bench *bench, struct policy_cache *cache, const char *name)
{
    int64_t count = bench->clients < SCORED ? bench->clients : SCORED;
    bench->env.policies = cache;
    put_jobs(bench, JOB_SCORE, count);
    struct watch began = watch_start();
    run_jobs(bench, JOB_SCORE, score_client);
    report(name, began, count);
}

static void bench_rearm(struct bench *bench)
{
    struct arena arena = {0};
    struct policy policy, saved;
    must(env_policy(&bench->env, &arena, &policy), "policy");
    struct policy_act act = {.actor = STR("bench"), .expect = policy.version};
    policy.threshold = 40;
    must(policy_save(&bench->env, &policy, &act, &arena, &saved), "save"); /* puts the job */
    struct watch began = watch_start();
    run_jobs(bench, JOB_REARM, rearm_clients);
    report("rearm, clients", began, bench->clients);
    arena_clear(&arena);
}

static void bench_shop_job(struct bench *bench, enum job_kind kind,
                           enum rc (*run)(const struct step_env *, const struct job *, struct arena *))
{
    put_jobs(bench, kind, 1);
    struct watch began = watch_start();
    run_jobs(bench, kind, run);
    report(JOB_KIND_WORDS[kind], began, 1);
}

int main(int argc, char **argv)
{
    struct bench bench = {.clients = 100000};
    struct sqlite_backend *backend = NULL;
    struct policy_cache cache = {.policy = {.version = 0}};
    struct str why = STR_NONE;
    hash_init();
    log_set_level(LOG_ERROR);
    rand_seed(&bench.random, 1);
    if (argc < 2 || argc > 3 || (argc == 3 && str_to_i64(str_of(argv[2]), &bench.clients) != RC_OK)) {
        fprintf(stderr, "usage: step_bench FOLDER [CLIENTS]\n");
        return 2;
    }
    if (sqlite_open(argv[1], &backend, &why) != RC_OK) {
        fprintf(stderr, "%.*s\n", STR_ARG(why));
        return 1;
    }
    bench.env = (struct step_env){.clock = clock_new_manual(NOW),
                                  .store = sqlite_store(backend),
                                  .feed = sqlite_feed(backend),
                                  .queue = sqlite_queue(backend),
                                  .shop = {.currency = STR("EUR"), .time_zone = STR("UTC")}};
    make_shop(&bench);
    bench_score(&bench, NULL, "score, parsed each time");
    bench_score(&bench, &cache, "score, policy kept");
    bench_rearm(&bench);
    bench_shop_job(&bench, JOB_FIT, fit_shop);
    bench_shop_job(&bench, JOB_TUNE, tune_shop);
    policy_cache_clear(&cache);
    bench.env.store->vtable->close(bench.env.store);
    clock_free(bench.env.clock);
    return 0;
}
