/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy as JSON, both ways, from the table of its members. */
#include "core/policy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "core/policy_offer.h"
#include "core/policy_rows.h"

struct policy_reader {
    struct arena *arena;
    struct problems *problems;
    struct policy *policy;
    size_t faults;
};

static struct str pointer_of(const char *name, struct arena *arena)
{
    struct str rest = str_of(name), pointer = STR_NONE;
    while (!str_is_none(rest))
        pointer = pointer_below(pointer, str_cut(&rest, '.'), arena);
    return pointer;
}

static void fault_at(struct policy_reader *in, struct str pointer, const char *rule, const char *detail)
{
    in->faults++;
    problems_add(in->problems, in->arena, pointer, rule, detail);
}

static void fault(struct policy_reader *in, const struct policy_row *row, const char *rule, const char *detail)
{
    fault_at(in, pointer_of(row->name, in->arena), rule, detail);
}

static void fault_range(struct policy_reader *in, const struct policy_row *row, const char *rule, const char *what)
{
    fault(in, row, rule, arena_printf(in->arena, "must %s %g to %g", what, row->min, row->max).ptr);
}

/* --- reading ------------------------------------------------------------------------------------------------------- */
static void read_number(struct policy_reader *in, const struct policy_row *row, const struct json *value, double *slot)
{
    double number = json_real(value);
    if (row->type == POLICY_NUMBER_OR_NULL && json_is(value, JSON_NULL))
        *slot = (double)NAN;
    else if (!json_is(value, JSON_INT) && !json_is(value, JSON_REAL))
        fault(in, row, "type", "must be a number");
    else if (number < row->min || number > row->max)
        fault_range(in, row, "range", "be");
    else
        *slot = number;
}

static void read_int(struct policy_reader *in, const struct policy_row *row, const struct json *value, int64_t *slot)
{
    int64_t number = json_i64(value);
    if (!json_is(value, JSON_INT))
        fault(in, row, "type", "must be a whole number");
    else if (number < (int64_t)row->min || number > (int64_t)row->max)
        fault_range(in, row, "range", "be");
    else
        *slot = number;
}

static void read_clock(struct policy_reader *in, const struct policy_row *row, const struct json *value, int64_t *slot)
{
    struct str hour = json_str(value), minute = STR_NONE;
    int64_t h = -1, m = -1;
    if (hour.len == 5 && hour.ptr[2] == ':' && hour.ptr[0] != '-' && hour.ptr[3] != '-') {
        minute = hour;
        hour = str_cut(&minute, ':');
        if (str_to_i64(hour, &h) != RC_OK || str_to_i64(minute, &m) != RC_OK)
            h = -1;
    }
    if (h < 0 || h > 23 || m < 0 || m > 59)
        fault(in, row, "pattern", "must be a time of day such as 21:00");
    else
        *slot = h * 60 + m;
}

/* Line feeds may stand in a text of several lines; each line keeps the rule of a line. */
static bool text_holds(struct str text, bool lines)
{
    if (!lines)
        return RULE_TEXT.holds(text);
    for (struct str rest = text; !str_is_none(rest);)
        if (!RULE_TEXT.holds(str_cut(&rest, '\n')))
            return false;
    return true;
}

static void read_text(struct policy_reader *in, const struct policy_row *row, const struct json *value,
                      struct str *slot)
{
    struct str text = json_str(value);
    if (str_is_none(text)) {
        fault(in, row, "type", "must be a text");
        return;
    }
    if (!text_holds(text, row->type == POLICY_TEXT)) {
        fault(in, row, RULE_TEXT.name, RULE_TEXT.detail);
        return;
    }
    size_t length = utf8_length(text);
    if (length < (size_t)row->min || length > (size_t)row->max)
        fault_range(in, row, "length", "have characters:");
    else
        *slot = arena_str(in->arena, text);
}

static void read_words(struct policy_reader *in, const struct policy_row *row, const struct json *value,
                       struct str *slot)
{
    static const struct shape_limits limits = {.max_items = 100, .max_length = 200};
    struct problems inner = {.count = 0};
    struct str text = shape_texts_read(value, &limits, pointer_of(row->name, in->arena), in->arena, &inner);
    for (size_t i = 0; i < inner.count; i++)
        fault_at(in, inner.items[i].pointer, inner.items[i].rule.ptr, inner.items[i].detail.ptr);
    if (inner.count == 0 && json_size(value) < (size_t)row->min)
        fault(in, row, "length", "must have at least one entry");
    *slot = str_is_none(text) ? STR("[]") : text;
}

static bool is_image(struct str url, size_t most)
{
    return url.len == 0 || (url.len <= most && str_starts_with(url, STR("https://")) && RULE_URL.holds(url));
}

/* "#1c5f4a" */
static bool is_color(struct str text)
{
    bool holds = text.len == 7 && text.ptr[0] == '#';
    for (size_t i = 1; holds && i < text.len; i++) {
        char c = text.ptr[i];
        holds = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
    return holds;
}

/* A text that keeps a rule of its own. */
static void read_ruled(struct policy_reader *in, const struct policy_row *row, struct str word, const char *detail,
                       bool holds)
{
    if (str_is_none(word))
        fault(in, row, "type", "must be a text");
    else if (!holds)
        fault(in, row, "pattern", detail);
    else
        *(struct str *)(void *)((char *)in->policy + row->offset) = arena_str(in->arena, word);
}

static void read_detector(struct policy_reader *in, const struct policy_row *row, struct str word, int *slot)
{
    int kind = field_enum_from(DETECTOR_WORDS, word);
    if (kind < 0)
        fault(in, row, "enum", "must be one of score, rfm, chance");
    else
        *slot = kind;
}

static void read_row(struct policy_reader *in, const struct policy_row *row, const struct json *value)
{
    void *slot = (char *)in->policy + row->offset;
    struct str word = json_str(value);
    switch (row->type) {
    case POLICY_SWITCH:
        if (str_equal(word, STR("on")) || str_equal(word, STR("off")))
            *(bool *)slot = word.len == 2;
        else
            fault(in, row, "enum", "must be one of on, off");
        return;
    case POLICY_BOOL:
        if (json_is(value, JSON_BOOL))
            *(bool *)slot = json_bool(value);
        else
            fault(in, row, "type", "must be true or false");
        return;
    case POLICY_NUMBER:
    case POLICY_NUMBER_OR_NULL: read_number(in, row, value, slot); return;
    case POLICY_INT: read_int(in, row, value, slot); return;
    case POLICY_CLOCK: read_clock(in, row, value, slot); return;
    case POLICY_LINE:
    case POLICY_TEXT: read_text(in, row, value, slot); return;
    case POLICY_WORDS: read_words(in, row, value, slot); return;
    case POLICY_DETECTOR: read_detector(in, row, word, slot); return;
    case POLICY_MANUAL:
        if (!str_equal(word, STR("manual")))
            fault(in, row, "enum", "must be manual");
        return;
    case POLICY_LANGUAGE:
        if (str_is_none(word))
            fault(in, row, "type", "must be a text");
        else if (word.len > 0 && !policy_speaks(word))
            fault(in, row, "language", "is no language that emails are written in");
        else
            *(struct str *)slot = arena_str(in->arena, word);
        return;
    case POLICY_IMAGE:
        read_ruled(in, row, word, "must be an https address of an image, or empty", is_image(word, (size_t)row->max));
        return;
    case POLICY_COLOR: read_ruled(in, row, word, "must be a colour such as #1c5f4a", is_color(word)); return;
    case POLICY_COUNTRY:
        read_ruled(in, row, word, "must be a country code such as DE, or empty",
                   word.len == 0 || RULE_COUNTRY.holds(word));
        return;
    case POLICY_OFFER: in->faults += policy_offer_read(value, in->arena, in->policy, in->problems); return;
    }
}

static void read_members(struct policy_reader *in, struct str group, const struct json *object);

static void read_member(struct policy_reader *in, struct str group, struct str name, const struct json *value)
{
    bool dotted = str_contains(name, STR("."));
    const struct policy_row *row = dotted ? NULL : policy_row_of(group, name);
    struct str base = group.len ? (struct str){group.ptr, group.len - 1} : STR_NONE;
    struct str inner = arena_printf(in->arena, "%.*s.", STR_ARG(name));
    struct str pointer =
        pointer_below(group.len ? pointer_of(arena_str(in->arena, base).ptr, in->arena) : base, name, in->arena);
    if (row)
        read_row(in, row, value);
    else if (group.len == 0 && str_equal(name, STR("version")))
        return; /* the record's own version counts */
    else if (group.len > 0 || dotted || !policy_is_group(inner))
        fault_at(in, pointer, "unknown", "is not a known field");
    else if (!json_is(value, JSON_OBJECT))
        fault_at(in, pointer, "type", "must be an object");
    else
        read_members(in, inner, value);
}

static void read_members(struct policy_reader *in, struct str group, const struct json *object)
{
    struct str name;
    const struct json *value;
    void *iter = NULL;
    while (json_each(object, &iter, &name, &value))
        read_member(in, group, name, value);
}

enum rc policy_from_json(const struct json *body, struct arena *arena, struct policy *out, struct problems *problems)
{
    struct policy_reader in = {.arena = arena, .problems = problems, .policy = out};
    policy_default(out, STR(""));
    if (!json_is(body, JSON_OBJECT)) {
        fault_at(&in, STR_NONE, "type", "must be an object");
        return RC_INVALID;
    }
    read_members(&in, STR(""), body);
    out->detector.frequency_days = out->detector.base_days / 3;
    return in.faults == 0 ? RC_OK : RC_INVALID;
}

enum rc policy_member_from_json(struct str name, const struct json *value, struct arena *arena, struct policy *policy,
                                struct problems *problems)
{
    struct policy_reader in = {.arena = arena, .problems = problems, .policy = policy};
    read_member(&in, STR(""), name, value);
    policy->detector.frequency_days = policy->detector.base_days / 3;
    return in.faults == 0 ? RC_OK : RC_INVALID;
}

/* The member of a row in a policy body, NULL when the body does not name it. */
static const struct json *member_of(const struct json *body, const struct policy_row *row, struct arena *arena)
{
    const struct json *value = body;
    for (struct str rest = str_of(row->name); value && !str_is_none(rest);)
        value = json_get(value, arena_str(arena, str_cut(&rest, '.')).ptr);
    return value;
}

enum rc policy_check_complete(const struct json *body, struct arena *arena, struct problems *problems)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < POLICY_ROW_COUNT; i++) {
        const struct policy_row *row = &POLICY_ROWS_JSON[i];
        const struct json *value = member_of(body, row, arena);
        if (row->type == POLICY_OFFER && policy_offer_check_complete(value, arena, problems) != RC_OK)
            rc = RC_INVALID;
        if (row->kept || value)
            continue;
        rc = RC_INVALID;
        problems_add(problems, arena, pointer_of(row->name, arena), "required", "is missing");
    }
    return rc;
}

/* An offer without members says nothing about it, as callers from before offers do. */
static bool is_named(const struct json *body, const struct policy_row *row, struct arena *arena)
{
    const struct json *value = member_of(body, row, arena);
    return row->type == POLICY_OFFER ? json_size(value) > 0 : value != NULL;
}

void policy_keep(const struct json *body, const struct policy *in_force, struct arena *arena, struct policy *policy)
{
    for (size_t i = 0; i < POLICY_ROW_COUNT; i++) {
        const struct policy_row *row = &POLICY_ROWS_JSON[i];
        if (!row->kept || is_named(body, row, arena))
            continue;
        if (row->type == POLICY_OFFER)
            policy_offer_copy(in_force, policy);
        memcpy((char *)policy + row->offset, (const char *)in_force + row->offset, policy_row_size(row));
    }
}

void policy_copy(const struct policy *from, struct policy *to, struct arena *arena)
{
    *to = *from;
    for (size_t i = 0; i < POLICY_ROW_COUNT; i++) {
        if (!policy_row_is_text(&POLICY_ROWS_JSON[i]))
            continue;
        struct str *text = (struct str *)(void *)((char *)to + POLICY_ROWS_JSON[i].offset);
        *text = arena_str(arena, *text);
    }
    to->offer_texts = arena_str(arena, to->offer_texts);
    to->offer_code = arena_str(arena, to->offer_code);
}

/* --- writing ------------------------------------------------------------------------------------------------------- */
static void put_row(struct json_out *out, const struct policy_row *row, const struct policy *policy)
{
    const void *slot = (const char *)policy + row->offset;
    char clock[8];
    switch (row->type) {
    case POLICY_SWITCH: json_put_str(out, *(const bool *)slot ? STR("on") : STR("off")); return;
    case POLICY_BOOL: json_put_bool(out, *(const bool *)slot); return;
    case POLICY_NUMBER:
    case POLICY_NUMBER_OR_NULL: json_put_real(out, *(const double *)slot); return;
    case POLICY_INT: json_put_i64(out, *(const int64_t *)slot); return;
    case POLICY_CLOCK: {
        int minutes = (int)(*(const int64_t *)slot);
        snprintf(clock, sizeof(clock), "%02d:%02d", minutes / 60 % 24, minutes % 60);
        json_put_str(out, str_of(clock));
        return;
    }
    case POLICY_DETECTOR: json_put_str(out, field_enum_word(DETECTOR_WORDS, *(const int *)slot)); return;
    case POLICY_LINE:
    case POLICY_TEXT:
    case POLICY_MANUAL:
    case POLICY_LANGUAGE:
    case POLICY_IMAGE:
    case POLICY_COLOR:
    case POLICY_COUNTRY: json_put_str(out, *(const struct str *)slot); return;
    case POLICY_WORDS: json_put_raw(out, *(const struct str *)slot); return;
    case POLICY_OFFER: policy_offer_to_json(policy, out); return;
    }
}

void policy_to_json(const struct policy *policy, struct json_out *out)
{
    struct str open = STR(""); /* the group that is being written */
    json_begin_object(out);
    for (size_t i = 0; i < POLICY_ROW_COUNT; i++) {
        struct str name = str_of(POLICY_ROWS_JSON[i].name), rest = name;
        struct str group = str_contains(name, STR(".")) ? str_cut(&rest, '.') : STR("");
        if (open.len > 0 && !str_equal(group, open))
            json_end_object(out);
        if (group.len > 0 && !str_equal(group, open)) {
            char key[32];
            snprintf(key, sizeof(key), "%.*s", STR_ARG(group));
            json_key(out, key);
            json_begin_object(out);
        }
        open = group;
        json_key(out, rest.ptr); /* the tail of a literal, so NUL-terminated */
        put_row(out, &POLICY_ROWS_JSON[i], policy);
    }
    if (open.len > 0)
        json_end_object(out);
    json_pair_i64(out, "version", policy->version);
    json_end_object(out);
}
