/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the SQLite store does on this machine, without HTTP or CSV around it: store_bench FOLDER [ORDERS]. FOLDER is made
 * and left behind; put it on the disk that is to be measured. Figures of one run; nothing here passes or fails.
 *
 *   load       orders of 10 a client in loads of 10,000 rows, one change each; CPU is the whole process, user and system
 *   again      the same rows once more: merged, found equal, not written
 *   durable    100 threads, each an order, its counter and its score job, answered when on the disk
 *   jobs       4 workers claim a job and acknowledge it, relaxed, with the next timer put in the same commit */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "adapter/sqlite/sqlite.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/thread.h"
#include "core/client.h"
#include "core/order.h"
#include "core/records_small.h"

enum { LOAD_ROWS = 10000, ORDERS_EACH = 10, WRITERS = 100, COMMITS_EACH = 50, WORKERS = 4, JOBS = 100000 };
#define BEGIN_MS 1700000000000LL

struct bench {
    struct store *store;
    struct queue *queue;
    int64_t orders;
};

static void must(enum rc rc, const char *what)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, rc_name(rc));
    exit(1);
}

/* --- time -------------------------------------------------------------------------------------------------------- */
struct watch {
    int64_t wall_ms;
    double cpu_s;
};

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct watch watch_start(void) { return (struct watch){clock_mono(), cpu_seconds()}; }

static void report(const char *what, struct watch watch, int64_t count)
{
    double wall = (double)(clock_mono() - watch.wall_ms) / 1000.0, cpu = cpu_seconds() - watch.cpu_s;
    printf("%-10s %9" PRId64 "  wall %7.2f s %9.0f/s   cpu %7.2f s %9.0f/s\n", what, count, wall, (double)count / wall,
           cpu, (double)count / cpu);
    fflush(stdout);
}

/* --- load -------------------------------------------------------------------------------------------------------- */
static struct order make_order(struct arena *arena, int64_t number, int64_t clients)
{
    struct order order;
    record_init(RECORD_ORDER, &order);
    order.id = arena_printf(arena, "order-%09" PRId64, number);
    order.client_id = arena_printf(arena, "client-%07" PRId64, (number * 7919) % clients);
    order.ordered_at = BEGIN_MS + number * 31000;
    order.currency = STR("EUR");
    order.total_minor = order.total_shop_minor = 1000 + number % 9000;
    order.category = STR("bread");
    order.created_at = order.updated_at = BEGIN_MS;
    return order;
}

/* One load of orders [first, first + count); the first time with their clients. */
static void load_some(struct bench *bench, int64_t first, int64_t count, struct store_load_row *rows)
{
    struct arena arena = {0};
    struct order *orders = arena_new(&arena, (size_t)count, sizeof(*orders));
    for (int64_t i = 0; i < count; i++) {
        orders[i] = make_order(&arena, first + i, bench->orders / ORDERS_EACH);
        rows[i] = (struct store_load_row){.kind = RECORD_ORDER, .record = &orders[i]};
    }
    struct store_load load = {.rows = rows, .count = (size_t)count, .one_change = true, .now = BEGIN_MS};
    must(store_load(bench->store, &load), "load");
    arena_clear(&arena);
}

static void load_clients(struct bench *bench)
{
    int64_t count = bench->orders / ORDERS_EACH;
    struct arena arena = {0};
    struct client *clients = arena_new(&arena, (size_t)count, sizeof(*clients));
    struct store_load_row *rows = arena_new(&arena, (size_t)count, sizeof(*rows));
    for (int64_t i = 0; i < count; i++) {
        client_init_bare(&clients[i], arena_printf(&arena, "client-%07" PRId64, i), BEGIN_MS);
        clients[i].person = arena_printf(&arena, "c:client-%07" PRId64, i);
        rows[i] = (struct store_load_row){.kind = RECORD_CLIENT, .record = &clients[i]};
    }
    struct store_load load = {.rows = rows, .count = (size_t)count, .one_change = true, .now = BEGIN_MS};
    must(store_load(bench->store, &load), "load clients");
    arena_clear(&arena);
}

static void bench_load(struct bench *bench, const char *name)
{
    struct store_load_row *rows = mem_new(LOAD_ROWS, sizeof(*rows));
    struct watch watch = watch_start();
    for (int64_t first = 0; first < bench->orders; first += LOAD_ROWS)
        load_some(bench, first, bench->orders - first < LOAD_ROWS ? bench->orders - first : LOAD_ROWS, rows);
    report(name, watch, bench->orders);
    mem_free(rows);
}

/* --- many durable writers ------------------------------------------------------------------------------------------ */
struct writer_thread {
    struct bench *bench;
    struct thread thread;
    int64_t number;
};

static void commit_orders(void *arg)
{
    struct writer_thread *self = arg;
    for (int64_t i = 0; i < COMMITS_EACH; i++) {
        struct arena arena = {0};
        struct order order = make_order(&arena, self->bench->orders + self->number * COMMITS_EACH + i,
                                        self->bench->orders / ORDERS_EACH);
        const struct store_write writes[] = {
            {.op = STORE_PUT, .kind = RECORD_ORDER, .record = &order, .expect = STORE_ABSENT},
            {.op = STORE_ADD, .kind = RECORD_COUNTER, .key = STR("orders"), .expect = STORE_ANY, .add = 1}};
        const struct store_job job = {
            .op = STORE_JOB_EARLIEST, .kind = JOB_SCORE, .key = order.client_id, .run_at = BEGIN_MS};
        struct store_batch batch = {
            .writes = writes, .write_count = 2, .jobs = &job, .job_count = 1, .now = BEGIN_MS, .durable = true};
        must(store_commit(self->bench->store, &batch), "commit");
        arena_clear(&arena);
    }
}

static void bench_durable(struct bench *bench)
{
    static struct writer_thread threads[WRITERS];
    int64_t commits = metrics_total("rekindle_store_commits_total");
    struct watch watch = watch_start();
    for (int64_t i = 0; i < WRITERS; i++) {
        threads[i] = (struct writer_thread){.bench = bench, .number = i};
        thread_start(&threads[i].thread, "bench", commit_orders, &threads[i]);
    }
    for (int i = 0; i < WRITERS; i++)
        thread_join(&threads[i].thread);
    report("durable", watch, (int64_t)WRITERS * COMMITS_EACH);
    printf("           in %" PRId64 " commits\n", metrics_total("rekindle_store_commits_total") - commits);
}

/* --- jobs ---------------------------------------------------------------------------------------------------------- */
static void put_jobs(struct bench *bench)
{
    struct store_job jobs[100];
    for (int64_t first = 0; first < JOBS; first += 100) {
        struct arena arena = {0};
        for (int64_t i = 0; i < 100; i++)
            jobs[i] = (struct store_job){.op = STORE_JOB_EARLIEST,
                                         .kind = JOB_SCORE,
                                         .key = arena_printf(&arena, "client-%07" PRId64, first + i),
                                         .run_at = BEGIN_MS + first / 100};
        struct store_batch batch = {.jobs = jobs, .job_count = 100, .now = BEGIN_MS};
        must(store_commit(bench->store, &batch), "put jobs");
        arena_clear(&arena);
    }
}

static void work(void *arg)
{
    struct bench *bench = arg;
    for (;;) {
        struct arena arena = {0};
        struct job job;
        if (bench->queue->vtable->claim(bench->queue, JOB_MASK(JOB_SCORE), INT64_MAX, &arena, &job) != RC_OK)
            return;
        const struct store_job due = {
            .op = STORE_JOB_SET, .kind = JOB_DUE, .key = job.key, .run_at = BEGIN_MS + 90 * 86400000LL};
        struct store_batch batch = {
            .jobs = &due, .job_count = 1, .finish = {.op = STORE_FINISH_ACK, .job = &job}, .now = BEGIN_MS};
        must(store_commit(bench->store, &batch), "acknowledge");
        arena_clear(&arena);
    }
}

static void bench_jobs(struct bench *bench)
{
    struct thread threads[WORKERS];
    struct queue_stats stats;
    struct watch watch = watch_start();
    put_jobs(bench);
    report("put", watch, JOBS);
    must(bench->queue->vtable->stats(bench->queue, &stats), "stats");
    watch = watch_start();
    for (int i = 0; i < WORKERS; i++)
        thread_start(&threads[i], "bench", work, bench);
    for (int i = 0; i < WORKERS; i++)
        thread_join(&threads[i]);
    report("jobs", watch, stats.waiting[JOB_SCORE]);
}

int main(int argc, char **argv)
{
    struct bench bench = {.orders = 1000000};
    struct sqlite_backend *backend = NULL;
    struct str why = STR_NONE;
    hash_init();
    if (argc < 2 || argc > 3 || (argc == 3 && str_to_i64(str_of(argv[2]), &bench.orders) != RC_OK)) {
        fprintf(stderr, "usage: store_bench FOLDER [ORDERS]\n");
        return 2;
    }
    if (sqlite_open(argv[1], &backend, &why) != RC_OK) {
        fprintf(stderr, "%.*s\n", STR_ARG(why));
        return 1;
    }
    bench.store = sqlite_store(backend);
    bench.queue = sqlite_queue(backend);
    load_clients(&bench);
    bench_load(&bench, "load");
    bench_load(&bench, "again");
    bench_durable(&bench);
    bench_jobs(&bench);
    bench.store->vtable->close(bench.store);
    return 0;
}
