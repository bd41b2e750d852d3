/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Addresses that are never mailed: listed as keyed hashes, only ever added to. */
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/record.h"
#include "step/client_acts.h"
#include "step/suppress_list.h"

#define LIST_MAX 1000

static void write_suppression(const struct request *request, const struct suppression *entry, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "hash", entry->id);
    json_pair_str(out, "reason", field_enum_word(SUPPRESSION_REASON_WORDS, entry->reason));
    json_pair_str(out, "at", time_to_text(entry->created_at, request->arena));
    json_end_object(out);
}

void suppressions_list(const struct request *request, struct response *response, struct api *api)
{
    struct page page;
    struct json_out out;
    if (!page_plain(request, response, api->env.store, SUPPRESSION_BY_ID, &page))
        return;
    page_begin(response, &out);
    for (size_t i = 0; i < page.list.count; i++)
        write_suppression(request, &((const struct suppression *)page.list.items)[i], &out);
    page_end(request, response, &page, &out, page.list.cursor);
}

static void create(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct suppression entry;
    struct json_out out;
    struct str word = json_get_str(body, "reason");
    int reason = str_is_none(word) ? SUPPRESSED_STAFF : field_enum_from(SUPPRESSION_REASON_WORDS, word);
    enum rc rc = suppression_add(&api->env, json_get_str(body, "email"), (enum suppression_reason)reason,
                                 request->caller.name, request->arena, &entry);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_begin(response, &out);
    write_suppression(request, &entry, &out);
    respond_json(response, 201);
}

void suppressions_create(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "email", .type = JSON_STRING, .required = true, .min = 3, .max = 254, .rule = &RULE_EMAIL},
        {.name = "reason", .type = JSON_STRING, .words = SUPPRESSION_REASON_WORDS}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 2, &body))
        return;
    create(request, response, api, body);
    json_free(body);
}

static void answer_list(struct response *response, const struct suppress_item *items, size_t count)
{
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_key(&out, "items");
    json_begin_array(&out);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(&out);
        json_pair_str(&out, "status", str_of(SUPPRESS_STATUS_WORDS[items[i].status]));
        json_end_object(&out);
    }
    json_end_array(&out);
    json_end_object(&out);
    respond_json(response, 200);
}

static void add_list(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    const struct json *emails = json_get(body, "emails");
    struct str word = json_get_str(body, "reason");
    int reason = str_is_none(word) ? SUPPRESSED_IMPORT : field_enum_from(SUPPRESSION_REASON_WORDS, word);
    size_t count = json_size(emails);
    struct suppress_item *items = arena_new(request->arena, count, sizeof *items);
    struct problems problems = {.count = 0};
    for (size_t i = 0; i < count; i++)
        if (!json_is(json_at(emails, i), JSON_STRING) ||
            !RULE_TEXT.holds(json_str(json_at(emails, i)))) /* no address at all; one that is none has its own answer */
            problems_add(&problems, request->arena, arena_printf(request->arena, "/emails/%zu", i), RULE_TEXT.name,
                         "must be a text without control characters");
    if (!body_is_sound(request, response, &problems))
        return;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct suppress_item){.email = json_str(json_at(emails, i)), .reason = reason};
    enum rc rc = suppress_list(&api->env, items, count, request->caller.name, request->arena);
    if (rc == RC_OK)
        answer_list(response, items, count);
    else
        problem_from_rc(request, response, rc);
}

void suppressions_add_list(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "emails", .type = JSON_ARRAY, .required = true, .min = 1, .max = LIST_MAX},
        {.name = "reason", .type = JSON_STRING, .words = SUPPRESSION_REASON_WORDS}};
    struct json *body;
    if (!body_read(request, response, FIELDS, 2, &body))
        return;
    add_list(request, response, api, body);
    json_free(body);
}
