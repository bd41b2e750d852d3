/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Outcome: orders of a client came, went or changed. For every episode of the person that is open or was admitted of late,
 * what was ordered since is worked out anew from all orders of all clients of the person, so late, cancelled and returned
 * orders need no case of their own and running it twice changes nothing; closed episodes are looked at too, since the proof
 * asks what was bought within their window. An episode whose silence has ended (or is gone with its order) is closed: its
 * email is cancelled if it has not left, and the person's lock given back. Cancel: consent, suppression or profiling changed;
 * what may no longer be sent is cancelled at once, not only at send time. */
#include <stdlib.h>

#include "base/log.h"
#include "base/metrics.h"
#include "step/audit_email.h"
#include "step/guard.h"
#include "step/moves.h"
#include "step/reads.h"
#include "step/steps.h"

#define WINDOW_MS (30 * TIME_DAY_MS)   /* a reorder within it counts as recovered */
#define WATCHED_MS (120 * TIME_DAY_MS) /* the longest window, and a month for what is returned or comes late */
#define EPISODES_LOOKED_AT 20          /* newest episodes of a client; older ones are closed and their windows too */
#define NOTED_AT_ONCE 40               /* episodes a commit */

struct outcome {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct client *clients; /* of the person */
    size_t client_count;
    const struct order **orders; /* counting ones of all of them, oldest first */
    size_t order_count;
    struct batch *batch;
    struct episode *closed; /* at most one a commit: each takes the person's lock */
    size_t noted;
    bool more; /* there is more to do than one commit holds */
};

static int by_time(const void *a, const void *b)
{
    const struct order *x = *(const struct order *const *)a, *y = *(const struct order *const *)b;
    if (x->ordered_at != y->ordered_at)
        return x->ordered_at < y->ordered_at ? -1 : 1;
    return str_compare(x->id, y->id);
}

static enum rc read_all(struct outcome *o, struct str client_id)
{
    struct client client;
    enum rc rc = store_get(o->env->store, RECORD_CLIENT, client_id, o->arena, &client);
    if (rc == RC_OK)
        rc = read_person_clients(o->env, client.person, o->arena, &o->clients, &o->client_count);
    struct order **each = arena_new(o->arena, o->client_count + 1, sizeof *each);
    size_t *counts = arena_new(o->arena, o->client_count + 1, sizeof *counts), total = 0;
    for (size_t i = 0; rc == RC_OK && i < o->client_count; i++) {
        rc = read_orders(o->env, o->clients[i].id, o->arena, &each[i], &counts[i]);
        total += rc == RC_OK ? counts[i] : 0;
    }
    if (rc != RC_OK)
        return rc;
    o->orders = arena_new(o->arena, total + 1, sizeof *o->orders);
    for (size_t i = 0; i < o->client_count; i++)
        for (size_t k = 0; k < counts[i]; k++)
            if (order_is_visit(&each[i][k]))
                o->orders[o->order_count++] = &each[i][k];
    qsort(o->orders, o->order_count, sizeof *o->orders, by_time);
    return RC_OK;
}

/* The order that ended the silence, NULL while it lasts. *gone: the silence itself is not there any more, its order was
 * cancelled or taken back. */
static const struct order *ending_order(const struct outcome *o, const struct episode *episode, bool *gone)
{
    for (size_t i = 0; i < o->order_count; i++)
        if (str_equal(o->orders[i]->id, episode->last_order_id)) {
            *gone = false;
            return i + 1 < o->order_count ? o->orders[i + 1] : NULL;
        }
    *gone = true;
    return NULL;
}

static int64_t known_value(const struct order *order)
{
    int64_t value = order_value_minor(order);
    return value == I64_NONE ? 0 : value;
}

/* Fills what the proof asks: the first order and what was bought within each window, counted from the admission for both arms
 * alike. An episode that was never admitted keeps the order that ended it. */
static void count_orders(const struct outcome *o, const struct order *ending, struct episode *episode)
{
    const struct order *first = episode->admitted_at == TIME_NONE ? ending : NULL;
    int64_t bought[3] = {0, 0, 0};
    for (size_t i = 0; episode->admitted_at != TIME_NONE && i < o->order_count; i++) {
        const struct order *order = o->orders[i];
        if (order->ordered_at < episode->admitted_at)
            continue;
        if (first == NULL)
            first = order;
        for (int window = 0; window < 3; window++)
            if (order->ordered_at - episode->admitted_at <= (window + 1) * WINDOW_MS)
                bought[window] += known_value(order);
    }
    episode->reordered_at = first ? first->ordered_at : TIME_NONE;
    episode->reorder_minor = first ? known_value(first) : I64_NONE;
    if (episode->admitted_at == TIME_NONE)
        return;
    episode->revenue_30_minor = bought[0];
    episode->revenue_60_minor = bought[1];
    episode->revenue_90_minor = bought[2];
}

/* The email that left learns what came of it. */
static enum rc note_on_email(struct outcome *o, const struct episode *episode, const struct order *order)
{
    if (str_is_empty(episode->email_id))
        return RC_OK;
    struct email *email = arena_new(o->arena, 1, sizeof *email);
    enum rc rc = store_get(o->env->store, RECORD_EMAIL, episode->email_id, o->arena, email);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    email->outcome = arena_printf(o->arena, "{\"reordered_at\":\"%.*s\",\"order_id\":\"%.*s\"}",
                                  STR_ARG(time_to_text(order->ordered_at, o->arena)), STR_ARG(order->id));
    email->updated_at = o->now;
    batch_put(o->batch, RECORD_EMAIL, email, email->version);
    return RC_OK;
}

/* The silence of one client may end with an order of another: the first one's engagement still names the episode as open. */
static enum rc forget_open(struct outcome *o, const struct episode *episode)
{
    struct engagement *engagement = arena_new(o->arena, 1, sizeof *engagement);
    enum rc rc = store_get(o->env->store, RECORD_ENGAGEMENT, episode->client_id, o->arena, engagement);
    if (rc != RC_OK || !str_equal(engagement->episode_id, episode->id))
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    engagement->episode_id = STR_NONE;
    engagement->updated_at = o->now;
    batch_put(o->batch, RECORD_ENGAGEMENT, engagement, engagement->version);
    return RC_OK;
}

static enum rc close_one(struct outcome *o, struct episode *episode, const struct order *ending)
{
    bool emailed = episode->state == EPISODE_EMAILED;
    bool in_time = episode->admitted_at != TIME_NONE && episode->reordered_at != TIME_NONE &&
                   episode->reordered_at - episode->admitted_at <= WINDOW_MS;
    enum rc rc = RC_OK;
    if (emailed && in_time)
        batch_add(o->batch, STR("recovered:total"), 1);
    if (emailed && ending != NULL)
        rc = note_on_email(o, episode, ending);
    if (rc == RC_OK)
        rc = forget_open(o, episode);
    if (rc != RC_OK)
        return rc;
    o->closed = episode;
    return episode_close(o->env, o->batch, episode, ending ? STR("ordered") : STR("silence_gone"), STR("ordered_since"),
                         o->arena);
}

static enum rc look_at(struct outcome *o, struct episode *episode)
{
    bool open = episode->state != EPISODE_CLOSED, gone;
    bool watched = episode->admitted_at != TIME_NONE && o->now - episode->admitted_at <= WATCHED_MS;
    if (!open && !watched)
        return RC_OK;
    const struct episode before = *episode;
    const struct order *ending = ending_order(o, episode, &gone);
    count_orders(o, ending, episode);
    bool closes = open && (gone || ending != NULL);
    if (!closes && record_equal(RECORD_EPISODE, &before, episode))
        return RC_OK;
    if (o->noted == NOTED_AT_ONCE || (closes && o->closed != NULL)) {
        o->more = true;
        return RC_OK;
    }
    o->noted++;
    if (closes)
        return close_one(o, episode, ending);
    episode_move(o->batch, episode, (enum episode_state)episode->state, STR_NONE, o->now);
    return RC_OK;
}

static enum rc look_at_client(struct outcome *o, struct str client_id)
{
    struct store_query query = STORE_QUERY(EPISODE_BY_CLIENT);
    query.equal = client_id;
    query.descending = true;
    query.limit = EPISODES_LOOKED_AT;
    struct store_page page;
    enum rc rc = store_list(o->env->store, &query, o->arena, &page);
    struct episode *episodes = page.items;
    for (size_t i = 0; rc == RC_OK && i < page.count; i++)
        rc = look_at(o, &episodes[i]);
    return rc;
}

enum rc record_outcome(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct outcome *o = arena_new(arena, 1, sizeof *o);
    *o = (struct outcome){
        .env = env, .arena = arena, .now = clock_now(env->clock), .batch = arena_new(arena, 1, sizeof(struct batch))};
    batch_init(o->batch);
    enum rc rc = read_all(o, job->key);
    for (size_t i = 0; rc == RC_OK && i < o->client_count; i++)
        rc = look_at_client(o, o->clients[i].id);
    if (rc != RC_OK && rc != RC_NOT_FOUND) /* not found: erased since, its episodes too */
        return rc;
    if (o->more)
        batch_later(o->batch, job, o->now);
    else
        batch_ack(o->batch, job);
    rc = batch_commit(env, o->batch);
    if (rc != RC_OK || o->closed == NULL)
        return rc;
    metrics_add("rekindle_episodes_closed_total", NULL, 1);
    log_info("episode_closed", "episode=" LOG_STR " reason=" LOG_STR, LOG_ARG(o->closed->id),
             LOG_ARG(o->closed->reason));
    env_publish(env, "outcome", "episode_id", o->closed->id, o->closed->client_id);
    return RC_OK;
}

/* Cancels one email that waits, if a rule now forbids it. */
static enum rc cancel_one(const struct step_env *env, struct batch *batch, struct email *email, struct arena *arena)
{
    struct episode *episode = arena_new(arena, 1, sizeof *episode);
    struct guard *guard = arena_new(arena, 1, sizeof *guard);
    enum rc rc = store_get(env->store, RECORD_EPISODE, email->episode_id, arena, episode);
    if (rc == RC_OK)
        rc = guard_read(env, episode, arena, guard);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    struct eligible_answer answer = eligible_to_wait(&guard->input);
    if (answer.verdict == ELIGIBLE_YES)
        return RC_OK;
    batch_job(batch, STORE_JOB_CANCEL, JOB_SEND, email->id, 0);
    batch_job(batch, STORE_JOB_CANCEL, JOB_DRAFT, email->id, 0);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, clock_now(env->clock));
    rc = email_move(batch, email, EMAIL_EV_CANCEL, str_of(answer.rule), clock_now(env->clock));
    struct email_act act = {.action = "email.cancelled", .rule = str_of(answer.rule)};
    if (rc == RC_OK)
        audit_email(env, batch, email, &act, arena);
    return rc;
}

enum rc cancel_unsent(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch_ack(batch, job);
    struct store_query query = STORE_QUERY(EMAIL_BY_CLIENT);
    query.equal = job->key;
    query.descending = true;
    query.limit = 5; /* one open episode a person: more than one unsent email cannot be */
    struct store_page page;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    struct email *emails = page.items;
    for (size_t i = 0; i < page.count && rc == RC_OK; i++)
        if (email_is_before_sending((enum email_status)emails[i].status))
            rc = cancel_one(env, batch, &emails[i], arena);
    if (rc == RC_OK)
        rc = batch_commit(env, batch);
    if (rc == RC_OK)
        env_publish(env, "review", NULL, STR_NONE, job->key);
    return rc;
}
