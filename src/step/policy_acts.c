/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy: saved as a whole by who has seen the version in force. One commit carries it, its audit entry and the jobs it
 * asks for. */
#include "step/policy_acts.h"

#include <math.h>

#include "base/log.h"
#include "base/rand.h"
#include "step/audit.h"
#include "step/tuning_acts.h"
#include "step/tuning_setting.h"

enum { SALT_BYTES = 16 };

static struct str policy_text(const struct policy *policy, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    policy_to_json(policy, &out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

static struct str random_salt(struct arena *arena)
{
    uint8_t salt[SALT_BYTES];
    rand_bytes(salt, sizeof salt);
    return hash_to_hex(salt, sizeof salt, arena);
}

static bool same_detector(const struct policy *a, const struct policy *b)
{
    const struct detector *x = &a->detector, *y = &b->detector;
    return a->threshold == b->threshold && x->kind == y->kind && x->base_days == y->base_days &&
           x->rhythm_power == y->rhythm_power && x->fade_gaps == y->fade_gaps && x->chance == y->chance &&
           x->frequency_days == y->frequency_days;
}

static bool same_number(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

enum rc policy_change_add(const struct step_env *env, const struct policy_change *change, struct batch *batch,
                          struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct policy_record *record = arena_new(arena, 1, sizeof *record);
    *record = (struct policy_record){.id = POLICY_KEY, .body = policy_text(change->after, arena), .updated_at = now};
    struct audit_entry entry = {
        .actor = change->act->actor, .action = change->action, .subject = POLICY_KEY, .detail = change->detail};
    if (str_is_none(entry.detail)) {
        struct str before = policy_text(change->before, arena);
        enum rc rc = audit_changes(before, record->body, "version", arena, &entry.detail);
        if (rc != RC_OK)
            return rc;
    }
    batch_put(batch, RECORD_POLICY, record, change->before->version);
    if (change->note_same || !str_equal(entry.detail, STR("{}")))
        audit_add(env, batch, &entry, arena);
    if (!same_detector(change->after, change->before)) {
        batch_delete(batch, RECORD_SETTING, SETTING_REARM, STORE_ANY); /* the walk starts anew */
        batch_job(batch, STORE_JOB_SET, JOB_REARM, JOB_SHOP, now);
    }
    if (!same_number(change->after->usual_gap_days, change->before->usual_gap_days))
        batch_job(batch, STORE_JOB_EARLIEST, JOB_SCALE, JOB_SHOP, now);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_ADMIT, JOB_SHOP, now);
    return RC_OK;
}

enum rc policy_change_commit(const struct step_env *env, const struct policy_change *change, const struct batch *batch,
                             struct policy *out)
{
    enum rc rc = batch_commit(env, batch);
    if (rc != RC_OK)
        return rc;
    *out = *change->after;
    out->version = change->before->version + 1;
    log_info("policy_saved", "version=%lld by=" LOG_STR " drafting=%d detector=%s threshold=%.1f",
             (long long)out->version, LOG_ARG(change->act->actor), out->drafting, DETECTOR_WORDS[out->detector.kind],
             out->threshold);
    return RC_OK;
}

static struct batch *durable_batch(struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    return batch;
}

enum rc policy_save(const struct step_env *env, const struct policy *policy, const struct policy_act *act,
                    struct arena *arena, struct policy *out)
{
    struct policy before;
    enum rc rc = env_policy(env, arena, &before);
    if (rc != RC_OK)
        return rc;
    if (before.version != act->expect)
        return RC_CONFLICT;
    if (!str_equal(policy->holdout_salt, before.holdout_salt))
        return RC_DENIED;
    struct batch *batch = durable_batch(arena);
    struct policy_change change = {.before = &before, .after = policy, .act = act, .action = STR("policy.saved")};
    if ((rc = policy_change_add(env, &change, batch, arena)) != RC_OK)
        return rc;
    if (policy->drafting && !before.drafting && (rc = tuning_decline_add(env, act->actor, batch, arena)) != RC_OK)
        return rc;
    return policy_change_commit(env, &change, batch, out);
}

static struct str salt_detail(struct str reason, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "holdout_salt",
                  STR("changed")); /* whoever reads the log must not be able to work out the arms */
    json_pair_str(&out, "reason", reason);
    json_end_object(&out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

enum rc policy_rotate_salt(const struct step_env *env, const struct policy_act *act, struct arena *arena,
                           struct policy *out)
{
    struct policy before, after;
    enum rc rc = env_policy(env, arena, &before);
    if (rc != RC_OK)
        return rc;
    if (before.version != act->expect)
        return RC_CONFLICT;
    after = before;
    after.holdout_salt = random_salt(arena);
    struct batch *batch = durable_batch(arena);
    struct policy_change change = {.before = &before,
                                   .after = &after,
                                   .act = act,
                                   .action = STR("salt.rotated"),
                                   .detail = salt_detail(act->reason, arena)};
    if ((rc = policy_change_add(env, &change, batch, arena)) != RC_OK)
        return rc;
    return policy_change_commit(env, &change, batch, out);
}

enum rc policy_ensure(const struct step_env *env, struct arena *arena)
{
    struct policy policy;
    enum rc rc = env_policy(env, arena, &policy);
    if (rc != RC_NOT_FOUND)
        return rc;
    policy_default(&policy, random_salt(arena));
    struct policy_record record = {
        .id = POLICY_KEY, .body = policy_text(&policy, arena), .updated_at = clock_now(env->clock)};
    struct batch *batch = durable_batch(arena);
    batch_put(batch, RECORD_POLICY, &record, STORE_ABSENT);
    return batch_commit(env, batch);
}
