/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How the sending of mail goes as a whole: stopped by a fault of ours, braked, slowed by the relay, warming up; and the two
 * acts by which people let it go on. */
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "base/time_text.h"
#include "core/ramp.h"
#include "step/brake.h"
#include "step/mail_pace.h"
#include "step/relay_stop.h"
#include "step/send_turn.h"

struct relay_view {
    struct relay_stop stop;
    struct brake brake;
    struct ramp_state ramp;
    int64_t slowed_ms, now;
};

static enum rc look(const struct step_env *env, struct arena *arena, struct relay_view *out)
{
    enum rc rc = relay_stop_read(env, arena, &out->stop);
    if (rc == RC_OK)
        rc = brake_read(env, arena, &out->brake);
    if (rc == RC_OK)
        rc = ramp_read(env, arena, &out->ramp);
    out->now = clock_now(env->clock);
    out->slowed_ms = env->pace == NULL ? 0 : mail_pace_slowed_ms(env->pace, mail_pace_now(env->clock));
    return rc;
}

static void put_time(struct json_out *out, const char *name, int64_t at, struct arena *arena)
{
    json_pair_str(out, name, at == TIME_NONE ? STR_NONE : time_to_text(at, arena));
}

static void put_ramp(const struct relay_view *view, struct json_out *out)
{
    json_key(out, "ramp");
    json_begin_object(out);
    json_key(out, "limit");
    if (view->ramp.limit == RAMP_NO_LIMIT)
        json_put_raw(out, STR("null"));
    else
        json_put_i64(out, view->ramp.limit);
    json_pair_i64(out, "sent_today", view->ramp.sent_today);
    json_end_object(out);
}

static void put_brake(const struct brake *brake, struct arena *arena, struct json_out *out)
{
    json_key(out, "brake");
    json_begin_object(out);
    json_pair_bool(out, "on", brake->on);
    json_pair_str(out, "reason", brake->reason);
    json_pair_i64(out, "bounced", brake->count.bounced);
    json_pair_i64(out, "complained", brake->count.complained);
    json_pair_i64(out, "sent", brake->count.sent);
    put_time(out, "at", brake->at, arena);
    put_time(out, "lifted_at", brake->lifted_at, arena);
    json_pair_str(out, "lifted_by", brake->lifted_by);
    json_end_object(out);
}

/* The gravest first: what only a person lifts, then what a trial may lift, then what time lifts. */
static void put_state(const struct relay_view *view, struct arena *arena, struct json_out *out)
{
    struct str state = STR("ok"), reason = STR_NONE;
    int64_t since = TIME_NONE, until = TIME_NONE;
    if (view->brake.on) {
        state = STR("braked"), reason = view->brake.reason;
        since = view->brake.at;
    } else if (view->stop.on) {
        state = STR("stopped"), reason = view->stop.reason;
        since = view->stop.at, until = view->stop.trial_at;
    } else if (view->slowed_ms > 0) {
        state = STR("slowed"), until = view->now + view->slowed_ms;
    }
    json_pair_str(out, "state", state);
    json_pair_str(out, "reason", reason);
    put_time(out, "since", since, arena);
    put_time(out, "until", until, arena);
}

void relay_show(const struct request *request, struct response *response, struct api *api)
{
    struct relay_view view;
    struct json_out out;
    enum rc rc = look(&api->env, request->arena, &view);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    json_begin_object(&out);
    put_state(&view, request->arena, &out);
    put_ramp(&view, &out);
    put_brake(&view.brake, request->arena, &out);
    json_end_object(&out);
    respond_json(response, 200);
}

static void answer(const struct request *request, struct response *response, struct api *api, enum rc rc)
{
    if (rc == RC_OK)
        relay_show(request, response, api);
    else
        problem_from_rc(request, response, rc);
}

void relay_resume_post(const struct request *request, struct response *response, struct api *api)
{
    answer(request, response, api, relay_resume(&api->env, request->caller.name, request->arena));
}

void relay_lift_brake(const struct request *request, struct response *response, struct api *api)
{
    answer(request, response, api, brake_lift(&api->env, request->caller.name, request->arena));
}
