/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/email_json.h"

#include <math.h>

#include "api/email_delivery.h"
#include "api/email_writing.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/check.h"
#include "core/episode.h"
#include "core/record.h"
#include "core/reply.h"
#include "step/review_email.h"

struct writing {
    const struct view *view;
    const char *mailer;
    const struct email *email;
    struct json_out *out;
    bool whole; /* with how it came to be written */
};

/* A stored JSON value, or NULL when it is absent; the caller frees it. */
static struct json *parse(struct str text)
{
    struct json *value = NULL;
    struct json_error error;
    if (!str_is_empty(text) && json_parse(text, &value, &error) != RC_OK)
        return NULL;
    return value;
}

static void put_member(struct json_out *out, const char *name, const struct json *value)
{
    struct buf text = {0};
    if (value != NULL)
        json_dump(value, &text);
    json_key(out, name);
    json_put_raw(out, buf_str(&text)); /* null when absent */
    buf_clear(&text);
}

/* --- evidence ---------------------------------------------------------------------------------------------------------- */

static void write_evidence(const struct writing *w, const struct episode *episode)
{
    static const char *const NAMES[] = {"parts", "silence_days", "usual_gap_days"};
    struct json_out *out = w->out;
    struct json *kept = parse(w->email->evidence);
    int64_t at = w->email->drafted_at == TIME_NONE ? w->email->created_at : w->email->drafted_at;
    json_begin_object(out);
    view_time(w->view, "at", at, out);
    view_time(w->view, "due_at", episode->due_at, out);
    json_pair_str(out, "arm", episode->arm == ARM_NONE ? STR_NONE : field_enum_word(EPISODE_ARM_WORDS, episode->arm));
    bool backlog = episode->stratum == STRATUM_BACKLOG && str_is_none(episode->reason);
    json_pair_str(out, "reason", backlog ? STR("backlog") : episode->reason);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        put_member(out, NAMES[i], json_get(kept, NAMES[i]));
    struct str sentence = json_get_str(kept, "sentence");
    json_pair_str(out, "sentence", str_is_none(sentence) ? STR("") : sentence);
    json_end_object(out);
    json_free(kept);
}

static enum rc put_evidence(const struct writing *w)
{
    struct episode episode;
    record_init(RECORD_EPISODE, &episode);
    enum rc rc = store_get(w->view->env->store, RECORD_EPISODE, w->email->episode_id, w->view->arena, &episode);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    json_key(w->out, "evidence");
    write_evidence(w, &episode);
    return RC_OK;
}

/* --- picks, checks, attempts, outcome ----------------------------------------------------------------------------------- */

static void put_picks(const struct writing *w)
{
    static const char *const NAMES[] = {"product_id", "name",      "category", "price_minor", "currency",
                                        "url",        "image_url", "reason",   "facts"};
    struct json *picks = parse(w->email->picks);
    json_key(w->out, "picks");
    json_begin_array(w->out);
    for (size_t i = 0; i < json_size(picks); i++) {
        json_begin_object(w->out);
        for (size_t k = 0; k < sizeof NAMES / sizeof NAMES[0]; k++)
            put_member(w->out, NAMES[k], json_get(json_at(picks, i), NAMES[k]));
        json_end_object(w->out);
    }
    json_end_array(w->out);
    json_free(picks);
}

/* What the rule is for; absent for a rule that an older program had. */
static struct str promise_of(struct str code)
{
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++)
        if (str_equal(code, str_of(CHECK_RULES[i].code)))
            return str_of(CHECK_RULES[i].promise);
    return STR_NONE;
}

/* Every rule with its result: a passed one has the level "pass", whatever it would have been. */
void email_write_checks(const struct email *email, struct json_out *out)
{
    struct json *checks = parse(email->checks);
    json_key(out, "checks");
    json_begin_array(out);
    for (size_t i = 0; i < json_size(checks); i++) {
        const struct json *check = json_at(checks, i);
        json_begin_object(out);
        json_pair_str(out, "code", json_get_str(check, "code"));
        json_pair_str(out, "level", json_get_bool(check, "passed") ? STR("pass") : json_get_str(check, "level"));
        json_pair_str(out, "promise", promise_of(json_get_str(check, "code")));
        json_pair_str(out, "detail", json_get_str(check, "detail"));
        json_end_object(out);
    }
    json_end_array(out);
    json_free(checks);
}

/* What a relay's answer meant for the email. */
static const char *const RESULTS[] = {
    [REPLY_ACCEPTED] = "sent",      [REPLY_LATER] = "deferred",        [REPLY_SLOW_RELAY] = "deferred",
    [REPLY_BAD_ADDRESS] = "failed", [REPLY_MAILBOX_FULL] = "deferred", [REPLY_REFUSED] = "failed",
    [REPLY_OUR_FAULT] = "deferred", [REPLY_UNKNOWN] = "uncertain"};

static struct str attempt_result(const struct email *email, struct str action)
{
    int class = field_enum_from(REPLY_CLASS_WORDS, action);
    if (class == REPLY_ACCEPTED && email->status == EMAIL_REHEARSED)
        return STR("rehearsed");
    return class < 0 ? STR("uncertain") : str_of(RESULTS[class]);
}

static void put_attempts(const struct writing *w)
{
    struct json *attempts = parse(w->email->attempts);
    struct str message_id = arena_printf(w->view->arena, "<%.*s>", STR_ARG(w->email->message_id));
    json_key(w->out, "attempts");
    json_begin_array(w->out);
    for (size_t i = 0; i < json_size(attempts); i++) {
        const struct json *attempt = json_at(attempts, i);
        json_begin_object(w->out);
        json_pair_str(w->out, "at", json_get_str(attempt, "at"));
        json_pair_str(w->out, "mailer", str_of(w->mailer));
        json_pair_str(w->out, "message_id", message_id);
        json_pair_str(w->out, "result", attempt_result(w->email, json_get_str(attempt, "action")));
        json_pair_str(w->out, "reply", json_get_str(attempt, "reason"));
        json_end_object(w->out);
    }
    json_end_array(w->out);
    json_free(attempts);
}

static void put_approvals(const struct writing *w)
{
    static const char *const NAMES[] = {"action", "by", "at", "content_hash", "reason"};
    struct json *approvals = parse(w->email->approvals);
    json_key(w->out, "approvals");
    json_begin_array(w->out);
    for (size_t i = 0; i < json_size(approvals); i++) {
        json_begin_object(w->out);
        for (size_t k = 0; k < sizeof NAMES / sizeof NAMES[0]; k++)
            json_pair_str(w->out, NAMES[k], json_get_str(json_at(approvals, i), NAMES[k]));
        int64_t review_ms = json_get_i64(json_at(approvals, i), "review_ms", 0);
        if (review_ms > 0)
            json_pair_i64(w->out, "review_ms", review_ms);
        json_end_object(w->out);
    }
    json_end_array(w->out);
    json_free(approvals);
}

static void put_outcome(const struct writing *w)
{
    struct json *outcome = parse(w->email->outcome);
    json_key(w->out, "outcome");
    if (str_is_none(json_get_str(outcome, "reordered_at"))) {
        json_put_null(w->out);
    } else {
        json_begin_object(w->out);
        json_pair_str(w->out, "kind", STR("reordered"));
        json_pair_str(w->out, "at", json_get_str(outcome, "reordered_at"));
        json_pair_str(w->out, "order_id", json_get_str(outcome, "order_id"));
        json_end_object(w->out);
    }
    json_free(outcome);
}

static void put_writer(const struct writing *w)
{
    const struct email *email = w->email;
    json_key(w->out, "writer");
    if (str_is_none(email->writer_kind)) {
        json_put_null(w->out);
        return;
    }
    json_begin_object(w->out);
    json_pair_str(w->out, "kind", email->writer_kind);
    json_pair_str(w->out, "model", email->writer_model);
    json_pair_str(w->out, "provider", email->writer_provider);
    json_pair_str(w->out, "generation_id", email->writer_generation_id);
    json_pair_str(w->out, "prompt_version", email->prompt_version);
    json_pair_str(w->out, "request_hash", email->request_hash);
    view_i64("tokens", email->writer_tokens, w->out);
    json_pair_real(w->out, "cost_usd", email->writer_cost_usd);
    view_i64("latency_ms", email->writer_latency_ms, w->out);
    json_end_object(w->out);
}

/* --- the whole ----------------------------------------------------------------------------------------------------------- */

static bool is_link_end(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '>' || c == ')' || c == '"';
}

struct str email_dead_text(struct str text, struct arena *arena)
{
    struct buf dead = {0};
    if (str_is_none(text))
        return STR_NONE;
    for (size_t i = 0; i < text.len; i++) {
        struct str rest = {text.ptr + i, text.len - i};
        if (!str_starts_with(rest, STR("https://")) && !str_starts_with(rest, STR("http://"))) {
            buf_add_char(&dead, text.ptr[i]);
            continue;
        }
        buf_add_char(&dead, '#');
        while (i + 1 < text.len && !is_link_end(text.ptr[i + 1]))
            i++;
    }
    struct str result = arena_str(arena, buf_str(&dead));
    buf_clear(&dead);
    return str_is_none(result) ? STR("") : result;
}

static void put_content(const struct writing *w)
{
    const struct email *email = w->email;
    struct str url = STR_NONE;
    if (!str_is_none(email->html))
        url = arena_printf(w->view->arena, "/api/v1/emails/%.*s/html", STR_ARG(email->id));
    json_pair_str(w->out, "language", email->language);
    json_pair_str(w->out, "subject", email->subject);
    json_pair_str(w->out, "preheader", email->preheader);
    view_list("paragraphs", email->paragraphs, w->out);
    put_picks(w);
    email_write_offer(w->view, email, w->out);
    json_pair_str(w->out, "text", email_dead_text(email->text, w->view->arena));
    json_pair_str(w->out, "html_url", url);
    view_list("facts", email->facts, w->out);
    email_write_checks(email, w->out);
    json_pair_str(w->out, "content_hash", email->content_hash);
    json_pair_str(w->out, "hint", email->hint);
    json_pair_i64(w->out, "regenerations", email->regenerations == I64_NONE ? 0 : email->regenerations);
}

static void put_history(const struct writing *w)
{
    const struct email *email = w->email;
    bool undoable = email->status == EMAIL_APPROVED && email->approved_at != TIME_NONE;
    put_writer(w);
    put_approvals(w);
    put_attempts(w);
    email_write_delivery(w->view, email, w->out);
    put_outcome(w);
    view_time(w->view, "undo_until", undoable ? email->approved_at + REVIEW_UNDO_MS : TIME_NONE, w->out);
    view_time(w->view, "created_at", email->created_at, w->out);
    view_time(w->view, "updated_at", email->updated_at, w->out);
    json_pair_i64(w->out, "version", email->version);
}

static enum rc write_email(const struct writing *w)
{
    const struct view *view = w->view;
    const struct email *email = w->email;
    struct json_out *out = w->out;
    json_begin_object(out);
    json_pair_str(out, "id", email->id);
    json_pair_str(out, "client_id", email->client_id);
    json_key(out, "client");
    enum rc rc = view_person(view, email->client_id, out);
    if (rc != RC_OK)
        return rc;
    json_pair_str(out, "episode_id", email->episode_id);
    json_pair_str(out, "status", field_enum_word(EMAIL_STATUS_WORDS, email->status));
    json_pair_str(out, "reason", email->reason);
    view_number("score", email->score, out);
    if ((rc = put_evidence(w)) != RC_OK)
        return rc;
    put_content(w);
    put_history(w);
    if (w->whole)
        rc = email_write_notices(view, email, out);
    if (w->whole && rc == RC_OK)
        rc = email_write_writing(view, email, out);
    json_end_object(out);
    return rc;
}

static const char *mailer_kind(const struct api *api)
{
    if (api->options.mailer_kind != NULL)
        return api->options.mailer_kind;
    return api->env.rehearsal ? "maildir" : "smtp";
}

/* What the writing of an email needs; the policy is not among it. */
static struct view view_of(const struct request *request, const struct api *api)
{
    return (struct view){.env = &api->env, .arena = request->arena, .now = clock_now(api->env.clock)};
}

void email_page(const struct request *request, struct response *response, struct api *api, const struct page *page,
                const struct store_page *list)
{
    const struct view view = view_of(request, api);
    struct json_out out;
    enum rc rc = RC_OK;
    page_begin(response, &out);
    struct writing w = {.view = &view, .mailer = mailer_kind(api), .out = &out};
    for (size_t i = 0; i < list->count && rc == RC_OK; i++) {
        w.email = &((const struct email *)list->items)[i];
        rc = write_email(&w);
    }
    if (rc == RC_OK)
        page_end(request, response, page, &out, list->cursor);
    else
        problem_from_rc(request, response, rc);
}

void email_answer(const struct request *request, struct response *response, struct api *api, const struct email *email)
{
    const struct view view = view_of(request, api);
    struct json_out out;
    respond_begin(response, &out);
    const struct writing w = {&view, mailer_kind(api), email, &out, true};
    enum rc rc = write_email(&w);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_json(response, 200);
    respond_etag(request, response, email->version);
}
