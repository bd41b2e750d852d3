/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /hooks/delivery: what became of mails, told by a mail provider in its own words (?from=postmark) or by anything else
 * in ours. An email is named by the token that went out with it or, in ours, by its id: the key has shown who speaks. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/hooks.h"
#include "base/utf8.h"
#include "core/notice_text.h"

#define EVENTS_MAX 1000

/* An event of ours; its texts are borrowed from the body. */
struct own_event {
    struct report report;
    struct str email_id;
};

static bool is_status(struct str text) { return !str_is_none(notice_status(text)); }
static bool is_instant(struct str text)
{
    int64_t at;
    return time_from_text(text, &at) == RC_OK;
}

static const struct field_rule RULE_STATUS = {"status", "must be an enhanced status code such as 5.1.1", is_status};
static const struct field_rule RULE_INSTANT = {"instant", "must be an instant such as 2026-11-24T18:03:11Z",
                                               is_instant};

static const struct body_field EVENT_FIELDS[] = {
    {.name = "id", .type = JSON_STRING, .required = true, .min = 1, .max = 200},
    {.name = "email_id", .type = JSON_STRING, .nullable = true, .min = 1, .max = 128, .rule = &RULE_ID},
    {.name = "token", .type = JSON_STRING, .nullable = true, .min = 1, .max = 200},
    {.name = "type", .type = JSON_STRING, .required = true, .words = NOTICE_WORDS},
    {.name = "status", .type = JSON_STRING, .nullable = true, .rule = &RULE_STATUS},
    {.name = "detail", .type = JSON_STRING, .nullable = true, .min = 0, .max = 4000},
    {.name = "at", .type = JSON_STRING, .nullable = true, .rule = &RULE_INSTANT}};

/* --- in our words -------------------------------------------------------------------------------------------------- */

static void read_own_event(const struct json *event, struct arena *arena, struct problems *problems,
                           struct own_event *out)
{
    size_t before = problems->count;
    body_check(event, EVENT_FIELDS, sizeof EVENT_FIELDS / sizeof EVENT_FIELDS[0], arena, problems);
    if (problems->count != before)
        return;
    struct str token = json_get_str(event, "token");
    struct str status = json_get_str(event, "status");
    enum notice_kind kind = (enum notice_kind)field_enum_from(NOTICE_WORDS, json_get_str(event, "type"));
    *out = (struct own_event){.report = {.id = json_get_str(event, "id"),
                                         .token = token,
                                         .kind = report_kind(kind, status),
                                         .status = status,
                                         .detail = json_get_str(event, "detail")},
                              .email_id = json_get_str(event, "email_id")};
    if (str_is_none(token) == str_is_none(out->email_id))
        problems_add(problems, arena, STR("/email_id"), "required", "or else token must be there, and not both");
}

/* All events are looked at before the first is recorded: a body is taken as a whole or not at all. */
static struct own_event *read_own(const struct request *request, struct response *response, const struct json *body,
                                  size_t *count)
{
    static const struct body_field FIELDS[] = {
        {.name = "events", .type = JSON_ARRAY, .required = true, .min = 1, .max = EVENTS_MAX}};
    struct problems problems = {.count = 0};
    const struct json *list = json_get(body, "events");
    *count = json_is(list, JSON_ARRAY) ? json_size(list) : 0;
    body_check(body, FIELDS, 1, request->arena, &problems);
    struct own_event *events = arena_new(request->arena, *count + 1, sizeof *events);
    for (size_t i = 0; i < *count && *count <= EVENTS_MAX; i++) {
        problems.base = arena_printf(request->arena, "/events/%zu", i);
        read_own_event(json_at(list, i), request->arena, &problems, &events[i]);
    }
    return body_is_sound(request, response, &problems) ? events : NULL;
}

static void take_own(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    size_t count;
    struct hook_tally tally;
    const struct own_event *events = read_own(request, response, body, &count);
    if (events == NULL)
        return;
    hook_tally_init(&tally, STR("hook"), count, request->arena);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = hook_record(api, &events[i].report, events[i].email_id, request->arena, &tally);
    if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        hook_answer(request, response, &tally);
}

/* --- in a provider's words ------------------------------------------------------------------------------------------ */

static void take_provider(const struct request *request, struct response *response, struct api *api,
                          enum provider provider, const struct json *body)
{
    struct problems problems = {.count = 0};
    struct reports reports;
    struct hook_tally tally;
    if (json_is(body, JSON_ARRAY) && json_size(body) > EVENTS_MAX) {
        problem_write(request, response, PROBLEM_INVALID, PROBLEM(STR(""), "length", "must have 1 to 1000 entries"));
        return;
    }
    if (provider_read(provider, body, request->arena, &reports, &problems) != RC_OK) {
        problem_write_all(request, response, PROBLEM_INVALID, &problems);
        return;
    }
    hook_tally_init(&tally, arena_printf(request->arena, "hook:%s", PROVIDER_WORDS[provider]), reports.count,
                    request->arena);
    tally.ignored = (int64_t)reports.ignored;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < reports.count && rc == RC_OK; i++)
        rc = hook_record(api, &reports.items[i], STR_NONE, request->arena, &tally);
    if (rc != RC_OK)
        problem_from_rc(request, response, rc);
    else
        hook_answer(request, response, &tally);
}

/* PROVIDER_NONE: in our words. False after 400. */
static bool read_from(const struct request *request, struct response *response, enum provider *out)
{
    struct str from;
    enum rc rc = request_query(request, "from", &from);
    *out = PROVIDER_NONE;
    if (rc == RC_NOT_FOUND)
        return true;
    int word = rc == RC_OK ? field_enum_from(PROVIDER_WORDS, from) : -1;
    if (word > PROVIDER_NONE && word < PROVIDER_SES) {
        *out = (enum provider)word;
        return true;
    }
    problem_write(request, response, PROBLEM_MALFORMED,
                  PROBLEM(STR("?from"), "enum", "must be postmark, sendgrid, mailgun or brevo"));
    return false;
}

void hooks_delivery(const struct request *request, struct response *response, struct api *api)
{
    enum provider provider;
    struct json *body;
    if (!read_from(request, response, &provider))
        return;
    if (provider == PROVIDER_NONE ? !body_object(request, response, &body) : !body_value(request, response, &body))
        return;
    if (provider == PROVIDER_NONE)
        take_own(request, response, api, body);
    else
        take_provider(request, response, api, provider, body);
    json_free(body);
}
