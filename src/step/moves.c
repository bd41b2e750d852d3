/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/moves.h"

#include "base/log.h"
#include "step/audit_email.h"
#include "step/brake.h"

/* Counter names are literals by table, so that they live as long as the batch. */
static const struct str EMAIL_COUNTERS[EMAIL_STATUS_COUNT] = {
    [EMAIL_DRAFTING] = STR_INIT("email:drafting"),
    [EMAIL_BLOCKED] = STR_INIT("email:blocked"),
    [EMAIL_DRAFT_FAILED] = STR_INIT("email:draft_failed"),
    [EMAIL_IN_REVIEW] = STR_INIT("email:in_review"),
    [EMAIL_APPROVED] = STR_INIT("email:approved"),
    [EMAIL_SENDING] = STR_INIT("email:sending"),
    [EMAIL_SENT] = STR_INIT("email:sent"),
    [EMAIL_REHEARSED] = STR_INIT("email:rehearsed"),
    [EMAIL_FAILED] = STR_INIT("email:failed"),
    [EMAIL_UNCERTAIN] = STR_INIT("email:uncertain"),
    [EMAIL_REJECTED] = STR_INIT("email:rejected"),
    [EMAIL_CANCELLED] = STR_INIT("email:cancelled"),
    [EMAIL_HELD] = STR_INIT("email:held"),
};
static const struct str EPISODE_COUNTERS[] = {
    [EPISODE_WAITING] = STR_INIT("episode:waiting"), [EPISODE_DRAFTING] = STR_INIT("episode:drafting"),
    [EPISODE_HOLDOUT] = STR_INIT("episode:holdout"), [EPISODE_INELIGIBLE] = STR_INIT("episode:ineligible"),
    [EPISODE_EMAILED] = STR_INIT("episode:emailed"), [EPISODE_CLOSED] = STR_INIT("episode:closed"),
};

void email_begin(const struct step_env *env, struct batch *batch, struct episode *episode, struct str recipient,
                 struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct email *email = arena_new(arena, 1, sizeof *email);
    record_init(RECORD_EMAIL, email);
    email->id = env_new_id(env, arena);
    email->client_id = episode->client_id;
    email->person = episode->person;
    email->episode_id = episode->id;
    email->score = episode->score;
    email->recipient = recipient;
    email->attempt_count = 0;
    email->draft_count = 0;
    email->regenerations = 0;
    email->status = EMAIL_DRAFTING;
    email->created_at = now;
    email->updated_at = now;
    batch_put(batch, RECORD_EMAIL, email, STORE_ABSENT);
    batch_add(batch, EMAIL_COUNTERS[EMAIL_DRAFTING], 1);
    batch_job(batch, STORE_JOB_SET, JOB_DRAFT, email->id, now);
    episode->email_id = email->id;
}

enum rc email_move(struct batch *batch, struct email *email, enum email_event event, struct str reason, int64_t now)
{
    enum email_status next;
    enum rc rc = email_next((enum email_status)email->status, event, &next);
    if (rc != RC_OK) {
        log_error("email_no_such_transition", "email=" LOG_STR " status=%d event=%d", LOG_ARG(email->id), email->status,
                  (int)event);
        return rc;
    }
    if ((int)next != email->status) {
        batch_add(batch, EMAIL_COUNTERS[email->status], -1);
        batch_add(batch, EMAIL_COUNTERS[next], 1);
    }
    email->status = (int)next;
    email->reason = reason;
    email->updated_at = now;
    batch_put(batch, RECORD_EMAIL, email, email->version);
    return RC_OK;
}

void episode_begin(struct batch *batch, struct episode *episode, int64_t now)
{
    episode->updated_at = now;
    batch_put(batch, RECORD_EPISODE, episode, STORE_ABSENT);
    batch_add(batch, EPISODE_COUNTERS[episode->state], 1);
}

void episode_move(struct batch *batch, struct episode *episode, enum episode_state state, struct str reason,
                  int64_t now)
{
    if ((int)state != episode->state) {
        batch_add(batch, EPISODE_COUNTERS[episode->state], -1);
        batch_add(batch, EPISODE_COUNTERS[state], 1);
    }
    episode->state = (int)state;
    if (!str_is_none(reason))
        episode->reason = reason;
    if (state == EPISODE_CLOSED && episode->closed_at == TIME_NONE)
        episode->closed_at = now;
    episode->updated_at = now;
    batch_put(batch, RECORD_EPISODE, episode, episode->version);
}

void email_gone(struct batch *batch, const struct email *email) { batch_add(batch, EMAIL_COUNTERS[email->status], -1); }

void episode_gone(struct batch *batch, const struct episode *episode)
{
    batch_add(batch, EPISODE_COUNTERS[episode->state], -1);
}

enum rc email_left(const struct step_env *env, struct batch *batch, const struct email *email, int64_t now,
                   struct arena *arena)
{
    struct episode *episode = arena_new(arena, 1, sizeof *episode);
    struct person *person = arena_new(arena, 1, sizeof *person);
    enum rc rc = store_get(env->store, RECORD_EPISODE, email->episode_id, arena, episode);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool known = rc == RC_OK, forced = known && episode->arm == ARM_FORCED;
    if (known) {
        episode->emailed_at = now;
        bool open = episode->state == EPISODE_DRAFTING; /* closed meanwhile: an uncertain one that a person settled */
        episode_move(batch, episode, open ? EPISODE_EMAILED : (enum episode_state)episode->state, STR_NONE, now);
    }
    if (env->rehearsal)
        return RC_OK;
    batch_add(batch, STR("sent:total"), 1);
    brake_add_mail(env, batch, email, (enum delivery_verdict)email->delivery, arena);
    rc = store_get(env->store, RECORD_PERSON, email->person, arena, person);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    person->last_email_at = now;
    if (forced) /* a mail like any other for who may be written to next; for those admitted their admission counts */
        person->contact_at = now;
    person->updated_at = now;
    batch_put(batch, RECORD_PERSON, person, person->version);
    return RC_OK;
}

static enum rc cancel_email(const struct step_env *env, struct batch *batch, struct str email_id, struct str rule,
                            int64_t now, struct arena *arena)
{
    struct email *email = arena_new(arena, 1, sizeof *email);
    enum rc rc = store_get(env->store, RECORD_EMAIL, email_id, arena, email);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc != RC_OK || !email_is_before_sending((enum email_status)email->status))
        return rc;
    batch_job(batch, STORE_JOB_CANCEL, JOB_SEND, email->id, 0);
    batch_job(batch, STORE_JOB_CANCEL, JOB_DRAFT, email->id, 0);
    rc = email_move(batch, email, EMAIL_EV_CANCEL, rule, now);
    struct email_act act = {.action = "email.cancelled", .rule = rule};
    if (rc == RC_OK)
        audit_email(env, batch, email, &act, arena);
    return rc;
}

enum rc episode_close(const struct step_env *env, struct batch *batch, struct episode *episode, struct str reason,
                      struct str email_rule, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    if (!str_is_empty(episode->email_id)) {
        enum rc rc = cancel_email(env, batch, episode->email_id, email_rule, now, arena);
        if (rc != RC_OK)
            return rc;
    }
    struct person *person = arena_new(arena, 1, sizeof *person);
    enum rc rc = store_get(env->store, RECORD_PERSON, episode->person, arena, person);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && str_equal(person->episode_id, episode->id)) {
        person->episode_id = STR_NONE;
        person->updated_at = now;
        batch_put(batch, RECORD_PERSON, person, person->version);
    }
    episode_move(batch, episode, EPISODE_CLOSED, reason, now);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, now);
    return RC_OK;
}

struct str trail_append(struct str array, int64_t at, const struct trail *entry, struct arena *arena)
{
    struct buf text = {0};
    struct str before = str_trim(array);
    if (before.len > 2) { /* more than "[]": keep what is there, open its end */
        buf_add(&text, (struct str){before.ptr, before.len - 1});
        buf_add_char(&text, ',');
    } else {
        buf_add_char(&text, '[');
    }
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "at", time_to_text(at, arena));
    const struct {
        const char *name;
        struct str value;
    } members[] = {
        {"by", entry->by}, {"action", entry->action}, {"content_hash", entry->content_hash}, {"reason", entry->reason}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (!str_is_none(members[i].value))
            json_pair_str(&out, members[i].name, members[i].value);
    if (entry->review_ms > 0)
        json_pair_i64(&out, "review_ms", entry->review_ms);
    json_end_object(&out);
    buf_add_char(&text, ']');
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}
