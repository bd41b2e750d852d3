/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/hooks.h"

#include "api/problem.h"
#include "api/respond.h"
#include "base/log.h"
#include "core/token.h"
#include "step/record_notice.h"

#define BUSY_MS 5000 /* as long as an email is being handed to the relay, at most a few seconds */

void hook_tally_init(struct hook_tally *tally, struct str source, size_t reports, struct arena *arena)
{
    *tally = (struct hook_tally){.source = source};
    tally->rejected = arena_new(arena, reports + 1, sizeof *tally->rejected);
}

static void reject(struct hook_tally *tally, const struct report *report, const char *rule, const char *detail)
{
    tally->rejected[tally->rejected_count++] = (struct hook_rejected){report->id, rule, detail};
}

enum rc hook_record(struct api *api, const struct report *report, struct str email_id, struct arena *arena,
                    struct hook_tally *tally)
{
    struct notice_in notice = {.id = report->id,
                               .email_id = email_id,
                               .kind = report->kind,
                               .source = tally->source,
                               .status = report->status,
                               .detail = report->detail};
    uint8_t link;
    bool repeated = false;
    if (str_is_none(email_id) &&
        token_read(&api->env.link_keys, TOKEN_BOUNCE, report->token, arena, &notice.email_id, &link) != RC_OK) {
        reject(tally, report, "token", "was not made here");
        return RC_OK;
    }
    enum rc rc = notice_record(&api->env, &notice, arena, &repeated);
    if (rc == RC_NOT_FOUND)
        reject(tally, report, "email", "names no email that was sent");
    else if (rc == RC_BUSY)
        tally->is_busy = true;
    else if (rc != RC_OK)
        return rc;
    else if (repeated)
        tally->repeated++;
    else
        tally->accepted++;
    return RC_OK;
}

static void write_rejected(const struct hook_tally *tally, struct json_out *out)
{
    json_key(out, "rejected");
    json_begin_array(out);
    for (size_t i = 0; i < tally->rejected_count; i++) {
        json_begin_object(out);
        json_pair_str(out, "id", tally->rejected[i].id);
        json_pair_str(out, "rule", str_of(tally->rejected[i].rule));
        json_pair_str(out, "detail", str_of(tally->rejected[i].detail));
        json_end_object(out);
    }
    json_end_array(out);
}

void hook_answer(const struct request *request, struct response *response, const struct hook_tally *tally)
{
    struct json_out out;
    if (tally->rejected_count > 0)
        log_warn("hook_rejected", "source=" LOG_STR " count=%zu rule=%s request=" LOG_STR, LOG_ARG(tally->source),
                 tally->rejected_count, tally->rejected[0].rule, LOG_ARG(request->id));
    if (tally->is_busy) {
        problem_wait(request, response, PROBLEM_UNAVAILABLE, BUSY_MS);
        return;
    }
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_i64(&out, "accepted", tally->accepted);
    json_pair_i64(&out, "repeated", tally->repeated);
    json_pair_i64(&out, "ignored", tally->ignored);
    write_rejected(tally, &out);
    json_end_object(&out);
    respond_json(response, 200);
}
