/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/body.h"

#include <string.h>

#include "api/json_where.h"
#include "base/utf8.h"

bool body_value(const struct request *request, struct response *response, struct json **out)
{
    struct json_error error = {0};
    *out = NULL;
    if (json_parse(request->body, out, &error) == RC_OK)
        return true;
    struct json_where where = json_where(request->body, request->arena);
    struct problem problem = {
        where.pointer, str_of(where.rule),
        arena_printf(request->arena, "line %d, column %d: %s", error.line, error.column, error.text)};
    problem_write(request, response, PROBLEM_MALFORMED, problem);
    return false;
}

bool body_object(const struct request *request, struct response *response, struct json **out)
{
    if (!body_value(request, response, out))
        return false;
    if (json_is(*out, JSON_OBJECT))
        return true;
    json_free(*out);
    *out = NULL;
    problem_write(request, response, PROBLEM_INVALID, PROBLEM(STR(""), "type", "must be an object"));
    return false;
}

bool body_is_sound(const struct request *request, struct response *response, const struct problems *problems)
{
    if (problems->count == 0)
        return true;
    problem_write_all(request, response, PROBLEM_INVALID, problems);
    return false;
}

static const char *const TYPE_DETAILS[] = {
    [JSON_NULL] = "must be null",       [JSON_BOOL] = "must be true or false", [JSON_INT] = "must be an integer",
    [JSON_REAL] = "must be a number",   [JSON_STRING] = "must be a string",    [JSON_ARRAY] = "must be an array",
    [JSON_OBJECT] = "must be an object"};

struct checking {
    struct arena *arena;
    struct problems *problems;
};

static void complain(const struct checking *to, const char *name, const char *rule, const char *detail)
{
    problems_add(to->problems, to->arena, arena_printf(to->arena, "/%s", name), rule, detail);
}

static void check_string(const struct checking *to, const struct body_field *field, struct str value)
{
    const struct field_rule *rule = field->rule != NULL ? field->rule : &RULE_TEXT;
    if (!rule->holds(value)) {
        complain(to, field->name, rule->name, rule->detail);
        return;
    }
    int64_t length = (int64_t)utf8_length(value);
    if (field->max > 0 && (length < field->min || length > field->max)) {
        struct str detail =
            arena_printf(to->arena, "must have %lld to %lld characters", (long long)field->min, (long long)field->max);
        complain(to, field->name, "length", detail.ptr);
    }
    if (field->words != NULL && field_enum_from(field->words, value) < 0)
        complain(to, field->name, "enum", "is none of the known words");
}

static void check_number(const struct checking *to, const struct body_field *field, const struct json *value)
{
    double number = json_real(value);
    if (number >= field->low && number <= field->high)
        return;
    complain(to, field->name, "range", arena_printf(to->arena, "must be %g to %g", field->low, field->high).ptr);
}

static void check_array(const struct checking *to, const struct body_field *field, const struct json *value)
{
    int64_t count = (int64_t)json_size(value);
    if (field->max == 0 || (count >= field->min && count <= field->max))
        return;
    struct str detail =
        arena_printf(to->arena, "must have %lld to %lld entries", (long long)field->min, (long long)field->max);
    complain(to, field->name, "length", detail.ptr);
}

static void check_member(const struct checking *to, const struct body_field *field, const struct json *value)
{
    if (json_is(value, JSON_NULL) && field->nullable)
        return;
    bool whole = field->type == JSON_REAL && json_is(value, JSON_INT); /* 50 is a number too */
    if (!json_is(value, field->type) && !whole) {
        complain(to, field->name, "type", TYPE_DETAILS[field->type]);
        return;
    }
    if (field->type == JSON_STRING)
        check_string(to, field, json_str(value));
    if (field->type == JSON_ARRAY)
        check_array(to, field, value);
    if (field->type == JSON_REAL)
        check_number(to, field, value);
    int64_t number = json_i64(value);
    if (field->type == JSON_INT && (number < field->min || number > field->max)) {
        struct str detail =
            arena_printf(to->arena, "must be %lld to %lld", (long long)field->min, (long long)field->max);
        complain(to, field->name, "range", detail.ptr);
    }
}

static const struct body_field *find_field(const struct body_field *fields, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(name, str_of(fields[i].name)))
            return &fields[i];
    }
    return NULL;
}

/* An unknown name may be anything, so its pointer is not made of it unless it looks like a name of ours. */
static void refuse_unknown(const struct checking *to, struct str name)
{
    bool plain = name.len > 0 && name.len <= 64;
    for (size_t i = 0; i < name.len && plain; i++)
        plain = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", name.ptr[i]) != NULL;
    struct str pointer = plain ? arena_printf(to->arena, "/%.*s", STR_ARG(name)) : STR("");
    problems_add(to->problems, to->arena, pointer, "unknown", "is not a field of this body");
}

static void check_object(const struct checking *to, const struct json *object, const struct body_field *fields,
                         size_t count)
{
    void *iter = NULL;
    struct str name;
    const struct json *value;
    while (json_each(object, &iter, &name, &value)) {
        const struct body_field *field = find_field(fields, count, name);
        if (field == NULL)
            refuse_unknown(to, name);
        else
            check_member(to, field, value);
    }
    for (size_t i = 0; i < count; i++) {
        if (fields[i].required && json_get(object, fields[i].name) == NULL)
            complain(to, fields[i].name, "required", "is missing");
    }
}

void body_check(const struct json *value, const struct body_field *fields, size_t count, struct arena *arena,
                struct problems *problems)
{
    const struct checking to = {arena, problems};
    if (json_is(value, JSON_OBJECT))
        check_object(&to, value, fields, count);
    else
        problems_add(problems, arena, STR(""), "type", TYPE_DETAILS[JSON_OBJECT]);
}

bool body_read(const struct request *request, struct response *response, const struct body_field *fields, size_t count,
               struct json **out)
{
    struct problems problems = {.count = 0};
    const struct checking to = {request->arena, &problems};
    if (!body_object(request, response, out))
        return false;
    check_object(&to, *out, fields, count);
    if (body_is_sound(request, response, &problems))
        return true;
    json_free(*out);
    *out = NULL;
    return false;
}
