/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/feed.h"

#include <string.h>

#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/order.h"
#include "core/record.h"
#include "step/admin_acts.h"

static const char *const STATE_WORDS[] =
    {[FEED_OK] = "flowing", [FEED_NEVER] = "never", [FEED_STALE] = "stale", [FEED_SETTLING] = "settling"};

static const struct {
    const char *why, *sentence;
} SENTENCES[] = {
    {"no_source_ever", "No order source has ever reported."},
    {"no_report", "No order source has reported for longer than the policy allows."},
    {"no_orders", "Orders have stopped for so long that chance does not explain it."},
    {"settling", "Orders flow again; timers wait an hour for late ones."},
};

static enum rc newest_report(const struct step_env *env, struct arena *arena, int64_t *out)
{
    struct store_query query = STORE_QUERY(FEED_SOURCE_BY_ID);
    struct store_page page;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    const struct feed_source *sources = page.items;
    for (size_t i = 0; i < page.count; i++) {
        if (sources[i].last_report_at > *out)
            *out = sources[i].last_report_at;
    }
    return RC_OK;
}

static enum rc newest_order(const struct step_env *env, struct arena *arena, int64_t *out)
{
    struct store_query query = STORE_QUERY(ORDER_BY_TIME);
    struct store_page page;
    query.descending = true;
    query.limit = 1;
    query.to = clock_now(env->clock) + TIME_DAY_MS; /* quarantined ones are no sign of life */
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc == RC_OK && page.count > 0)
        *out = ((const struct order *)page.items)[0].ordered_at;
    return rc;
}

enum rc feed_look(const struct step_env *env, struct arena *arena, struct feed_view *out)
{
    struct policy policy;
    *out = (struct feed_view){.last_report_at = TIME_NONE, .last_order_at = TIME_NONE};
    enum rc rc = env_policy(env, arena, &policy);
    if (rc == RC_OK)
        rc = feed_verdict_now(env, &policy, arena, &out->verdict);
    if (rc == RC_OK)
        rc = newest_report(env, arena, &out->last_report_at);
    if (rc == RC_OK)
        rc = newest_order(env, arena, &out->last_order_at);
    if (rc == RC_OK)
        out->max_age_hours = policy.feed_max_age_hours;
    return rc;
}

struct str feed_sentence(const struct feed_view *feed, struct arena *arena)
{
    struct str since = time_to_text(feed->verdict.since, arena);
    for (size_t i = 0; i < sizeof SENTENCES / sizeof SENTENCES[0]; i++) {
        if (strcmp(feed->verdict.why, SENTENCES[i].why) == 0)
            return str_is_none(since) ? str_of(SENTENCES[i].sentence)
                                      : arena_printf(arena, "%s Since %.*s.", SENTENCES[i].sentence, STR_ARG(since));
    }
    return feed->verdict.state == FEED_OK ? STR_NONE : str_of(feed->verdict.why);
}

void feed_write(const struct feed_view *feed, struct arena *arena, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "state", str_of(STATE_WORDS[feed->verdict.state]));
    json_pair_str(out, "since", time_to_text(feed->verdict.since, arena));
    json_pair_str(out, "reason", feed_sentence(feed, arena));
    json_pair_str(out, "last_report_at", time_to_text(feed->last_report_at, arena));
    json_pair_str(out, "last_order_at", time_to_text(feed->last_order_at, arena));
    json_pair_i64(out, "max_age_hours", feed->max_age_hours);
    json_end_object(out);
}

void feed_show(const struct request *request, struct response *response, struct api *api)
{
    struct feed_view feed;
    struct json_out out;
    enum rc rc = feed_look(&api->env, request->arena, &feed);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    feed_write(&feed, request->arena, &out);
    respond_json(response, 200);
}
