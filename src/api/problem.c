/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/problem.h"

#include "base/json.h"
#include "base/log.h"

struct kind {
    int status;
    const char *word; /* type is urn:rekindle: and this */
    const char *title;
    const char *detail; /* one sentence */
};

static const struct kind KINDS[PROBLEM_KINDS] = {
    [PROBLEM_MALFORMED] = {400, "malformed", "The request cannot be read", "Look at the errors and send it again."},
    [PROBLEM_UNAUTHORIZED] = {401, "unauthorized", "Not signed in", "Sign in or send an API key."},
    [PROBLEM_FORBIDDEN] = {403, "forbidden", "Not allowed", "The credential does not reach so far."},
    [PROBLEM_NOT_FOUND] = {404, "not-found", "Not found", "There is no such record."},
    [PROBLEM_METHOD] = {405, "method", "Not this method", "The header Allow names the methods of this address."},
    [PROBLEM_CONFLICT] = {409, "conflict", "Not in this state", "The state of the record does not allow it."},
    [PROBLEM_STALE] = {412, "stale", "The record moved on", "Somebody changed it since you read it."},
    [PROBLEM_TOO_LARGE] = {413, "too-large", "The body is too large", "Send less at a time."},
    [PROBLEM_WRONG_TYPE] = {415, "wrong-type", "Wrong content type", "The header Content-Type must name the format."},
    [PROBLEM_INVALID] = {422, "invalid", "A rule is broken", "Each broken rule is named in errors."},
    [PROBLEM_NEEDS_IF_MATCH] = {428, "needs-if-match", "If-Match is needed", "Send the ETag that you read."},
    [PROBLEM_LIMITED] = {429, "limited", "Too many requests", "Wait as long as Retry-After says."},
    [PROBLEM_BROKEN] = {500, "broken", "Our fault", "The log has the reason under this X-Request-Id."},
    [PROBLEM_UNAVAILABLE] = {503, "unavailable", "Not now", "Try again as Retry-After says."},
};

struct meaning {
    enum problem_kind kind;
    const char *rule, *detail;
};

/* What each result of a step or of the store means to a caller. */
static const struct meaning MEANINGS[RC_COUNT] = {
    [RC_OK] = {PROBLEM_BROKEN, "bug", "a success was taken for a failure"},
    [RC_INVALID] = {PROBLEM_INVALID, "rule", "breaks a rule"},
    [RC_DENIED] = {PROBLEM_FORBIDDEN, "role", "is not allowed"},
    [RC_NOT_FOUND] = {PROBLEM_NOT_FOUND, "not_found", "is not known"},
    [RC_CONFLICT] = {PROBLEM_CONFLICT, "state", "the record moved on meanwhile; read it again"},
    [RC_LIMITED] = {PROBLEM_LIMITED, "rate", "more than the limit"},
    [RC_BUSY] = {PROBLEM_UNAVAILABLE, "busy", "is busy"},
    [RC_IO] = {PROBLEM_UNAVAILABLE, "store", "cannot read or commit"},
    [RC_TIMEOUT] = {PROBLEM_UNAVAILABLE, "timeout", "was not done in time"},
    [RC_UNCERTAIN] = {PROBLEM_BROKEN, "uncertain", "it may have happened; look before you try again"},
    [RC_CORRUPT] = {PROBLEM_BROKEN, "corrupt", "stored bytes break their own format"},
    [RC_BUG] = {PROBLEM_BROKEN, "bug", "a promise of ours is broken"},
};

#define RETRY_MS 2000 /* what a busy or faulty store is given */

static void write_errors(struct json_out *out, const struct problem *errors, size_t count)
{
    json_key(out, "errors");
    json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(out);
        json_pair_str(out, "pointer", errors[i].pointer);
        json_pair_str(out, "rule", errors[i].rule);
        json_pair_str(out, "detail", errors[i].detail);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_problem(const struct request *request, struct response *response, enum problem_kind kind,
                          const struct problem *errors, size_t count)
{
    const struct kind *words = &KINDS[kind];
    struct json_out out;
    response_reset(response);
    json_out_init(&out, &response->body);
    json_begin_object(&out);
    json_pair_str(&out, "type", arena_printf(request->arena, "urn:rekindle:%s", words->word));
    json_pair_str(&out, "title", str_of(words->title));
    json_pair_i64(&out, "status", words->status);
    json_pair_str(&out, "detail", str_of(words->detail));
    write_errors(&out, errors, count);
    json_end_object(&out);
    response->status = words->status;
    response->type = "application/problem+json";
    if (kind == PROBLEM_UNAUTHORIZED)
        response_header(response, "WWW-Authenticate", STR("Bearer realm=\"rekindle\""));
}

void problem_write(const struct request *request, struct response *response, enum problem_kind kind,
                   struct problem error)
{
    write_problem(request, response, kind, &error, 1);
}

void problem_write_all(const struct request *request, struct response *response, enum problem_kind kind,
                       const struct problems *problems)
{
    write_problem(request, response, kind, problems->items, problems->count);
}

void problem_wait(const struct request *request, struct response *response, enum problem_kind kind, int64_t wait_ms)
{
    struct problem error = kind == PROBLEM_LIMITED ? PROBLEM(STR(""), "rate", "more than the limit")
                                                   : PROBLEM(STR(""), "busy", "is busy");
    problem_write(request, response, kind, error);
    response_header(response, "Retry-After", arena_printf(request->arena, "%lld", (long long)((wait_ms + 999) / 1000)));
}

void problem_from_rc(const struct request *request, struct response *response, enum rc rc)
{
    const struct meaning *meaning = &MEANINGS[rc < RC_COUNT ? rc : RC_BUG];
    struct problem error = {STR(""), str_of(meaning->rule), str_of(meaning->detail)};
    if (rc == RC_NOT_FOUND && !str_is_none(request->param))
        error.pointer = STR("path:id");
    write_problem(request, response, meaning->kind, &error, 1);
    if (meaning->kind == PROBLEM_UNAVAILABLE || meaning->kind == PROBLEM_LIMITED)
        response_header(response, "Retry-After", arena_printf(request->arena, "%lld", (long long)(RETRY_MS / 1000)));
    if (meaning->kind == PROBLEM_BROKEN)
        log_error("http_broken", "request=" LOG_STR " rc=%s", LOG_ARG(request->id), rc_name(rc));
}
