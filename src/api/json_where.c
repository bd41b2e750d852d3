/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/json_where.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define DEPTH_MAX 64 /* as base/json.h reads; deeper places are named as their ancestor at this depth */
#define NAME_MAX_BYTES 64

struct level {
    bool is_object;
    bool wants_name; /* object: the next text is a name */
    struct str name; /* object: of the member we are in, as written */
    size_t index;    /* array: of the item we are in */
};

struct scan {
    const char *at, *end;
    struct level levels[DEPTH_MAX];
    size_t depth; /* may be greater than DEPTH_MAX */
    const char *rule;
};

static int hex4(const char *at, const char *end)
{
    int value = 0;
    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        const char *digit = memchr("0123456789abcdefABCDEF", at[i], 22);
        if (digit == NULL)
            return -1;
        int place = (int)(digit - "0123456789abcdefABCDEF");
        value = value * 16 + (place > 15 ? place - 6 : place);
    }
    return value;
}

/* One escape at its backslash: its bytes, or 0 and the rule when it means no character. */
static size_t take_escape(struct scan *scan)
{
    const char *at = scan->at;
    if (scan->end - at < 2 || at[1] != 'u')
        return 2;
    int high = hex4(at + 2, scan->end);
    bool first = high >= 0xd800 && high <= 0xdbff, second = high >= 0xdc00 && high <= 0xdfff;
    int low = first && scan->end - at >= 12 && at[6] == '\\' && at[7] == 'u' ? hex4(at + 8, scan->end) : -1;
    if (high == 0)
        scan->rule = "control";
    else if (second || (first && (low < 0xdc00 || low > 0xdfff)))
        scan->rule = "utf8";
    else
        return first ? 12 : 6;
    return 0;
}

/* The text that begins at its quote, without quotes; scan->rule is set when something in it cannot be read. */
static struct str take_text(struct scan *scan)
{
    const char *begin = ++scan->at;
    while (scan->at < scan->end && *scan->at != '"') {
        size_t left = (size_t)(scan->end - scan->at);
        size_t size = *scan->at == '\\' ? take_escape(scan) : utf8_sequence(scan->at, left);
        if (size == 0 && scan->rule == NULL)
            scan->rule = "utf8";
        else if (size == 1 && (unsigned char)*scan->at < 0x20)
            scan->rule = "control";
        if (scan->rule != NULL)
            return STR_NONE;
        scan->at += size < left ? size : left;
    }
    struct str text = {begin, (size_t)(scan->at - begin)};
    scan->at += scan->at < scan->end;
    return text;
}

static struct level *top(struct scan *scan)
{
    return scan->depth > 0 && scan->depth <= DEPTH_MAX ? &scan->levels[scan->depth - 1] : NULL;
}

static void enter(struct scan *scan, bool is_object)
{
    scan->depth++;
    if (top(scan) != NULL)
        *top(scan) = (struct level){.is_object = is_object, .wants_name = is_object, .name = STR_NONE};
}

static void take_mark(struct scan *scan, char mark)
{
    struct level *level = top(scan);
    if (mark == '{' || mark == '[')
        enter(scan, mark == '{');
    else if ((mark == '}' || mark == ']') && scan->depth > 0)
        scan->depth--;
    else if (mark == ',' && level != NULL) {
        level->index++;
        level->wants_name = level->is_object;
        level->name = STR_NONE;
    }
}

static bool is_plain(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

static struct str pointer_here(const struct scan *scan, struct arena *arena)
{
    struct buf text = {0};
    size_t depth = scan->depth < DEPTH_MAX ? scan->depth : DEPTH_MAX;
    for (size_t i = 0; i < depth; i++) {
        const struct level *level = &scan->levels[i];
        if (level->is_object && !is_plain(level->name))
            break;
        if (level->is_object)
            buf_printf(&text, "/%.*s", STR_ARG(level->name));
        else
            buf_printf(&text, "/%zu", level->index);
    }
    struct str pointer = arena_str(arena, text.len > 0 ? buf_str(&text) : STR(""));
    buf_clear(&text);
    return pointer;
}

struct json_where json_where(struct str text, struct arena *arena)
{
    struct scan scan = {.at = text.ptr, .end = text.ptr == NULL ? NULL : text.ptr + text.len};
    while (scan.at < scan.end && scan.rule == NULL) {
        if (*scan.at != '"') {
            take_mark(&scan, *scan.at++);
            continue;
        }
        struct level *level = top(&scan);
        bool is_name = level != NULL && level->wants_name;
        struct str name = take_text(&scan);
        if (is_name) {
            level->name = name;
            level->wants_name = false;
        }
    }
    if (scan.rule == NULL)
        return (struct json_where){STR(""), "json"};
    return (struct json_where){pointer_here(&scan, arena), scan.rule};
}
