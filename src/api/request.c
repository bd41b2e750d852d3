/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

const char *const METHOD_WORDS[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};

enum method method_from(const char *word)
{
    for (int i = 0; i < METHOD_OTHER; i++) {
        if (strcmp(METHOD_WORDS[i], word) == 0)
            return (enum method)i;
    }
    return METHOD_OTHER;
}

bool request_is_bare(const struct request *request)
{
    return request->body.len == 0 && str_is_none(request_header(request, "Content-Type"));
}

bool request_is_write(const struct request *request)
{
    return request->method == METHOD_POST || request->method == METHOD_PUT || request->method == METHOD_PATCH ||
           request->method == METHOD_DELETE;
}

struct str request_actor(const struct request *request)
{
    const struct caller *caller = &request->caller;
    return caller->kind == CALLER_STAFF ? caller->staff.id : caller->name;
}

struct str request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (str_equal_nocase(request->headers[i].name, str_of(name)))
            return request->headers[i].value;
    }
    return STR_NONE;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum rc request_decode(struct str text, struct arena *arena, struct str *out)
{
    char *bytes = arena_new(arena, text.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%') {
            bytes[len++] = text.ptr[i];
            continue;
        }
        int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.ptr[i + 2]) : -1;
        if (low < 0)
            return RC_INVALID;
        bytes[len++] = (char)(high * 16 + low);
        i += 2;
    }
    *out = (struct str){bytes, len};
    return RC_OK;
}

enum rc request_query(const struct request *request, const char *name, struct str *out)
{
    const struct pair *found = NULL;
    for (size_t i = 0; i < request->query_count; i++) {
        if (!str_equal(request->query[i].name, str_of(name)))
            continue;
        if (found != NULL)
            return RC_INVALID;
        found = &request->query[i];
    }
    if (found == NULL)
        return RC_NOT_FOUND;
    enum rc rc = request_decode(found->value, request->arena, out);
    if (rc != RC_OK)
        return rc;
    return utf8_is_valid(*out) && !utf8_has_control(*out) ? RC_OK : RC_INVALID;
}

struct str request_cookie(const struct request *request, const char *name)
{
    struct str rest = request_header(request, "Cookie");
    while (!str_is_none(rest)) {
        struct str value = str_trim(str_cut(&rest, ';'));
        struct str key = str_cut(&value, '=');
        if (!str_is_none(value) && str_equal(key, str_of(name)))
            return value;
    }
    return STR_NONE;
}

bool request_has_type(const struct request *request, const char *type)
{
    struct str value = request_header(request, "Content-Type");
    if (str_is_none(value))
        return false;
    return str_equal_nocase(str_trim(str_cut(&value, ';')), str_of(type));
}

void response_header(struct response *response, const char *name, struct str value)
{
    if (response->header_count == RESPONSE_HEADERS_MAX)
        abort(); /* a handler adds a fixed few; more is our bug */
    response->headers[response->header_count++] = (struct pair){str_of(name), value};
}

void response_reset(struct response *response)
{
    buf_clear(&response->body);
    *response = (struct response){0};
}
