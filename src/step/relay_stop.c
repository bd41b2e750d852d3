/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/relay_stop.h"

#include "base/log.h"
#include "core/email.h"
#include "step/audit.h"
#include "step/settings.h"

#define TRIES 20

/* --- the setting --------------------------------------------------------------------------------------------------- */

enum rc relay_stop_read(const struct step_env *env, struct arena *arena, struct relay_stop *out)
{
    struct json *json;
    int64_t version;
    enum rc rc = setting_read(env, SETTING_RELAY_STOP, arena, &json, &version);
    *out = (struct relay_stop){.on = json_get_bool(json, "on"),
                               .reason = arena_str(arena, json_get_str(json, "reason")),
                               .phase = arena_str(arena, json_get_str(json, "phase")),
                               .code = json_get_i64(json, "code", 0),
                               .at = setting_instant(json, "at"),
                               .trial_at = setting_instant(json, "trial_at"),
                               .version = version};
    json_free(json);
    return rc;
}

static void put(const struct step_env *env, struct batch *batch, const struct relay_stop *stop, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_bool(&out, "on", stop->on);
    json_pair_str(&out, "reason", stop->reason);
    json_pair_str(&out, "phase", stop->phase);
    json_pair_i64(&out, "code", stop->code);
    json_pair_str(&out, "at", time_to_text(stop->at, arena));
    json_pair_str(&out, "trial_at", time_to_text(stop->trial_at, arena));
    json_end_object(&out);
    setting_put(batch, SETTING_RELAY_STOP, arena_str(arena, buf_str(&text)), stop->version, clock_now(env->clock),
                arena);
    buf_clear(&text);
}

static void note(const struct step_env *env, struct batch *batch, const struct relay_stop *stop, struct str actor,
                 struct arena *arena)
{
    struct audit_entry entry = {.actor = audit_actor(actor),
                                .action = stop->on ? STR("relay.stopped") : STR("relay.resumed"),
                                .subject = SETTING_RELAY_STOP,
                                .detail = arena_printf(arena, "{\"phase\":\"%.*s\",\"code\":%lld}",
                                                       STR_ARG(stop->phase), (long long)stop->code)};
    audit_add(env, batch, &entry, arena);
}

/* --- why ----------------------------------------------------------------------------------------------------------- */

/* "550 5.7.26 " of a reply line: its codes, without its words. */
static struct str codes_of(struct str text)
{
    size_t len = 0;
    while (len < text.len && ((text.ptr[len] >= '0' && text.ptr[len] <= '9') || text.ptr[len] == '.' ||
                              text.ptr[len] == ' ' || text.ptr[len] == '-'))
        len++;
    return str_trim((struct str){text.ptr, len});
}

/* Before a recipient was named, the relay's words can be about us only; after, they may name the person. */
static struct str reason_of(const struct reply *reply)
{
    bool about_us = reply->phase < REPLY_RCPT && str_find(reply->text, STR("@")) == SIZE_MAX;
    struct str reason = about_us ? reply->text : codes_of(reply->text);
    return str_is_empty(reason) ? str_of(REPLY_PHASE_WORDS[reply->phase]) : reason;
}

/* --- stop, try, lift ----------------------------------------------------------------------------------------------- */

void relay_stop_add(const struct step_env *env, struct batch *batch, struct relay_stop *stop, const struct reply *reply,
                    struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    bool first = !stop->on;
    *stop = (struct relay_stop){.on = true,
                                .reason = reason_of(reply),
                                .phase = str_of(REPLY_PHASE_WORDS[reply->phase]),
                                .code = reply->code,
                                .at = first ? now : stop->at,
                                .trial_at = now + RELAY_TRIAL_MS,
                                .version = stop->version};
    put(env, batch, stop, arena);
    if (first)
        note(env, batch, stop, AUDIT_ACTOR_SELF, arena);
}

void relay_stop_try(const struct step_env *env, struct batch *batch, const struct relay_stop *stop, struct arena *arena)
{
    struct relay_stop next = *stop;
    next.trial_at = clock_now(env->clock) + RELAY_TRIAL_MS;
    put(env, batch, &next, arena);
}

void relay_stop_lift(const struct step_env *env, struct batch *batch, const struct relay_stop *stop, struct str actor,
                     struct arena *arena)
{
    struct relay_stop lifted = *stop;
    lifted.on = false;
    put(env, batch, &lifted, arena);
    note(env, batch, &lifted, actor, arena);
}

static enum rc try_resume(const struct step_env *env, struct str actor, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    struct relay_stop stop;
    enum rc rc = relay_stop_read(env, arena, &stop);
    if (rc != RC_OK || !stop.on)
        return rc;
    batch_init(batch);
    batch->durable = true;
    relay_stop_lift(env, batch, &stop, actor, arena);
    if ((rc = batch_commit(env, batch)) == RC_OK)
        log_warn("relay_resumed", "by=" LOG_STR, LOG_ARG(actor));
    return rc;
}

enum rc relay_resume(const struct step_env *env, struct str actor, struct arena *arena)
{
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < TRIES && rc == RC_CONFLICT; i++)
        rc = try_resume(env, actor, arena);
    return rc == RC_OK ? sending_wake(env, STR("relay_stopped")) : rc;
}

/* --- those who wait ------------------------------------------------------------------------------------------------ */

static enum rc wake_page(const struct step_env *env, const struct store_page *page, struct str reason,
                         struct arena *arena)
{
    const struct email *emails = page->items;
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    for (size_t i = 0; i < page->count; i++)
        if (str_equal(emails[i].reason, reason))
            batch_job(batch, STORE_JOB_EARLIEST, JOB_SEND, emails[i].id, clock_now(env->clock));
    return batch->job_count == 0 ? RC_OK : batch_commit(env, batch);
}

/* Page by page, each in an arena of its own: an email is large, and thousands may wait. */
static enum rc wake_status(const struct step_env *env, enum email_status status, struct str reason)
{
    struct store_query query = STORE_QUERY(EMAIL_BY_STATUS);
    struct buf cursor = {0};
    enum rc rc;
    query.equal = str_of(EMAIL_STATUS_WORDS[status]);
    query.limit = STORE_BATCH_MAX;
    do {
        struct arena arena = {0};
        struct store_page page = {.count = 0};
        rc = store_list(env->store, &query, &arena, &page);
        if (rc == RC_OK)
            rc = wake_page(env, &page, reason, &arena);
        buf_clear(&cursor);
        if (rc == RC_OK && !str_is_none(page.cursor))
            buf_add(&cursor, page.cursor);
        query.cursor = cursor.len == 0 ? STR_NONE : buf_str(&cursor);
        arena_clear(&arena);
    } while (!str_is_none(query.cursor));
    buf_clear(&cursor);
    return rc;
}

enum rc sending_wake(const struct step_env *env, struct str reason)
{
    enum rc rc = wake_status(env, EMAIL_APPROVED, reason);
    return rc == RC_OK ? wake_status(env, EMAIL_HELD, reason) : rc;
}
