/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/batch_line.h"

#include <math.h>
#include <string.h>

static bool is_absent(const struct field *field, const void *slot)
{
    switch (field->type) {
    case FIELD_STR:
    case FIELD_JSON: return str_is_none(*(const struct str *)slot);
    case FIELD_I64:
    case FIELD_TIME: return *(const int64_t *)slot == I64_NONE;
    case FIELD_F64: return isnan(*(const double *)slot);
    case FIELD_BOOL:
    case FIELD_ENUM: break;
    }
    return false;
}

static void put_value(const struct field *field, const void *slot, struct json_out *out)
{
    char memory[TIME_TEXT_BYTES];
    if (is_absent(field, slot)) {
        json_put_null(out);
        return;
    }
    switch (field->type) {
    case FIELD_STR: json_put_str(out, *(const struct str *)slot); return;
    case FIELD_JSON: json_put_raw(out, *(const struct str *)slot); return;
    case FIELD_I64: json_put_i64(out, *(const int64_t *)slot); return;
    case FIELD_TIME: json_put_str(out, time_write(*(const int64_t *)slot, memory)); return;
    case FIELD_F64: json_put_real(out, *(const double *)slot); return;
    case FIELD_BOOL: json_put_bool(out, *(const bool *)slot); return;
    case FIELD_ENUM: json_put_str(out, field_enum_word(field->words, *(const int *)slot)); return;
    }
}

static void put_field(const struct field *field, const char *name, const char *record, struct json_out *out)
{
    const void *slot = record + field->offset;
    if (is_absent(field, slot) && !(field->flags & FIELD_NAMED))
        return;
    json_key(out, name);
    put_value(field, slot, out);
}

/* The fields "GROUP.member" from field `i` on, as one object; they stand together in the table. Returns the last of them. */
static size_t put_group(const struct record_type *type, size_t i, const char *record, struct json_out *out)
{
    char group[64];
    size_t length = strcspn(type->fields[i].name, ".") + 1;
    memcpy(group, type->fields[i].name, length - 1);
    group[length - 1] = '\0';
    json_key(out, group);
    json_begin_object(out);
    for (;; i++) {
        put_field(&type->fields[i], type->fields[i].name + length, record, out);
        if (i + 1 == type->field_count || strncmp(type->fields[i + 1].name, type->fields[i].name, length) != 0)
            break;
    }
    json_end_object(out);
    return i;
}

void batch_line_add(enum record_kind kind, const void *record, struct buf *out)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_key(&json, kind == RECORD_CLIENT ? "client" : kind == RECORD_ORDER ? "order" : "product");
    json_begin_object(&json);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        if (!(field->flags & FIELD_INPUT))
            continue;
        if (strchr(field->name, '.'))
            i = put_group(type, i, record, &json);
        else
            put_field(field, field->input_name ? field->input_name : field->name, record, &json);
    }
    json_end_object(&json);
    json_end_object(&json);
    buf_add_char(out, '\n');
}
