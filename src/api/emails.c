/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Emails: lists, one with its evidence, and its parts. Previews have dead links and a policy of their own: nothing in them
 * runs, loads or leads anywhere, least of all to the unsubscribe link of the person it is meant for. */
#include "api/email_json.h"
#include "api/handlers.h"
#include "api/page.h"
#include "api/problem.h"
#include "api/respond.h"
#include "core/record.h"
#include "core/render.h"
#include "step/send_message.h"

#define PREVIEW_POLICY                                                                                             \
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; " \
    "frame-ancestors 'self'"

/* The index and its direction for what is asked. With a client and a status the client's emails are looked through. */
static bool list_query(const struct request *request, struct response *response, struct store_query *query, int *status)
{
    struct str client;
    if (!query_word(request, response, "status", EMAIL_STATUS_WORDS, status) ||
        !query_id(request, response, "client_id", &client))
        return false;
    *query = (struct store_query)STORE_QUERY(EMAIL_BY_CREATED);
    query->descending = *status != EMAIL_IN_REVIEW; /* in review the oldest is the most urgent */
    if (!str_is_none(client)) {
        query->index = EMAIL_BY_CLIENT;
        query->equal = client;
    } else if (*status >= 0) {
        query->index = EMAIL_BY_STATUS;
        query->equal = field_enum_word(EMAIL_STATUS_WORDS, *status);
    }
    return true;
}

/* Keeps the emails of one status, in place. */
static void filter_status(struct store_page *list, int status)
{
    struct email *emails = list->items;
    size_t kept = 0;
    for (size_t i = 0; i < list->count && status >= 0; i++) {
        if (emails[i].status == status)
            emails[kept++] = emails[i];
    }
    list->count = status >= 0 ? kept : list->count;
}

void emails_list(const struct request *request, struct response *response, struct api *api)
{
    struct store_query query;
    struct store_page list;
    struct page page;
    int status;
    if (!list_query(request, response, &query, &status))
        return;
    struct str filters = arena_printf(request->arena, "%d %.*s", status, STR_ARG(query.equal));
    if (!page_read(request, response, filters, &page))
        return;
    query.limit = page.limit;
    query.cursor = page.cursor;
    if (!page_list(request, response, api->env.store, &query, &list))
        return;
    filter_status(&list, status);
    email_page(request, response, api, &page, &list);
}

static bool find_email(const struct request *request, struct response *response, struct api *api, struct email *email)
{
    enum rc rc = store_get(api->env.store, RECORD_EMAIL, request->param, request->arena, email);
    if (rc == RC_OK)
        return true;
    problem_from_rc(request, response, rc);
    return false;
}

void emails_show(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    if (find_email(request, response, api, &email))
        email_answer(request, response, api, &email);
}

static void refuse_part(const struct request *request, struct response *response)
{
    problem_write(request, response, PROBLEM_NOT_FOUND, PROBLEM(STR("path:id"), "not_found", "has no such part yet"));
}

void emails_html(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    if (!find_email(request, response, api, &email))
        return;
    if (str_is_none(email.html)) {
        refuse_part(request, response);
        return;
    }
    respond_text(response, "text/html; charset=utf-8", render_preview_html(email.html, request->arena));
    response_header(response, "Content-Security-Policy", STR(PREVIEW_POLICY));
}

void emails_text(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    if (!find_email(request, response, api, &email))
        return;
    if (str_is_none(email.text))
        refuse_part(request, response);
    else
        respond_text(response, "text/plain; charset=utf-8", email_dead_text(email.text, request->arena));
}

/* Whether the message was handed over, or may have been. */
static bool has_left(const struct email *email)
{
    return email->attempt_count != I64_NONE && email->attempt_count > 0 && !str_is_empty(email->message_id);
}

static enum rc build_raw(const struct request *request, struct api *api, const struct email *email, struct buf *out)
{
    struct client client;
    struct str message;
    enum rc rc = RC_NOT_FOUND;
    if (api->options.maildir_find != NULL)
        rc = api->options.maildir_find(api->options.ctx, email->id, request->arena, &message);
    if (rc == RC_OK) {
        buf_add(out, message);
        return RC_OK;
    }
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = store_get(api->env.store, RECORD_CLIENT, email->client_id, request->arena, &client);
    return rc == RC_OK ? send_message_build(&api->env, email, &client, request->arena, out) : rc;
}

void emails_raw(const struct request *request, struct response *response, struct api *api)
{
    struct email email;
    struct buf message = {0};
    if (!find_email(request, response, api, &email))
        return;
    if (!has_left(&email)) {
        refuse_part(request, response);
        return;
    }
    enum rc rc = build_raw(request, api, &email, &message);
    if (rc == RC_OK)
        respond_text(response, "message/rfc822", buf_str(&message));
    else
        problem_from_rc(request, response, rc);
    buf_clear(&message);
}
