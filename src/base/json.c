/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading JSON, and dumping what was read; writing is json_out.c. A struct json is jansson's json_t under our name: it is
 * only ever cast, never defined. jansson is strict by itself about UTF-8, NUL, duplicates (asked for) and the size of
 * integers; its depth limit is 2048, so ours is checked before. Its error texts quote the input, so we have our own. */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

/* jansson's names that would clash with ours; its macros json_is_* compare with them and are not to be used here. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_REAL JANSSON_REAL
#define JSON_NULL JANSSON_NULL
#define json_real jansson_real
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_REAL
#undef JSON_NULL
#undef json_real

#include "base/mem.h"

#define DEPTH_MAX 64

static json_t *theirs(const struct json *value) { return (json_t *)value; }
static struct json *ours(json_t *value) { return (struct json *)value; }

static const char *sentence_of(enum json_error_code code)
{
    switch (code) {
    case json_error_invalid_utf8: return "The text is not valid UTF-8.";
    case json_error_premature_end_of_input: return "The text ends too early.";
    case json_error_end_of_input_expected: return "There is more text behind the end of the document.";
    case json_error_null_character:
    case json_error_null_byte_in_key: return "A string has a NUL character in it.";
    case json_error_duplicate_key: return "An object has two members of the same name.";
    case json_error_numeric_overflow: return "A number is too large.";
    case json_error_stack_overflow: return "Values are nested more than 64 deep.";
    default: return "This is not JSON.";
    }
}

static void fill_error(struct json_error *error, int line, int column, const char *sentence)
{
    if (error == NULL)
        return;
    error->line = line < 1 ? 1 : line;
    error->column = column < 1 ? 1 : column;
    (void)snprintf(error->text, sizeof(error->text), "%s", sentence);
}

/* The index of the first bracket that opens a level too many, or SIZE_MAX. Text that is no JSON may be judged either way:
 * it is refused in the end. */
static size_t find_too_deep(struct str text)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '"')
            in_string = !in_string;
        else if (in_string)
            i += c == '\\'; /* the next one is escaped */
        else if (c == '[' || c == '{') {
            if (++depth > DEPTH_MAX)
                return i;
        } else if (c == ']' || c == '}')
            depth--;
    }
    return SIZE_MAX;
}

static void fill_too_deep(struct json_error *error, struct str text, size_t at)
{
    int line = 1;
    int column = 1;
    for (size_t i = 0; i < at; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte == '\n') {
            line++;
            column = 1;
        } else if ((byte & 0xc0) != 0x80) /* one column a code point */
            column++;
    }
    fill_error(error, line, column, sentence_of(json_error_stack_overflow));
}

enum rc json_parse(struct str text, struct json **out, struct json_error *error)
{
    *out = NULL;
    size_t too_deep = find_too_deep(text);
    if (too_deep != SIZE_MAX) {
        fill_too_deep(error, text, too_deep);
        return RC_INVALID;
    }
    json_error_t fault;
    json_t *document = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
    if (document != NULL) {
        *out = ours(document);
        return RC_OK;
    }
    enum json_error_code code = json_error_code(&fault);
    if (code == json_error_out_of_memory)
        mem_free(mem_resize(NULL, SIZE_MAX, SIZE_MAX)); /* ends the process as all our allocations do */
    fill_error(error, fault.line, fault.column, sentence_of(code));
    return RC_INVALID;
}

void json_free(struct json *document) { json_decref(theirs(document)); }

enum json_type json_type_of(const struct json *value)
{
    if (value == NULL)
        return JSON_NULL;
    switch (json_typeof(theirs(value))) {
    case JANSSON_OBJECT: return JSON_OBJECT;
    case JANSSON_ARRAY: return JSON_ARRAY;
    case JANSSON_STRING: return JSON_STRING;
    case JSON_INTEGER: return JSON_INT;
    case JANSSON_REAL: return JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE: return JSON_BOOL;
    case JANSSON_NULL: break;
    }
    return JSON_NULL;
}

bool json_is(const struct json *value, enum json_type type) { return value != NULL && json_type_of(value) == type; }

const struct json *json_get(const struct json *object, const char *name)
{
    return ours(json_object_get(theirs(object), name)); /* NULL for all that is no object */
}

size_t json_size(const struct json *array_or_object)
{
    /* Each is 0 for what is not its type. */
    return json_array_size(theirs(array_or_object)) + json_object_size(theirs(array_or_object));
}

const struct json *json_at(const struct json *array, size_t index)
{
    return ours(json_array_get(theirs(array), index));
}

bool json_each(const struct json *object, void **iter, struct str *name, const struct json **value)
{
    *iter = *iter ? json_object_iter_next(theirs(object), *iter) : json_object_iter(theirs(object));
    if (*iter == NULL)
        return false;
    *name = (struct str){json_object_iter_key(*iter), json_object_iter_key_len(*iter)};
    *value = ours(json_object_iter_value(*iter));
    return true;
}

struct str json_str(const struct json *value)
{
    if (!json_is(value, JSON_STRING))
        return STR_NONE;
    return (struct str){json_string_value(theirs(value)), json_string_length(theirs(value))};
}

int64_t json_i64(const struct json *value) { return json_integer_value(theirs(value)); }
double json_number(const struct json *value) { return json_number_value(theirs(value)); }
bool json_bool(const struct json *value) { return value != NULL && json_typeof(theirs(value)) == JSON_TRUE; }

struct str json_get_str(const struct json *object, const char *name) { return json_str(json_get(object, name)); }

int64_t json_get_i64(const struct json *object, const char *name, int64_t fallback)
{
    const struct json *value = json_get(object, name);
    return json_is(value, JSON_INT) ? json_i64(value) : fallback;
}

double json_get_real(const struct json *object, const char *name, double fallback)
{
    const struct json *value = json_get(object, name);
    return json_is(value, JSON_INT) || json_is(value, JSON_REAL) ? json_real(value) : fallback;
}

bool json_get_bool(const struct json *object, const char *name) { return json_bool(json_get(object, name)); }

struct member {
    struct str name;
    const struct json *value;
};

static int compare_members(const void *a, const void *b)
{
    return str_compare(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static void dump_value(const struct json *value, bool sorted, struct json_out *out);

static void dump_object(const struct json *object, bool sorted, struct json_out *out)
{
    struct member *members = mem_new(json_size(object), sizeof(*members));
    size_t count = 0;
    void *iter = NULL;
    while (json_each(object, &iter, &members[count].name, &members[count].value))
        count++;
    if (sorted)
        qsort(members, count, sizeof(*members), compare_members);
    json_begin_object(out);
    for (size_t i = 0; i < count; i++) {
        json_key(out, members[i].name.ptr); /* jansson ends it with a NUL and allows none in it */
        dump_value(members[i].value, sorted, out);
    }
    json_end_object(out);
    mem_free(members);
}

/* Recurses at most DEPTH_MAX deep: nothing deeper is ever parsed. */
static void dump_value(const struct json *value, bool sorted, struct json_out *out)
{
    switch (json_type_of(value)) {
    case JSON_NULL: json_put_null(out); break;
    case JSON_BOOL: json_put_bool(out, json_bool(value)); break;
    case JSON_INT: json_put_i64(out, json_i64(value)); break;
    case JSON_REAL: json_put_real(out, json_real(value)); break;
    case JSON_STRING: json_put_str(out, json_str(value)); break;
    case JSON_OBJECT: dump_object(value, sorted, out); break;
    case JSON_ARRAY:
        json_begin_array(out);
        for (size_t i = 0; i < json_size(value); i++)
            dump_value(json_at(value, i), sorted, out);
        json_end_array(out);
        break;
    }
}

void json_dump(const struct json *value, struct buf *out)
{
    struct json_out writer;
    json_out_init(&writer, out);
    dump_value(value, false, &writer);
}

void json_dump_sorted(const struct json *value, struct buf *out)
{
    struct json_out writer;
    json_out_init(&writer, out);
    dump_value(value, true, &writer);
}
