/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/tuning_acts.h"

#include <math.h>

#include "base/log.h"
#include "step/audit.h"
#include "step/policy_acts.h"
#include "step/settings.h"
#include "step/tuning_setting.h"

#define GIVEN_UP_MS (12 * TIME_HOUR_MS) /* retries of a job that fails end by then */

const char *const TUNING_STATUS_WORDS[] = {"none", "running", "pending", "confirmed", "declined", "too_little_history",
                                           NULL};

static enum rc from_json(const struct json *body, struct arena *arena, struct tuning *out)
{
    int status = field_enum_from(TUNING_STATUS_WORDS, json_get_str(body, "status"));
    if (status < 0)
        return RC_CORRUPT;
    out->status = status;
    out->asked_at = setting_instant(body, "asked_at");
    out->made_at = setting_instant(body, "made_at");
    out->by = arena_str(arena, json_get_str(body, "by"));
    const struct json *proposal = json_get(body, "proposal");
    if (json_is(proposal, JSON_OBJECT)) {
        struct buf text = {0};
        json_dump(proposal, &text);
        out->proposal = arena_str(arena, buf_str(&text));
        buf_clear(&text);
    }
    return RC_OK;
}

enum rc tuning_read(const struct step_env *env, struct arena *arena, struct tuning *out)
{
    struct json *body;
    *out = (struct tuning){.status = TUNING_NONE, .asked_at = TIME_NONE, .made_at = TIME_NONE};
    enum rc rc = setting_read(env, SETTING_TUNING, arena, &body, &out->version);
    if (rc == RC_OK && body != NULL)
        rc = from_json(body, arena, out);
    json_free(body);
    return rc;
}

void tuning_put(const struct step_env *env, struct tuning *tuning, struct batch *batch, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "status", field_enum_word(TUNING_STATUS_WORDS, tuning->status));
    json_pair_str(&out, "asked_at", time_to_text(tuning->asked_at, arena));
    json_pair_str(&out, "made_at", time_to_text(tuning->made_at, arena));
    json_pair_str(&out, "by", tuning->by);
    json_key(&out, "proposal");
    json_put_raw(&out, tuning->proposal);
    json_end_object(&out);
    setting_put(batch, SETTING_TUNING, arena_str(arena, buf_str(&text)), tuning->version, clock_now(env->clock), arena);
    buf_clear(&text);
    tuning->version++;
}

bool tuning_runs_itself(const struct tuning *tuning)
{
    return tuning->status == TUNING_NONE || tuning->status == TUNING_TOO_LITTLE;
}

static struct batch *durable_batch(struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    return batch;
}

enum rc tuning_ask(const struct step_env *env, struct str actor, struct arena *arena, struct tuning *out)
{
    enum rc rc = tuning_read(env, arena, out);
    if (rc != RC_OK)
        return rc;
    if (out->status == TUNING_RUNNING &&
        clock_now(env->clock) - out->asked_at <= GIVEN_UP_MS) /* else its job was buried */
        return RC_CONFLICT;
    struct batch *batch = durable_batch(arena);
    out->status = TUNING_RUNNING;
    out->asked_at = clock_now(env->clock);
    out->made_at = TIME_NONE;
    out->by = actor;
    out->proposal = STR_NONE;
    tuning_put(env, out, batch, arena);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_TUNE, JOB_SHOP, out->asked_at);
    rc = batch_commit(env, batch);
    if (rc == RC_OK)
        log_info("tuning_asked", "by=" LOG_STR, LOG_ARG(actor));
    return rc;
}

enum rc tuning_decline_add(const struct step_env *env, struct str actor, struct batch *batch, struct arena *arena)
{
    struct tuning tuning;
    enum rc rc = tuning_read(env, arena, &tuning);
    if (rc != RC_OK || tuning.status != TUNING_PENDING)
        return rc;
    tuning.status = TUNING_DECLINED;
    tuning.by = actor;
    tuning_put(env, &tuning, batch, arena);
    struct audit_entry entry = {
        .actor = actor, .action = STR("tuning.declined"), .subject = SETTING_TUNING, .detail = tuning.proposal};
    audit_add(env, batch, &entry, arena);
    return RC_OK;
}

enum rc tuning_decline(const struct step_env *env, struct str actor, struct arena *arena, struct tuning *out)
{
    struct batch *batch = durable_batch(arena);
    enum rc rc = tuning_decline_add(env, actor, batch, arena);
    if (rc == RC_OK && batch->write_count == 0)
        return RC_NOT_FOUND;
    if (rc == RC_OK)
        rc = batch_commit(env, batch);
    if (rc != RC_OK)
        return rc;
    log_info("tuning_declined", "by=" LOG_STR, LOG_ARG(actor));
    return tuning_read(env, arena, out);
}

/* Another place of the dial: the threshold, or the chance of a detector that goes by it. */
static enum rc move_dial(double threshold, struct arena *arena, struct policy *policy)
{
    bool chance = policy->detector.kind == DETECTOR_CHANCE;
    struct str text = arena_printf(arena, chance ? "{\"chance\":%.17g}" : "%.17g", threshold);
    struct json *value = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    if (json_parse(text, &value, &error) != RC_OK)
        return RC_INVALID; /* no number */
    enum rc rc = policy_member_from_json(chance ? STR("detector") : STR("threshold"), value, arena, policy, &problems);
    json_free(value);
    return rc;
}

/* The policy in force with the proposal's detector and threshold. */
static enum rc proposed_policy(const struct policy *before, const struct tuning *tuning, struct arena *arena,
                               struct policy *out)
{
    static const struct str MEMBERS[] = {STR_INIT("detector"), STR_INIT("threshold")};
    struct json *proposal = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    if (json_parse(tuning->proposal, &proposal, &error) != RC_OK)
        return RC_CORRUPT;
    *out = *before;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < 2 && rc == RC_OK; i++)
        rc = policy_member_from_json(MEMBERS[i], json_get(proposal, MEMBERS[i].ptr), arena, out, &problems);
    json_free(proposal);
    return rc == RC_OK ? RC_OK : RC_CORRUPT; /* it is our own */
}

enum rc tuning_confirm(const struct step_env *env, const struct policy_act *act, double threshold, struct arena *arena,
                       struct policy *out)
{
    struct policy before, after;
    struct tuning tuning;
    enum rc rc = tuning_read(env, arena, &tuning);
    if (rc == RC_OK && tuning.status != TUNING_PENDING)
        rc = RC_NOT_FOUND;
    if (rc == RC_OK)
        rc = env_policy(env, arena, &before);
    if (rc == RC_OK && before.version != act->expect)
        rc = RC_CONFLICT;
    if (rc == RC_OK)
        rc = proposed_policy(&before, &tuning, arena, &after);
    if (rc == RC_OK && !isnan(threshold))
        rc = move_dial(threshold, arena, &after);
    if (rc != RC_OK)
        return rc;
    struct batch *batch = durable_batch(arena);
    struct policy_change change = {
        .before = &before, .after = &after, .act = act, .action = STR("tuning.confirmed"), .note_same = true};
    if ((rc = policy_change_add(env, &change, batch, arena)) != RC_OK)
        return rc;
    tuning.status = TUNING_CONFIRMED;
    tuning.by = act->actor;
    tuning_put(env, &tuning, batch, arena);
    return policy_change_commit(env, &change, batch, out);
}
