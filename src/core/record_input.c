/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reads an API object into a record by its table. Runs for every line of a bulk load, so a member is looked for first where
 * the last one was found (callers mostly keep the order of the contract), and pointers are made only for faults. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "core/record.h"

struct reader {
    const struct record_type *type;
    enum record_input mode;
    struct arena *arena;
    char *record;
    struct problems *problems;
    uint64_t seen; /* bit i: field i was named; tables have fewer than 64 rows */
    size_t next;   /* field that a caller in table order names next */
    size_t faults;
};

static const char *input_name(const struct field *field) { return field->input_name ? field->input_name : field->name; }

static struct str pointer_of(const struct reader *in, const struct field *field)
{
    struct str rest = str_of(input_name(field)), pointer = STR_NONE;
    while (!str_is_none(rest))
        pointer = pointer_below(pointer, str_cut(&rest, '.'), in->arena);
    return pointer;
}

static void fault_at(struct reader *in, struct str pointer, const char *rule, const char *detail)
{
    in->faults++;
    problems_add(in->problems, in->arena, pointer, rule, detail);
}

static void fault(struct reader *in, const struct field *field, const char *rule, const char *detail)
{
    fault_at(in, pointer_of(in, field), rule, detail);
}

/* --- values -------------------------------------------------------------------------------------------------------- */
static void read_str(struct reader *in, const struct field *field, const struct json *value, struct str *slot)
{
    size_t max = field->max_length ? field->max_length : 1000;
    struct str text = json_str(value);
    bool key = field->flags & FIELD_KEY;
    if (str_is_none(text)) {
        fault(in, field, "type", "must be a text");
        return;
    }
    if (text.len == 0 && !field->rule && !(field->flags & FIELD_REQUIRED)) {
        *slot = STR_NONE;
        return;
    }
    if (!RULE_TEXT.holds(text))
        fault(in, field, RULE_TEXT.name, RULE_TEXT.detail);
    else if (text.len > max && utf8_length(text) > max)
        fault(in, field, "length", arena_printf(in->arena, "must have at most %zu characters", max).ptr);
    else if (field->rule && !field->rule->holds(text))
        fault(in, field, field->rule->name, field->rule->detail);
    else if (text.len == 0)
        fault(in, field, "length", "must not be empty");
    else if (key && !str_is_none(*slot) && !str_equal(*slot, text))
        fault(in, field, "differs", "must equal the id that the request names");
    else
        *slot = arena_str(in->arena, text);
}

static void read_i64(struct reader *in, const struct field *field, const struct json *value, int64_t *slot)
{
    int64_t number = json_i64(value);
    bool bounded = field->min != 0 || field->max != 0;
    if (!json_is(value, JSON_INT))
        fault(in, field, "type", "must be a whole number");
    else if (bounded && (number < field->min || number > field->max))
        fault(in, field, "range",
              arena_printf(in->arena, "must be %" PRId64 " to %" PRId64, field->min, field->max).ptr);
    else
        *slot = number;
}

static void read_time(struct reader *in, const struct field *field, const struct json *value, int64_t *slot)
{
    if (!json_is(value, JSON_STRING) || time_from_instant(json_str(value), slot) != RC_OK)
        fault(in, field, "instant", "must be a UTC instant such as 2026-11-24T09:12:00Z");
}

static void read_enum(struct reader *in, const struct field *field, const struct json *value, int *slot)
{
    int word = json_is(value, JSON_STRING) ? field_enum_from(field->words, json_str(value)) : -1;
    if (word >= 0) {
        *slot = word;
        return;
    }
    struct str list = STR_NONE;
    for (int i = 0; field->words[i]; i++)
        list = arena_printf(in->arena, "%.*s%s%s", STR_ARG(list), i ? ", " : "", field->words[i]);
    fault(in, field, "enum", arena_printf(in->arena, "must be one of %.*s", STR_ARG(list)).ptr);
}

static void read_json(struct reader *in, const struct field *field, const struct json *value, struct str *slot)
{
    size_t max = field->max_length ? field->max_length : 1000;
    struct problems inner; /* its own: a full list does not tell whether more was added */
    inner.count = 0;
    inner.base = STR_NONE;
    struct str text = field->shape->read(value, pointer_of(in, field), in->arena, &inner);
    for (size_t i = 0; i < inner.count; i++)
        fault_at(in, inner.items[i].pointer, inner.items[i].rule.ptr, inner.items[i].detail.ptr);
    if (text.len > max)
        fault(in, field, "length", arena_printf(in->arena, "must have at most %zu bytes", max).ptr);
    *slot = text;
}

/* null says "none"; what must be there, or is a word or a yes-no, cannot be none. */
static bool read_null(struct reader *in, const struct field *field, void *slot)
{
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: *(struct str *)slot = STR_NONE; break;
    case FIELD_I64:
    case FIELD_TIME: *(int64_t *)slot = I64_NONE; break;
    case FIELD_F64: *(double *)slot = (double)NAN; break;
    case FIELD_BOOL:
    case FIELD_ENUM: return false;
    }
    if (field->flags & (FIELD_REQUIRED | FIELD_KEY))
        fault(in, field, "required", "must not be null");
    return true;
}

static void read_value(struct reader *in, const struct field *field, const struct json *value)
{
    void *slot = in->record + field->offset;
    if (json_is(value, JSON_NULL) && read_null(in, field, slot))
        return;
    switch (field->type) {
    case FIELD_STR: read_str(in, field, value, slot); return;
    case FIELD_JSON: read_json(in, field, value, slot); return;
    case FIELD_I64: read_i64(in, field, value, slot); return;
    case FIELD_TIME: read_time(in, field, value, slot); return;
    case FIELD_ENUM: read_enum(in, field, value, slot); return;
    case FIELD_F64:
        if (json_is(value, JSON_INT) || json_is(value, JSON_REAL))
            *(double *)slot = json_real(value);
        else
            fault(in, field, "type", "must be a number");
        return;
    case FIELD_BOOL:
        if (json_is(value, JSON_BOOL))
            *(bool *)slot = json_bool(value);
        else
            fault(in, field, "type", "must be true or false");
        return;
    }
}

/* --- names --------------------------------------------------------------------------------------------------------- */
/* The rest of a field's input name behind `group` and its dot ("status" of consent.status in consent); NULL when the field
 * is in another group. The group "" is the object itself. */
static const char *name_in(const struct field *field, struct str group)
{
    const char *name = input_name(field);
    if (group.len == 0)
        return name;
    if (name[0] != group.ptr[0] || strncmp(name, group.ptr, group.len) != 0 || name[group.len] != '.')
        return NULL;
    return name + group.len + 1;
}

static bool is_input(const struct reader *in, const struct field *field)
{
    if (field->flags & FIELD_KEY)
        return true;
    return (field->flags & FIELD_INPUT) && !(in->mode == INPUT_PATCH && (field->flags & FIELD_ONCE));
}

/* Index of the input field called `name` in `group`; field_count when there is none. */
static size_t find(const struct reader *in, struct str group, struct str name)
{
    size_t count = in->type->field_count, i = in->next < count ? in->next : 0;
    if (name.len == 0)
        return count;
    for (size_t tries = 0; tries < count; tries++, i = i + 1 < count ? i + 1 : 0) {
        const struct field *field = &in->type->fields[i];
        const char *word = name_in(field, group);
        if (word && word[0] == name.ptr[0] && strlen(word) == name.len && memcmp(word, name.ptr, name.len) == 0 &&
            is_input(in, field))
            return i;
    }
    return count;
}

/* True when input fields nest below `name`: "consent" for consent.status. */
static bool is_group(const struct reader *in, struct str name)
{
    for (size_t i = 0; name.len > 0 && i < in->type->field_count; i++)
        if (name_in(&in->type->fields[i], name) && is_input(in, &in->type->fields[i]))
            return true;
    return false;
}

static void read_members(struct reader *in, struct str group, const struct json *object);

static void read_group(struct reader *in, struct str group, const struct json *value)
{
    if (!json_is(value, JSON_OBJECT)) {
        fault_at(in, pointer_below(STR_NONE, group, in->arena), "type", "must be an object");
        return;
    }
    read_members(in, group, value);
    for (size_t i = 0; i < in->type->field_count; i++) {
        const struct field *field = &in->type->fields[i];
        if ((field->flags & FIELD_NAMED) && !(in->seen >> i & 1) && name_in(field, group))
            fault(in, field, "required", "is missing");
    }
}

/* Members of the object itself (group "") or of one of its groups. */
static void read_members(struct reader *in, struct str group, const struct json *object)
{
    struct str name;
    const struct json *value;
    void *iter = NULL;
    while (json_each(object, &iter, &name, &value)) {
        bool dotted = name.len > 0 && memchr(name.ptr, '.', name.len); /* dots nest only in our own names */
        size_t i = dotted ? in->type->field_count : find(in, group, name);
        if (i < in->type->field_count) {
            in->seen |= UINT64_C(1) << i;
            in->next = i + 1;
            read_value(in, &in->type->fields[i], value);
        } else if (group.len == 0 && !dotted && is_group(in, name)) {
            read_group(in, name, value);
        } else {
            struct str base = group.len > 0 ? pointer_below(STR_NONE, group, in->arena) : STR_NONE;
            fault_at(in, pointer_below(base, name, in->arena), "unknown", "is not a known field");
        }
    }
}

/* What a create or an upsert must have, and the defaults of what it does not have. */
static void require(struct reader *in)
{
    for (size_t i = 0; i < in->type->field_count; i++) {
        const struct field *field = &in->type->fields[i];
        if (in->seen >> i & 1)
            continue;
        bool key = field->flags & FIELD_KEY, required = field->flags & FIELD_REQUIRED;
        if (field->flags & FIELD_NAMED)
            required = !strchr(field->name, '.'); /* a nested one only when its group is there: read_group */
        /* a create without a key is given one, an upsert has it from the path or from the body */
        if (key && (in->mode == INPUT_CREATE || !str_is_none(*(struct str *)(void *)(in->record + field->offset))))
            required = false;
        if (required)
            fault(in, field, "required", "is missing");
        else if (field->type == FIELD_BOOL && field->flags & FIELD_INPUT)
            *(bool *)(in->record + field->offset) = field->min != 0;
    }
}

enum rc record_from_json(enum record_kind kind, const struct json *object, enum record_input mode, struct arena *arena,
                         void *record, struct problems *problems)
{
    struct reader in = {
        .type = &RECORD_TYPES[kind], .mode = mode, .arena = arena, .record = record, .problems = problems};
    if (!json_is(object, JSON_OBJECT)) {
        fault_at(&in, STR_NONE, "type", "must be an object");
        return RC_INVALID;
    }
    read_members(&in, STR(""), object);
    if (mode != INPUT_PATCH)
        require(&in);
    else if (json_size(object) == 0)
        fault_at(&in, STR_NONE, "required", "must name something to change");
    return in.faults == 0 ? RC_OK : RC_INVALID;
}
