/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the API's walks over a large shop take, on SQLite: walks_bench FOLDER [CLIENTS [EPISODES]]. FOLDER is made and left
 * behind, and used as it is when it is there; put it on the disk that is to be measured. Nothing here passes or fails.
 *
 *   sample     POST /policy/preview from its sample of clients; "cold" is with the database dropped from the page cache
 *   exact      the same from all clients
 *   results    GET /results from all admissions
 * For each a score threshold and a chance are asked; the resident set is the process's highest so far. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "watch.h"

#include "adapter/sqlite/sqlite.h"
#include "api/preview_walk.h"
#include "base/clock.h"
#include "base/hash.h"
#include "core/episode.h"
#include "core/recent.h"
#include "core/score.h"
#include "core/simulate.h"
#include "step/results.h"

enum { CHUNK = 10000 };
#define NOW_MS 1780000000000LL

struct bench {
    const char *folder;
    struct store *store;
    struct step_env env;
    struct scale scale;
    struct policy policy;
    int64_t clients, episodes;
};

static void report(const char *what, struct watch watch, const char *more)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-20s %8.2f s   cpu %7.2f s   %5ld MB   %s\n", what, (double)(clock_mono() - watch.wall_ms) / 1000,
           cpu_seconds(&usage) - watch.cpu_s, usage.ru_maxrss / 1024, more);
    fflush(stdout);
}

/* --- a shop -------------------------------------------------------------------------------------------------------- */
static void put_all(struct bench *bench, enum record_kind kind, const void *records, size_t count)
{
    struct store_write writes[STORE_BATCH_MAX];
    size_t size = RECORD_TYPES[kind].size;
    for (size_t first = 0; first < count; first += STORE_BATCH_MAX) {
        size_t many = count - first < STORE_BATCH_MAX ? count - first : STORE_BATCH_MAX;
        for (size_t i = 0; i < many; i++)
            writes[i] = (struct store_write){.op = STORE_PUT,
                                             .kind = kind,
                                             .record = (const char *)records + (first + i) * size,
                                             .expect = STORE_ABSENT};
        struct store_batch batch = {.writes = writes, .write_count = many, .now = NOW_MS};
        must(store_commit(bench->store, &batch), "commit");
    }
}

static void score(const struct bench *bench, const struct order *orders, size_t count, struct arena *arena,
                  struct engagement *out)
{
    record_init(RECORD_ENGAGEMENT, out);
    score_sums(orders, count, STR("UTC"), out);
    score_crossings(&bench->scale, &bench->policy.detector, bench->policy.threshold, out);
    out->recent = recent_write(orders, count, STR("UTC"), NOW_MS, arena);
    out->draw = (int64_t)(hash_mix(out->client_id, 0) >> 1);
    out->profiled = out->mailable = true;
    out->backlog = out->due_at <= NOW_MS ? BACKLOG_HISTORY : BACKLOG_NONE;
    out->backlog_rank = out->backlog ? out->value_minor : I64_NONE;
    out->scale_version = out->policy_version = 1;
    out->updated_at = NOW_MS;
}

static int by_client(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    return str_compare(x->client_id, y->client_id);
}

static void make_clients(struct bench *bench, int64_t first)
{
    struct arena arena = {0};
    struct simulate shop;
    size_t count = 0;
    simulate_shop(&(struct simulate_options){.clients = CHUNK,
                                             .seed = (uint64_t)first + 1,
                                             .from_ms = NOW_MS - 730 * TIME_DAY_MS,
                                             .to_ms = NOW_MS,
                                             .zone = STR("UTC"),
                                             .currency = STR("EUR")},
                  &arena, &shop);
    struct engagement *engagements = arena_new(&arena, CHUNK, sizeof *engagements);
    qsort(shop.orders, shop.order_count, sizeof *shop.orders, by_client);
    for (size_t i = 0, end = 0; i < shop.order_count; i = end) {
        struct engagement *engagement = &engagements[count++];
        while (end < shop.order_count && str_equal(shop.orders[end].client_id, shop.orders[i].client_id))
            end++;
        score(bench, shop.orders + i, end - i, &arena, engagement);
        engagement->client_id = arena_printf(&arena, "client-%07" PRId64, first + (int64_t)count);
        engagement->draw = (int64_t)(hash_mix(engagement->client_id, 0) >> 1);
    }
    put_all(bench, RECORD_ENGAGEMENT, engagements, count);
    arena_clear(&arena);
}

static void make_episodes(struct bench *bench, int64_t first)
{
    struct arena arena = {0};
    struct episode *episodes = arena_new(&arena, CHUNK, sizeof *episodes);
    for (int64_t i = 0; i < CHUNK; i++) {
        struct episode *episode = &episodes[i];
        struct rand_stream random;
        rand_seed(&random, (uint64_t)(first + i));
        record_init(RECORD_EPISODE, episode);
        episode->client_id = arena_printf(&arena, "client-%07" PRId64, first + i + 1);
        episode->last_order_id = STR("order");
        episode->id = episode_id_of(episode->client_id, episode->last_order_id, &arena);
        episode->person = episode->client_id;
        episode->due_at = episode->opened_at = NOW_MS - (int64_t)(rand_unit(&random) * 700 * (double)TIME_DAY_MS);
        episode->admitted_at = episode->opened_at;
        episode->arm = rand_unit(&random) < 0.2 ? ARM_HOLDOUT : ARM_TREATED;
        episode->state = episode->arm == ARM_HOLDOUT ? EPISODE_HOLDOUT : EPISODE_EMAILED;
        episode->period = arena_printf(&arena, "period-%d", (int)(rand_unit(&random) * 6));
        episode->counts = true;
        episode->score = 30 + 20 * rand_unit(&random);
        if (rand_unit(&random) < 0.12)
            episode->reordered_at = episode->admitted_at + (int64_t)(rand_unit(&random) * 30 * (double)TIME_DAY_MS);
        episode->updated_at = NOW_MS;
    }
    put_all(bench, RECORD_EPISODE, episodes, CHUNK);
    arena_clear(&arena);
}

static bool is_made(struct bench *bench, enum record_index index)
{
    struct arena arena = {0};
    struct store_query query = STORE_QUERY(index);
    struct store_page page;
    query.limit = 1;
    must(store_list(bench->store, &query, &arena, &page), "list");
    arena_clear(&arena);
    return page.count > 0;
}

static void make_shop(struct bench *bench)
{
    struct watch began = watch_start();
    if (is_made(bench, ENGAGEMENT_BY_CLIENT))
        return;
    for (int64_t first = 0; first < bench->clients; first += CHUNK)
        make_clients(bench, first);
    for (int64_t first = 0; first < bench->episodes; first += CHUNK)
        make_episodes(bench, first);
    report("(making the shop)", began, "");
}

/* --- walks --------------------------------------------------------------------------------------------------------- */
static void drop_cache(const struct bench *bench)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/rekindle.db", bench->folder);
    int file = open(path, O_RDONLY);
    if (file < 0 || fdatasync(file) != 0 || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0)
        fprintf(stderr, "the page cache was not dropped\n");
    if (file >= 0)
        close(file);
}

static struct preview_question ask(const struct bench *bench, bool chance)
{
    struct preview_question question = {.policies = {bench->policy, bench->policy},
                                        .scale = bench->scale,
                                        .now_ms = NOW_MS,
                                        .past_days = 90,
                                        .next_days = 30};
    question.policies[1].threshold = 40;
    question.policies[1].detector.kind = chance ? DETECTOR_CHANCE : DETECTOR_SCORE;
    return question;
}

static void say(const char *what, struct watch began, const struct preview_result *result)
{
    char more[200];
    const struct preview_answer *now = &result->answers[0];
    snprintf(more, sizeof more, "%" PRId64 " of %" PRId64 " clients; past %.0f +- %.0f, next %.0f +- %.0f",
             result->looked_at, result->clients, now->past.episodes.value, now->past.episodes.error,
             now->next.episodes.value, now->next.episodes.error);
    report(what, began, more);
}

static void bench_preview(struct bench *bench)
{
    struct preview_result result;
    struct preview_question question = ask(bench, false), by_chance = ask(bench, true);
    struct preview_desk desk;
    preview_desk_init(&desk);
    static const char *const SAMPLES[] = {"sample, cold", "sample, warm"}, *const EXACT[] = {"exact, cold",
                                                                                             "exact, warm"};
    for (int warm = 0; warm < 2; warm++) {
        if (!warm)
            drop_cache(bench);
        struct watch began = watch_start();
        must(preview_sample(bench->store, &question, &result), "sample");
        say(SAMPLES[warm], began, &result);
    }
    struct watch began = watch_start();
    must(preview_sample(bench->store, &by_chance, &result), "sample");
    say("sample, by chance", began, &result);
    for (int warm = 0; warm < 2; warm++) {
        if (!warm)
            drop_cache(bench);
        question.past_days = 90 - warm; /* another question, or the kept answer would serve */
        began = watch_start();
        must(preview_exact(&desk, bench->store, &question, &result), "exact");
        say(EXACT[warm], began, &result);
    }
    began = watch_start();
    must(preview_exact(&desk, bench->store, &by_chance, &result), "exact");
    say("exact, by chance", began, &result);
    began = watch_start();
    must(preview_exact(&desk, bench->store, &by_chance, &result), "exact");
    say("exact, asked again", began, &result);
    preview_desk_clear(&desk);
}

static void bench_results(struct bench *bench)
{
    struct arena arena = {0};
    struct results results;
    char more[100];
    struct watch began = watch_start();
    must(results_read(&bench->env, 30, &arena, &results), "results");
    snprintf(more, sizeof more, "%" PRId64 " people, %zu weeks",
             results.total.treated.people + results.total.holdout.people, results.week_count);
    report("results", began, more);
    arena_clear(&arena);
}

static void set_scale(struct bench *bench)
{
    struct scale *scale = &bench->scale;
    record_init(RECORD_SCALE, scale);
    scale->gap_days = 38;
    scale->value_minor = 2600;
    scale->chance_r = 1;
    scale->chance_alpha_days = 30;
    scale->chance_a = 0.7;
    scale->chance_b = 3;
    scale->fit_clients = 20000;
    scale->fit_gaps = 90000;
    scale->return_days = 110;
}

int main(int argc, char **argv)
{
    struct bench bench = {.clients = 1000000, .episodes = 100000};
    struct sqlite_backend *backend = NULL;
    struct clock *clock = NULL;
    struct str why = STR_NONE;
    hash_init();
    if (argc < 2 || argc > 4 || (argc > 2 && str_to_i64(str_of(argv[2]), &bench.clients) != RC_OK) ||
        (argc > 3 && str_to_i64(str_of(argv[3]), &bench.episodes) != RC_OK)) {
        fprintf(stderr, "usage: walks_bench FOLDER [CLIENTS [EPISODES]]\n");
        return 2;
    }
    if (sqlite_open_loose(argv[1], &backend, &why) != RC_OK) {
        fprintf(stderr, "%.*s\n", STR_ARG(why));
        return 1;
    }
    bench.folder = argv[1];
    clock = clock_new_manual(NOW_MS);
    bench.store = sqlite_store(backend);
    bench.env = (struct step_env){.clock = clock, .store = bench.store, .shop = {.time_zone = STR("UTC")}};
    set_scale(&bench);
    policy_default(&bench.policy, STR("00"));
    make_shop(&bench);
    bench_preview(&bench);
    bench_results(&bench);
    bench.store->vtable->close(bench.store);
    clock_free(clock);
    return 0;
}
