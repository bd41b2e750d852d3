/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The kill switch and the feed watch's verdict. Declared in admin_acts.h. */
#include "base/log.h"
#include "core/order.h"
#include "step/admin_acts.h"
#include "step/audit.h"
#include "step/settings.h"

enum rc kill_switch_set(const struct step_env *env, bool on, struct str reason, struct str actor, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_bool(&out, "on", on);
    json_pair_str(&out, "reason", reason);
    json_pair_str(&out, "by", actor);
    json_pair_str(&out, "at", time_to_text(now, arena));
    json_end_object(&out);
    struct str value = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    struct audit_entry entry = {.actor = audit_actor(actor),
                                .action = on ? STR("kill_switch.on") : STR("kill_switch.off"),
                                .subject = SETTING_KILL_SWITCH,
                                .detail = value};
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    setting_put(batch, SETTING_KILL_SWITCH, value, STORE_ANY, now, arena);
    audit_add(env, batch, &entry, arena);
    enum rc rc = batch_commit(env, batch);
    if (rc == RC_OK)
        log_warn("kill_switch", "on=%d by=" LOG_STR, on, LOG_ARG(actor));
    return rc;
}

enum rc kill_switch_get(const struct step_env *env, struct arena *arena, bool *on, struct str *json)
{
    *on = false;
    *json = STR("{\"on\":false,\"reason\":null,\"by\":null,\"at\":null}");
    enum rc rc = env_setting(env, SETTING_KILL_SWITCH, arena, json);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    struct json *parsed = NULL;
    struct json_error error;
    if (json_parse(*json, &parsed, &error) != RC_OK)
        return RC_CORRUPT;
    *on = json_get_bool(parsed, "on");
    json_free(parsed);
    return RC_OK;
}

static enum rc read_rates(const struct step_env *env, struct arena *arena, struct feed_rates *rates)
{
    struct json *json;
    int64_t version;
    *rates = (struct feed_rates){.known = false};
    enum rc rc = setting_read(env, SETTING_FEED_RATES, arena, &json, &version);
    if (rc == RC_OK && json != NULL)
        rc = feed_rates_from_json(json, rates);
    json_free(json);
    return rc;
}

enum rc feed_verdict_now(const struct step_env *env, const struct policy *policy, struct arena *arena,
                         struct feed_verdict *out)
{
    int64_t now = clock_now(env->clock);
    struct store_query newest = STORE_QUERY(ORDER_BY_TIME);
    newest.to = now + 1;
    newest.descending = true;
    newest.limit = 1;
    struct store_query sources = STORE_QUERY(FEED_SOURCE_BY_ID);
    struct store_page orders, feeds;
    struct feed_rates *rates = arena_new(arena, 1, sizeof *rates);
    enum rc rc = store_list(env->store, &newest, arena, &orders);
    if (rc == RC_OK)
        rc = store_list(env->store, &sources, arena, &feeds);
    if (rc == RC_OK)
        rc = read_rates(env, arena, rates);
    if (rc != RC_OK)
        return rc;
    int64_t last_order_at = orders.count > 0 ? ((struct order *)orders.items)->ordered_at : TIME_NONE;
    *out = feed_watch(feeds.items, feeds.count, last_order_at, rates, policy->feed_max_age_hours, env->shop.time_zone,
                      now);
    return RC_OK;
}
