/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/page.h"

#include <string.h>

#include "api/respond.h"
#include "api/route.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/utf8.h"

#define CURSOR_MAX 2000 /* characters of the opaque text */

static struct str where(const struct request *request, const char *name)
{
    return arena_printf(request->arena, "?%s", name);
}

static bool refuse(const struct request *request, struct response *response, const char *name, struct problem error)
{
    error.pointer = where(request, name);
    problem_write(request, response, PROBLEM_MALFORMED, error);
    return false;
}

bool query_text(const struct request *request, struct response *response, const char *name, size_t max, struct str *out)
{
    *out = STR_NONE;
    enum rc rc = request_query(request, name, out);
    if (rc == RC_NOT_FOUND)
        return true;
    if (rc != RC_OK)
        return refuse(request, response, name,
                      PROBLEM(STR_NONE, "utf8", "must stand there once, as UTF-8 without control characters"));
    size_t length = utf8_length(*out);
    if (length >= 1 && length <= max)
        return true;
    struct problem error = {STR_NONE, STR("length"),
                            arena_printf(request->arena, "must have 1 to %zu characters", max)};
    return refuse(request, response, name, error);
}

bool query_id(const struct request *request, struct response *response, const char *name, struct str *out)
{
    if (!query_text(request, response, name, ID_MAX_BYTES, out))
        return false;
    return str_is_none(*out) || id_is_valid(*out) ||
           refuse(request, response, name, PROBLEM(STR_NONE, "pattern", "must have 1 to 128 of A-Z a-z 0-9 . _ : -"));
}

bool query_word(const struct request *request, struct response *response, const char *name, const char *const *words,
                int *out)
{
    struct str text;
    *out = -1;
    if (!query_text(request, response, name, 100, &text))
        return false;
    if (str_is_none(text))
        return true;
    *out = field_enum_from(words, text);
    return *out >= 0 || refuse(request, response, name, PROBLEM(STR_NONE, "enum", "is none of the known words"));
}

static bool read_limit(const struct request *request, struct response *response, size_t *out)
{
    struct str text;
    int64_t number = 0;
    *out = PAGE_LIMIT_DEFAULT;
    if (!query_text(request, response, "limit", 20, &text))
        return false;
    if (str_is_none(text))
        return true;
    if (str_to_i64(text, &number) != RC_OK)
        return refuse(request, response, "limit", PROBLEM(STR_NONE, "type", "must be an integer"));
    if (number < 1 || number > PAGE_LIMIT_MAX)
        return refuse(request, response, "limit", PROBLEM(STR_NONE, "range", "must be 1 to 200"));
    *out = (size_t)number;
    return true;
}

/* A cursor on the wire is base64url(4 bytes of scope, the list's own cursor). */
static enum rc open_cursor(const struct request *request, struct str text, struct page *page)
{
    struct str bytes;
    enum rc rc = hash_from_base64url(text, request->arena, &bytes);
    if (rc != RC_OK || bytes.len <= sizeof page->scope)
        return RC_INVALID;
    if (memcmp(bytes.ptr, &page->scope, sizeof page->scope) != 0)
        return RC_INVALID;
    page->cursor = (struct str){bytes.ptr + sizeof page->scope, bytes.len - sizeof page->scope};
    return RC_OK;
}

static struct str seal_cursor(const struct request *request, const struct page *page, struct str next)
{
    char *bytes = arena_new(request->arena, sizeof page->scope + next.len, 1);
    memcpy(bytes, &page->scope, sizeof page->scope);
    memcpy(bytes + sizeof page->scope, next.ptr, next.len);
    return hash_to_base64url(bytes, sizeof page->scope + next.len, request->arena);
}

bool page_read(const struct request *request, struct response *response, struct str filters, struct page *out)
{
    struct str text;
    struct str list = arena_printf(request->arena, "%s %.*s %.*s", request->route->pattern, STR_ARG(request->param),
                                   STR_ARG(filters));
    *out = (struct page){.cursor = STR_NONE, .scope = (uint32_t)hash_mix(list, 0)};
    if (!read_limit(request, response, &out->limit))
        return false;
    if (!query_text(request, response, "cursor", CURSOR_MAX, &text))
        return false;
    if (str_is_none(text) || open_cursor(request, text, out) == RC_OK)
        return true;
    return refuse(request, response, "cursor",
                  PROBLEM(STR_NONE, "cursor", "must be the next_cursor of this list with these parameters"));
}

bool page_list(const struct request *request, struct response *response, struct store *store,
               const struct store_query *query, struct store_page *out)
{
    enum rc rc = store_list(store, query, request->arena, out);
    if (rc == RC_OK)
        return true;
    if (rc == RC_INVALID)
        return refuse(request, response, "cursor", PROBLEM(STR_NONE, "cursor", "must be the next_cursor of this list"));
    problem_from_rc(request, response, rc);
    return false;
}

bool page_plain(const struct request *request, struct response *response, struct store *store, enum record_index index,
                struct page *out)
{
    struct store_query query = STORE_QUERY(index);
    if (!page_read(request, response, STR(""), out))
        return false;
    query.limit = out->limit;
    query.cursor = out->cursor;
    return page_list(request, response, store, &query, &out->list);
}

void page_items(struct json_out *out)
{
    json_key(out, "items");
    json_begin_array(out);
}

void page_begin(struct response *response, struct json_out *out)
{
    respond_begin(response, out);
    json_begin_object(out);
    page_items(out);
}

void page_end(const struct request *request, struct response *response, const struct page *page, struct json_out *out,
              struct str next)
{
    json_end_array(out);
    json_key(out, "next_cursor");
    if (str_is_none(next))
        json_put_null(out);
    else
        json_put_str(out, seal_cursor(request, page, next));
    json_end_object(out);
    respond_json(response, 200);
}
