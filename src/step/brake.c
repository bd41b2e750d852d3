/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/brake.h"

#include "base/log.h"
#include "step/audit.h"
#include "step/relay_stop.h"
#include "step/settings.h"

#define TRIES 20

enum rc brake_read(const struct step_env *env, struct arena *arena, struct brake *out)
{
    struct json *json;
    int64_t version;
    enum rc rc = setting_read(env, SETTING_BRAKE, arena, &json, &version);
    *out = (struct brake){.on = json_get_bool(json, "on"),
                          .reason = arena_str(arena, json_get_str(json, "reason")),
                          .count = {.sent = json_get_i64(json, "sent", 0),
                                    .bounced = json_get_i64(json, "bounced", 0),
                                    .complained = json_get_i64(json, "complained", 0)},
                          .at = setting_instant(json, "at"),
                          .lifted_at = setting_instant(json, "lifted_at"),
                          .lifted_by = arena_str(arena, json_get_str(json, "lifted_by")),
                          .version = version};
    json_free(json);
    return rc;
}

/* The setting and its entry in the audit log, in one commit. */
static enum rc commit(const struct step_env *env, const struct brake *brake, struct str actor, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_bool(&out, "on", brake->on);
    json_pair_str(&out, "reason", brake->reason);
    json_pair_i64(&out, "bounced", brake->count.bounced);
    json_pair_i64(&out, "complained", brake->count.complained);
    json_pair_i64(&out, "sent", brake->count.sent);
    json_pair_str(&out, "at", time_to_text(brake->at, arena));
    json_pair_str(&out, "lifted_at", time_to_text(brake->lifted_at, arena));
    json_pair_str(&out, "lifted_by", brake->lifted_by);
    json_end_object(&out);
    struct str value = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    batch_init(batch);
    batch->durable = true;
    setting_put(batch, SETTING_BRAKE, value, brake->version, clock_now(env->clock), arena);
    struct audit_entry entry = {.actor = audit_actor(actor),
                                .action = brake->on ? STR("brake.on") : STR("brake.lifted"),
                                .subject = SETTING_BRAKE,
                                .detail = value};
    audit_add(env, batch, &entry, arena);
    return batch_commit(env, batch);
}

enum rc brake_count(const struct step_env *env, int64_t since, struct arena *arena, struct brake_count *out)
{
    struct store_query query = STORE_QUERY(SENT_MAIL_BY_TIME);
    struct store_page page;
    enum rc rc;
    query.descending = true;
    if (since != TIME_NONE)
        query.from = since;
    *out = (struct brake_count){.sent = 0};
    do {
        rc = store_list(env->store, &query, arena, &page);
        const struct sent_mail *rows = page.items;
        for (size_t i = 0; rc == RC_OK && i < page.count && out->sent < BRAKE_WINDOW; i++, out->sent++) {
            out->bounced += rows[i].verdict == DELIVERY_HARD_BOUNCE;
            out->complained += rows[i].verdict == DELIVERY_COMPLAINT;
        }
        query.cursor = page.cursor;
    } while (rc == RC_OK && !str_is_none(query.cursor) && out->sent < BRAKE_WINDOW);
    return rc;
}

static enum rc try_look(const struct step_env *env, struct arena *arena)
{
    struct brake brake;
    struct policy policy;
    enum rc rc = brake_read(env, arena, &brake);
    if (rc != RC_OK || brake.on)
        return rc;
    if ((rc = env_policy(env, arena, &policy)) != RC_OK)
        return rc;
    if ((rc = brake_count(env, brake.lifted_at, arena, &brake.count)) != RC_OK)
        return rc;
    const char *reason = brake_reason(&policy, &brake.count);
    if (reason == NULL)
        return RC_OK;
    brake.on = true;
    brake.reason = str_of(reason);
    brake.at = clock_now(env->clock);
    if ((rc = commit(env, &brake, AUDIT_ACTOR_SELF, arena)) == RC_OK)
        log_error("brake_on", "reason=%s bounced=%lld complained=%lld sent=%lld", reason,
                  (long long)brake.count.bounced, (long long)brake.count.complained, (long long)brake.count.sent);
    return rc;
}

enum rc brake_look(const struct step_env *env, struct arena *arena)
{
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < TRIES && rc == RC_CONFLICT; i++)
        rc = try_look(env, arena);
    return rc;
}

enum rc brake_lift(const struct step_env *env, struct str actor, struct arena *arena)
{
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < TRIES && rc == RC_CONFLICT; i++) {
        struct brake brake;
        if ((rc = brake_read(env, arena, &brake)) != RC_OK || !brake.on)
            return rc;
        brake.on = false;
        brake.lifted_at = clock_now(env->clock);
        brake.lifted_by = actor;
        rc = commit(env, &brake, actor, arena);
    }
    if (rc != RC_OK)
        return rc;
    log_warn("brake_lifted", "by=" LOG_STR, LOG_ARG(actor));
    return sending_wake(env, STR("brake"));
}

void brake_add_mail(const struct step_env *env, struct batch *batch, const struct email *email,
                    enum delivery_verdict verdict, struct arena *arena)
{
    if (env->rehearsal)
        return;
    int64_t now = clock_now(env->clock);
    struct sent_mail *row = arena_new(arena, 1, sizeof *row);
    *row = (struct sent_mail){.id = email->id,
                              .person = email->person,
                              .sent_at = now,
                              .verdict = (int)verdict,
                              .verdict_at = verdict == DELIVERY_UNKNOWN ? TIME_NONE : now,
                              .updated_at = now};
    batch_put(batch, RECORD_SENT_MAIL, row, STORE_ANY); /* one that was refused and then retried has a row already */
}
