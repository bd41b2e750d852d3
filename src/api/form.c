/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/form.h"

#include "api/request.h"

#define MULTIPART STR("multipart/form-data")

/* "+" is a blank in a form, then %XX. */
static enum rc decode(struct str text, struct arena *arena, struct str *out)
{
    struct str plain = arena_str(arena, text);
    for (size_t i = 0; i < plain.len; i++)
        if (plain.ptr[i] == '+')
            ((char *)(uintptr_t)plain.ptr)[i] = ' ';
    return request_decode(plain, arena, out);
}

static enum rc urlencoded(struct str body, struct str name, struct arena *arena, struct str *out)
{
    struct str rest = body;
    while (!str_is_empty(rest)) {
        struct str value = str_cut(&rest, '&'), key = str_cut(&value, '=');
        if (decode(key, arena, &key) != RC_OK)
            return RC_INVALID;
        if (str_equal(key, name))
            return decode(str_is_none(value) ? STR("") : str_trim(value), arena, out);
    }
    return RC_NOT_FOUND;
}

/* Value of a header's parameter, with or without quotes; absent when there is none. */
static struct str parameter(struct str header, struct str name)
{
    struct str rest = header;
    str_cut(&rest, ';');
    while (!str_is_none(rest)) {
        struct str value = str_trim(str_cut(&rest, ';')), key = str_cut(&value, '=');
        if (!str_equal_nocase(str_trim(key), name) || str_is_none(value))
            continue;
        value = str_trim(value);
        if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
            value = (struct str){value.ptr + 1, value.len - 2};
        return value;
    }
    return STR_NONE;
}

/* Cuts the text at the first `mark`: what stands before it; the rest begins behind it, absent when the mark is not there. */
static struct str cut_at(struct str *text, struct str mark)
{
    struct str before = *text;
    size_t at = str_find(*text, mark);
    if (at == SIZE_MAX) {
        *text = STR_NONE;
        return before;
    }
    before.len = at;
    *text = (struct str){text->ptr + at + mark.len, text->len - at - mark.len};
    return before;
}

/* The name of a part by its head; absent without one. */
static struct str part_name(struct str head)
{
    while (!str_is_none(head)) {
        struct str line = cut_at(&head, STR("\r\n")), value = line, key = str_cut(&value, ':');
        if (str_equal_nocase(str_trim(key), STR("content-disposition")))
            return parameter(value, STR("name"));
    }
    return STR_NONE;
}

static enum rc multipart(struct str type, struct str body, struct str name, struct arena *arena, struct str *out)
{
    struct str boundary = parameter(type, STR("boundary"));
    if (str_is_empty(boundary) || boundary.len > 70) /* RFC 2046 section 5.1.1 */
        return RC_INVALID;
    struct str mark = arena_printf(arena, "--%.*s", STR_ARG(boundary)), rest = body;
    struct str next = arena_printf(arena, "\r\n--%.*s", STR_ARG(boundary));
    cut_at(&rest, mark); /* what stands before the first part is none of it */
    while (!str_is_none(rest) && !str_starts_with(rest, STR("--"))) {
        struct str value = cut_at(&rest, next);
        if (str_is_none(rest))
            return RC_INVALID; /* the part has no end: it was cut off */
        struct str head = cut_at(&value, STR("\r\n\r\n"));
        if (str_is_none(value))
            return RC_INVALID;
        if (str_equal(part_name(head), name)) {
            *out = value;
            return RC_OK;
        }
    }
    return str_is_none(rest) ? RC_INVALID : RC_NOT_FOUND;
}

enum rc form_field(struct str type, struct str body, const char *name, struct arena *arena, struct str *out)
{
    struct str kind = type;
    if (str_equal_nocase(str_trim(str_cut(&kind, ';')), MULTIPART))
        return multipart(type, body, str_of(name), arena, out);
    return urlencoded(body, str_of(name), arena, out);
}
