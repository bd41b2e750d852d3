/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Records as JSON, by table: the API's answer (dotted names nested) and the flat image of the change log. Reading input is
 * core/record_input.c. */
#include "core/record.h"

#include <math.h>
#include <string.h>

static const void *at(const struct field *field, const void *record) { return (const char *)record + field->offset; }

static bool is_absent(const struct field *field, const void *record)
{
    const void *slot = at(field, record);
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: return str_is_none(*(const struct str *)slot);
    case FIELD_I64:
    case FIELD_TIME: return *(const int64_t *)slot == I64_NONE;
    case FIELD_F64: return isnan(*(const double *)slot);
    case FIELD_BOOL: return false;
    case FIELD_ENUM: return (field->flags & FIELD_NULL_FIRST) && *(const int *)slot == 0;
    }
    return false;
}

static void put_time(struct json_out *out, int64_t instant_ms)
{
    char text[TIME_TEXT_BYTES];
    json_put_str(out, time_write(instant_ms, text));
}

/* The value alone, its key is written. */
static void put_value(struct json_out *out, const struct field *field, const void *record)
{
    const void *slot = at(field, record);
    if (is_absent(field, record)) {
        json_put_raw(out, field->shape ? str_of(field->shape->absent) : STR_NONE);
        return;
    }
    switch (field->type) {
    case FIELD_STR: json_put_str(out, *(const struct str *)slot); return;
    case FIELD_JSON: json_put_raw(out, *(const struct str *)slot); return;
    case FIELD_I64: json_put_i64(out, *(const int64_t *)slot); return;
    case FIELD_TIME: put_time(out, *(const int64_t *)slot); return;
    case FIELD_F64: json_put_real(out, *(const double *)slot); return;
    case FIELD_BOOL: json_put_bool(out, *(const bool *)slot); return;
    case FIELD_ENUM: json_put_str(out, field_enum_word(field->words, *(const int *)slot)); return;
    }
}

/* Length of "consent" in "consent.status"; 0 for a name that does not nest. */
static size_t group_length(const struct field *field)
{
    const char *dot = strchr(field->name, '.');
    return dot ? (size_t)(dot - field->name) : 0;
}

/* End of the run of fields from `from` on that share its group. */
static size_t group_end(const struct record_type *type, size_t from)
{
    const char *name = type->fields[from].name;
    size_t length = group_length(&type->fields[from]) + 1; /* with the dot */
    size_t end = from + 1;
    while (end < type->field_count && strncmp(type->fields[end].name, name, length) == 0)
        end++;
    return end;
}

/* A group with nothing in it is null: an email that no writer has touched has no writer. */
static void put_group(struct json_out *out, const struct record_type *type, size_t from, const void *record)
{
    size_t end = group_end(type, from), length = group_length(&type->fields[from]);
    char name[64];
    bool empty = true;
    memcpy(name, type->fields[from].name, length);
    name[length] = '\0';
    json_key(out, name);
    for (size_t i = from; i < end; i++)
        empty = empty && is_absent(&type->fields[i], record);
    if (empty) {
        json_put_null(out);
        return;
    }
    json_begin_object(out);
    for (size_t i = from; i < end; i++) {
        json_key(out, type->fields[i].name + length + 1);
        put_value(out, &type->fields[i], record);
    }
    json_end_object(out);
}

/* The fields that have all of `with` and none of `without`. A group goes as a whole, by its first field. */
static void put_fields(enum record_kind kind, const void *record, unsigned with, unsigned without, struct json_out *out)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    for (size_t i = 0; i < type->field_count;) {
        const struct field *field = &type->fields[i];
        bool wanted = (field->flags & with) == with && (field->flags & without) == 0;
        if (wanted && group_length(field) > 0) {
            put_group(out, type, i, record);
            i = group_end(type, i);
            continue;
        }
        if (wanted) {
            json_key(out, field->name);
            put_value(out, field, record);
        }
        i++;
    }
}

void record_to_json(enum record_kind kind, const void *record, bool keep_open, struct json_out *out)
{
    json_begin_object(out);
    put_fields(kind, record, FIELD_SHOWN, 0, out);
    if (!keep_open)
        json_end_object(out);
}

void record_export(enum record_kind kind, const void *record, bool keep_open, struct json_out *out)
{
    json_begin_object(out);
    put_fields(kind, record, 0, FIELD_SECRET, out);
    if (!keep_open)
        json_end_object(out);
}

void record_image(enum record_kind kind, const void *record, struct json_out *out)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    json_begin_object(out);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        if (field->flags & FIELD_SECRET)
            continue;
        json_key(out, field->name);
        if (is_absent(field, record) && field->type != FIELD_ENUM)
            json_put_null(out);
        else if (field->type == FIELD_TIME)
            json_put_i64(out, *(const int64_t *)at(field, record));
        else if (field->type == FIELD_ENUM)
            json_put_str(out, field_enum_word(field->words, *(const int *)at(field, record)));
        else
            put_value(out, field, record);
    }
    json_end_object(out);
}

/* --- reading an image back ----------------------------------------------------------------------------------------- */
static enum rc read_number(const struct field *field, const struct json *value, void *slot)
{
    if (field->type == FIELD_F64) {
        if (!json_is(value, JSON_REAL) && !json_is(value, JSON_INT))
            return RC_CORRUPT;
        *(double *)slot = json_real(value);
        return RC_OK;
    }
    if (!json_is(value, JSON_INT))
        return RC_CORRUPT;
    *(int64_t *)slot = json_i64(value);
    return RC_OK;
}

static enum rc read_text(const struct field *field, const struct json *value, struct arena *arena, void *slot)
{
    struct buf buf = {0};
    if (field->type == FIELD_STR) {
        if (!json_is(value, JSON_STRING))
            return RC_CORRUPT;
        *(struct str *)slot = arena_str(arena, json_str(value));
        return RC_OK;
    }
    json_dump(value, &buf);
    *(struct str *)slot = arena_str(arena, buf_str(&buf));
    buf_clear(&buf);
    return RC_OK;
}

static enum rc read_value(const struct field *field, const struct json *value, struct arena *arena, void *slot)
{
    if (json_is(value, JSON_NULL))
        return RC_OK; /* record_init has made it absent */
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: return read_text(field, value, arena, slot);
    case FIELD_I64:
    case FIELD_TIME:
    case FIELD_F64: return read_number(field, value, slot);
    case FIELD_BOOL:
        if (!json_is(value, JSON_BOOL) && !json_is(value, JSON_INT))
            return RC_CORRUPT;
        *(bool *)slot = json_bool(value) || json_i64(value) != 0;
        return RC_OK;
    case FIELD_ENUM:
        *(int *)slot = json_is(value, JSON_STRING) ? field_enum_from(field->words, json_str(value)) : -1;
        return *(int *)slot < 0 ? RC_CORRUPT : RC_OK;
    }
    return RC_BUG;
}

enum rc record_from_image(enum record_kind kind, struct str image, struct arena *arena, void *record)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    struct json *document = NULL;
    struct json_error error;
    enum rc rc = json_parse(image, &document, &error) == RC_OK && json_is(document, JSON_OBJECT) ? RC_OK : RC_CORRUPT;
    record_init(kind, record);
    for (size_t i = 0; rc == RC_OK && i < type->field_count; i++) {
        const struct json *value = json_get(document, type->fields[i].name);
        if (value)
            rc = read_value(&type->fields[i], value, arena, (char *)record + type->fields[i].offset);
    }
    if (rc == RC_OK && str_is_none(record_key(kind, record)))
        rc = RC_CORRUPT;
    json_free(document);
    return rc;
}
