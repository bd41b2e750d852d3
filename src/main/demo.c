/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All data comes in over HTTP with an ingest key, as a shop's own would; staff, key, policy and the release of the backlog
 * are what a person would do in the console, done by the same steps. */
#include "main/demo.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time_text.h"
#include "main/demo_shop.h"
#include "step/admin_acts.h"
#include "step/client_acts.h"
#include "step/reads.h"
#include "step/review_email.h"
#include "step/tuning_acts.h"

#define LOAD_LINES 2000
#define TICK_MS 1000
#define SETTLE_SLICE_MS 500
#define ADVANCE_LIMIT_MS (10 * 60 * 1000)
#define RELEASE_COUNT 25
#define ACTOR "staff:demo"

struct demo {
    struct wired *wired;
    struct demo_options options;
    struct str url;
    struct demo_shop shop;
    struct http_client *api;
    struct thread thread;
    struct signal_count stop; /* over 0: stop */
    bool failed;
    int64_t approved;      /* emails approved and not sent, when last looked at */
    int64_t held_until_ms; /* monotonic */
};

int64_t demo_load_instant(int64_t today_ms, struct str zone)
{
    return time_day_start(time_day(today_ms, zone), zone) - TIME_HOUR_MS;
}

static bool is_stopping(struct demo *demo) { return signal_count_get(&demo->stop) > 0; }

/* RC_LIMITED: told to stop; nobody has failed. */
static enum rc stopped(struct demo *demo) { return is_stopping(demo) ? RC_LIMITED : RC_OK; }

static enum rc post_lines(struct demo *demo, struct str lines)
{
    struct http_answer answer = {.status = 0};
    struct http_request request = {
        .method = "POST", .path = "/api/v1/batch", .type = "application/x-ndjson", .body = lines};
    enum rc rc = http_call(demo->api, &request, &answer);
    if (rc == RC_OK && answer.status != 200) {
        fprintf(stderr, "demo: the batch endpoint answered %ld: %.*s\n", answer.status, STR_ARG(buf_str(&answer.body)));
        rc = RC_IO;
    }
    buf_clear(&answer.body);
    return rc;
}

/* All that happens before `until_ms`. An empty batch at the end says that the feed is alive. */
static enum rc post_until(struct demo *demo, int64_t until_ms, size_t *total)
{
    struct buf lines = {0};
    enum rc rc = RC_OK;
    size_t taken = LOAD_LINES;
    while (rc == RC_OK && taken == LOAD_LINES) {
        buf_reset(&lines);
        taken = demo_shop_take(&demo->shop, until_ms, LOAD_LINES, &lines);
        *total += taken;
        rc = post_lines(demo, lines.ptr ? buf_str(&lines) : STR(""));
        if (rc == RC_OK)
            rc = stopped(demo);
    }
    buf_clear(&lines);
    return rc;
}

/* In slices, so that Ctrl-C is heard. */
static enum rc settle(struct demo *demo)
{
    enum rc rc = RC_TIMEOUT;
    for (int64_t waited = 0; rc == RC_TIMEOUT && waited < ADVANCE_LIMIT_MS; waited += SETTLE_SLICE_MS) {
        if (is_stopping(demo))
            return RC_LIMITED;
        rc = workers_settle(demo->wired->workers, SETTLE_SLICE_MS);
    }
    return rc;
}

static enum rc make_people(struct demo *demo, struct arena *arena)
{
    struct staff staff;
    struct api_key key;
    struct str token;
    const struct step_env *env = &demo->wired->env;
    struct staff_change person = {
        .actor = STR("cli"), .email = STR(DEMO_LOGIN), .password = STR(DEMO_PASSWORD), .role = ROLE_ADMIN};
    struct key_change system = {.actor = STR("cli"), .name = STR("the demo's shop system"), .scope = KEY_INGEST};
    enum rc rc = staff_add(env, &person, arena, &staff);
    if (rc == RC_OK)
        rc = key_create(env, &system, arena, &key, &token);
    if (rc == RC_OK)
        demo->api = http_open_url(arena_printf(arena, "http://127.0.0.1:%d", api_port(demo->wired->api)), token);
    return rc;
}

static enum rc load_history(struct demo *demo)
{
    size_t total = 0;
    int64_t began = clock_mono();
    printf("Loading two years of a simulated shop of about %lld clients through the API ...\n",
           (long long)demo->options.clients);
    enum rc rc = post_until(demo, clock_now(demo->wired->env.clock), &total);
    if (rc != RC_OK)
        return rc;
    printf("  %zu products, clients and orders in %.1f s. Scoring everybody ...\n", total,
           (double)(clock_mono() - began) / 1000);
    return settle(demo);
}

/* Moves the clock to the visitor's now: over the midnight at which the shop learns its own rhythm. */
static enum rc come_to_today(struct demo *demo)
{
    size_t total = 0;
    enum rc rc = post_until(demo, demo->options.today_ms, &total);
    if (rc == RC_OK)
        rc = workers_advance(demo->wired->workers, demo->options.today_ms, ADVANCE_LIMIT_MS);
    return rc == RC_OK ? settle(demo) : rc;
}

static enum rc switch_on(struct demo *demo, struct arena *arena)
{
    const struct step_env *env = &demo->wired->env;
    struct policy policy, saved;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc != RC_OK)
        return rc;
    policy.drafting = true;
    policy.threshold = 50;
    policy.review_days = 30; /* a day passes in under a minute: drafts shall not be too old while they are read */
    policy.gross_margin = 0.4;
    policy.review_hour_minor = 3000;
    policy.email_minor = 0.1;
    struct policy_act act = {.actor = STR(ACTOR), .expect = policy.version};
    return policy_save(env, &policy, &act, arena, &saved);
}

/* Switching on decided on the proposal that was there; the visitor shall have one to decide on. */
static enum rc propose(struct demo *demo, struct arena *arena)
{
    struct tuning tuning;
    enum rc rc = tuning_ask(&demo->wired->env, STR(ACTOR), arena, &tuning);
    return rc == RC_CONFLICT ? RC_OK : rc; /* one is being made */
}

static enum rc release_some(struct demo *demo, struct arena *arena)
{
    struct backlog_release release = {.count = RELEASE_COUNT};
    enum rc rc = backlog_release(&demo->wired->env, STR(ACTOR), &release, arena);
    if (rc == RC_OK)
        rc = settle(demo);
    if (rc == RC_OK)
        printf("  %lld clients were drifting already when their history came: that is the backlog, no burst of mail.\n"
               "  The %lld most valuable ones are released; their drafts wait for you.\n",
               (long long)(release.left + release.count), (long long)release.count);
    return rc;
}

static void greet(const struct demo *demo)
{
    printf("\nOpen      %.*s\nLogin     " DEMO_LOGIN "\nPassword  " DEMO_PASSWORD "\n\n", STR_ARG(demo->url));
    printf("Time runs: %lld minutes of the shop pass in every second. Orders keep coming, clients come due, drafts\n"
           "appear in Today. Approve one: time stands for the ten seconds in which you can undo it, then the mail is\n"
           "rehearsed into a maildir that the console shows; if it is night where the reader lives, in the morning.\n"
           "No mail leaves this machine. Stop with Ctrl-C.\n",
           (long long)demo->options.minutes_a_second);
    fflush(stdout);
}

static enum rc prepare(struct demo *demo, struct arena *arena)
{
    struct str zone = demo->wired->env.shop.time_zone;
    /* first orders spread over the whole span: so many clients in all that the wanted number has come by today */
    int64_t clients = demo->options.clients * (DEMO_HISTORY_DAYS + DEMO_FUTURE_DAYS) / DEMO_HISTORY_DAYS;
    struct simulate_options options = {.clients = clients,
                                       .seed = demo->options.seed,
                                       .from_ms = demo->options.today_ms - DEMO_HISTORY_DAYS * TIME_DAY_MS,
                                       .to_ms = demo->options.today_ms + DEMO_FUTURE_DAYS * TIME_DAY_MS,
                                       .zone = zone,
                                       .currency = demo->wired->env.shop.currency};
    demo_shop_init(&demo->shop, &options);
    enum rc rc = make_people(demo, arena);
    if (rc == RC_OK)
        rc = load_history(demo);
    if (rc == RC_OK)
        rc = come_to_today(demo);
    if (rc == RC_OK)
        rc = switch_on(demo, arena);
    if (rc == RC_OK)
        rc = propose(demo, arena);
    return rc == RC_OK ? release_some(demo, arena) : rc;
}

/* One real second: the orders of the coming minutes first, then the clock over them, so that no timer fires on a silence
 * that has ended. Somebody else may be moving the clock (RC_BUSY), or have moved it already: the next second will do. */
static enum rc tick(struct demo *demo)
{
    size_t total = 0;
    int64_t next = clock_now(demo->wired->env.clock) + demo->options.minutes_a_second * TIME_MINUTE_MS;
    enum rc rc = post_until(demo, next, &total);
    if (rc != RC_OK)
        return rc;
    rc = workers_advance(demo->wired->workers, next, ADVANCE_LIMIT_MS);
    return rc == RC_BUSY || rc == RC_INVALID ? RC_OK : rc;
}

/* An approval can be undone for ten seconds of the shop's time, which would be over at once: time stands for as many real
 * seconds after each new one. */
static bool is_held(struct demo *demo)
{
    int64_t approved = 0;
    struct arena arena = {0};
    if (read_counter(&demo->wired->env, STR("email:approved"), &arena, &approved) == RC_OK) {
        if (approved > demo->approved)
            demo->held_until_ms = clock_mono() + REVIEW_UNDO_MS;
        demo->approved = approved;
    }
    arena_clear(&arena);
    return clock_mono() < demo->held_until_ms;
}

static enum rc tell(struct demo *demo)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && !demo_shop_is_over(&demo->shop)) {
        int64_t began = clock_mono();
        if (!is_held(demo))
            rc = tick(demo);
        int64_t left = TICK_MS - (clock_mono() - began);
        if (rc == RC_OK && left > 0)
            signal_count_wait(&demo->stop, 0, left);
        if (rc == RC_OK)
            rc = stopped(demo);
    }
    if (rc == RC_OK)
        printf("The simulated future ends here: the clock stands, the console goes on. Stop with Ctrl-C.\n");
    fflush(stdout);
    return rc;
}

static void run(void *arg)
{
    struct demo *demo = arg;
    struct arena arena = {0};
    enum rc rc = prepare(demo, &arena);
    if (rc == RC_OK) {
        greet(demo);
        rc = tell(demo);
    }
    demo->failed = rc != RC_OK && !is_stopping(demo);
    if (demo->failed) {
        fprintf(stderr, "demo: cannot go on: %s\n", rc_name(rc));
        kill(getpid(), SIGTERM);
    }
    arena_clear(&arena);
}

struct demo *demo_start(struct wired *wired, const struct demo_options *options, struct str url)
{
    struct demo *demo = mem_new(1, sizeof *demo);
    demo->wired = wired;
    demo->options = *options;
    demo->url = url;
    signal_count_init(&demo->stop);
    thread_start(&demo->thread, "demo", run, demo);
    return demo;
}

bool demo_stop(struct demo *demo)
{
    signal_count_bump(&demo->stop);
    thread_join(&demo->thread);
    bool good = !demo->failed;
    http_close(demo->api);
    demo_shop_clear(&demo->shop);
    signal_count_clear(&demo->stop);
    mem_free(demo);
    return good;
}
