/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What staff do with an email. All acts have one shape: If-Match names the version that was seen, the step does the act in
 * one commit, the answer is the email after it. */
#include <string.h>

#include "api/body.h"
#include "api/email_json.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/draft.h"
#include "core/email.h"
#include "core/prompt.h"
#include "step/review_email.h"

/* How long the draft was open before whoever decides; the acts that end a review take it. */
#define REVIEW_MS_FIELD                                                       \
    {                                                                         \
        .name = "review_ms", .type = JSON_INT, .min = 0, .max = REVIEW_MS_MAX \
    }

struct act {
    const struct request *request;
    struct response *response;
    struct api *api;
    struct review review;
    struct email email;
};

static void set_out(struct act *act, const struct request *request, struct response *response, struct api *api)
{
    memset(act, 0, sizeof *act);
    act->request = request;
    act->response = response;
    act->api = api;
    act->review =
        (struct review){.actor = request->caller.name, .email_id = request->param, .why = "", .out = &act->email};
}

static bool begin(struct act *act, const struct request *request, struct response *response, struct api *api)
{
    set_out(act, request, response, api);
    return respond_if_match(request, response, &act->review.expect);
}

static const struct {
    const char *why, *rule, *detail;
} REFUSALS[] = {
    {"wrong_state", "state", "the state of the email does not allow this"},
    {"hash_differs", "hash", "the text is not the one that was seen"},
    {"four_eyes", "four_eyes", "who changed the text may not approve it"},
    {"hard_findings", "hard_findings", "a hard check fails"},
    {"client_cap", "client_cap", "as many drafts as the policy allows were written for this person within 30 days"},
};

static void refuse(struct act *act)
{
    struct problem error = PROBLEM(STR(""), "state", "the state of the email does not allow this");
    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
        if (strcmp(REFUSALS[i].why, act->review.why) == 0)
            error = (struct problem){STR(""), str_of(REFUSALS[i].rule), str_of(REFUSALS[i].detail)};
    }
    problem_write(act->request, act->response, PROBLEM_CONFLICT, error);
}

static void finish(struct act *act, enum rc rc)
{
    if (rc == RC_OK)
        email_answer(act->request, act->response, act->api, &act->email);
    else if (rc == RC_CONFLICT)
        problem_write(act->request, act->response, PROBLEM_STALE,
                      PROBLEM(STR("header:If-Match"), "version", "is older than the stored version"));
    else if (rc == RC_INVALID)
        refuse(act);
    else
        problem_from_rc(act->request, act->response, rc);
}

static bool is_hash(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("0123456789abcdef", text.ptr[i]) == NULL || text.ptr[i] == '\0')
            return false;
    }
    return text.len == 64;
}

static const struct field_rule RULE_HASH = {"pattern", "must be 64 lower-case hex digits", is_hash};

void emails_approve(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "content_hash", .type = JSON_STRING, .required = true, .rule = &RULE_HASH}, REVIEW_MS_FIELD};
    struct act act;
    struct json *body;
    if (!begin(&act, request, response, api) || !body_read(request, response, FIELDS, 2, &body))
        return;
    act.review.review_ms = json_get_i64(body, "review_ms", 0);
    finish(&act, review_approve(&api->env, &act.review, json_get_str(body, "content_hash"), request->arena));
    json_free(body);
}

void emails_undo(const struct request *request, struct response *response, struct api *api)
{
    struct act act;
    if (!begin(&act, request, response, api))
        return;
    enum rc rc = review_undo(&api->env, &act.review, request->arena);
    if (rc == RC_INVALID)
        problem_write(request, response, PROBLEM_CONFLICT,
                      PROBLEM(STR(""), "undo", "it is too late, or there is no approval to take back"));
    else
        finish(&act, rc);
}

void emails_reject(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "reason", .type = JSON_STRING, .required = true, .min = 1, .max = 500}, REVIEW_MS_FIELD};
    struct act act;
    struct json *body;
    if (!begin(&act, request, response, api) || !body_read(request, response, FIELDS, 2, &body))
        return;
    act.review.review_ms = json_get_i64(body, "review_ms", 0);
    finish(&act, review_reject(&api->env, &act.review, json_get_str(body, "reason"), request->arena));
    json_free(body);
}

/* F1 to F99: the form alone. Whether the email has such a fact is a check of the draft. */
static bool is_fact_id(struct str text)
{
    bool digits = text.len == 2 || (text.len == 3 && text.ptr[2] >= '0' && text.ptr[2] <= '9');
    return digits && text.ptr[0] == 'F' && text.ptr[1] >= '1' && text.ptr[1] <= '9';
}

static void check_facts(const struct json *facts, struct arena *arena, struct problems *problems)
{
    if (json_size(facts) > DRAFT_FACTS_MAX)
        problems_add(problems, arena, STR("/facts"), "length", "must have at most 8 items");
    for (size_t i = 0; i < json_size(facts); i++) {
        if (!is_fact_id(json_str(json_at(facts, i))))
            problems_add(problems, arena, arena_printf(arena, "/facts/%zu", i), "pattern",
                         "must be a fact id such as F1");
    }
}

static void check_paragraphs(const struct json *paragraphs, struct arena *arena, struct problems *problems)
{
    static const struct body_field FIELDS[] = {
        {.name = "text", .type = JSON_STRING, .required = true, .min = 1, .max = 2000},
        {.name = "facts", .type = JSON_ARRAY, .required = true}};
    size_t count = json_size(paragraphs);
    if (count < 1 || count > DRAFT_PARAGRAPHS_MAX)
        problems_add(problems, arena, STR("/paragraphs"), "length", "must have 1 to 8 items");
    for (size_t i = 0; i < count && i < DRAFT_PARAGRAPHS_MAX; i++) {
        const struct json *paragraph = json_at(paragraphs, i), *facts = json_get(paragraph, "facts");
        problems->base = arena_printf(arena, "/paragraphs/%zu", i);
        body_check(paragraph, FIELDS, 2, arena, problems);
        if (json_is(facts, JSON_ARRAY))
            check_facts(facts, arena, problems);
    }
    problems->base = STR_NONE;
}

/* The words of a body, or NULL after the problem was written. */
static struct draft *read_words(const struct act *act, const struct json *body)
{
    struct arena *arena = act->request->arena;
    struct problems problems = {.count = 0};
    check_paragraphs(json_get(body, "paragraphs"), arena, &problems);
    if (!body_is_sound(act->request, act->response, &problems))
        return NULL;
    struct draft *draft = arena_new(arena, 1, sizeof *draft);
    draft->subject = arena_str(arena, json_get_str(body, "subject"));
    draft->preheader = arena_str(arena, json_get_str(body, "preheader"));
    draft_paragraphs_from_json(json_get(body, "paragraphs"), arena, draft, &problems);
    return body_is_sound(act->request, act->response, &problems) ? draft : NULL;
}

/* review_ms comes last: a check does without it. */
static const struct body_field WORDS_FIELDS[] = {
    {.name = "subject", .type = JSON_STRING, .required = true, .min = 1, .max = 200},
    {.name = "preheader", .type = JSON_STRING, .required = true, .min = 0, .max = 200},
    {.name = "paragraphs", .type = JSON_ARRAY, .required = true},
    REVIEW_MS_FIELD};

void emails_edit(const struct request *request, struct response *response, struct api *api)
{
    struct act act;
    struct json *body;
    if (!begin(&act, request, response, api) || !body_read(request, response, WORDS_FIELDS, 4, &body))
        return;
    act.review.review_ms = json_get_i64(body, "review_ms", 0);
    const struct draft *draft = read_words(&act, body);
    if (draft != NULL)
        finish(&act, review_edit(&api->env, &act.review, draft, request->arena));
    json_free(body);
}

static void answer_check(struct act *act, bool blocked)
{
    struct json_out out;
    respond_begin(act->response, &out);
    json_begin_object(&out);
    json_pair_bool(&out, "blocked", blocked);
    email_write_checks(&act->email, &out);
    json_end_object(&out);
    respond_json(act->response, 200);
}

/* No If-Match: words that are still being typed are judged, nothing is stored. */
void emails_check(const struct request *request, struct response *response, struct api *api)
{
    struct act act;
    struct json *body;
    bool blocked = false;
    set_out(&act, request, response, api);
    if (!body_read(request, response, WORDS_FIELDS, 3, &body))
        return;
    const struct draft *draft = read_words(&act, body);
    if (draft != NULL) {
        enum rc rc = review_check(&api->env, &act.review, draft, request->arena, &blocked);
        if (rc == RC_OK)
            answer_check(&act, blocked);
        else
            finish(&act, rc);
    }
    json_free(body);
}

/* The body may be left out: then there is no wish. */
void emails_regenerate(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {{.name = "hint", .type = JSON_STRING, .min = 1, .max = PROMPT_HINT_MAX}};
    struct act act;
    struct json *body = NULL;
    if (!begin(&act, request, response, api) ||
        (!request_is_bare(request) && !body_read(request, response, FIELDS, 1, &body)))
        return;
    act.review.hint = json_get_str(body, "hint");
    finish(&act, review_regenerate(&api->env, &act.review, request->arena));
    json_free(body);
}

void emails_retry(const struct request *request, struct response *response, struct api *api)
{
    struct act act;
    if (begin(&act, request, response, api))
        finish(&act, review_retry(&api->env, &act.review, request->arena));
}

void emails_resolve(const struct request *request, struct response *response, struct api *api)
{
    static const char *const WORDS[] = {"sent", "failed", NULL};
    static const struct body_field FIELDS[] = {
        {.name = "outcome", .type = JSON_STRING, .required = true, .words = WORDS}};
    struct act act;
    struct json *body;
    if (!begin(&act, request, response, api) || !body_read(request, response, FIELDS, 1, &body))
        return;
    bool was_sent = str_equal(json_get_str(body, "outcome"), STR("sent"));
    finish(&act, review_resolve(&api->env, &act.review, was_sent, request->arena));
    json_free(body);
}
