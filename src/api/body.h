/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON bodies: reading them, and checking the small ones that have no record behind them. */
#ifndef REKINDLE_API_BODY_H
#define REKINDLE_API_BODY_H

#include "api/problem.h"
#include "api/request.h"
#include "base/json.h"

/* The body as JSON of any kind; 400 when it is none. As below otherwise. */
bool body_value(const struct request *request, struct response *response, struct json **out);
/* The body as a JSON object; the caller frees *out with json_free. 400 when it is not JSON, 422 when it is no object. */
bool body_object(const struct request *request, struct response *response, struct json **out);

/* 422 with all problems when there are any; true when there are none. */
bool body_is_sound(const struct request *request, struct response *response, const struct problems *problems);

/* A member of a small body. Strings: min..max code points; arrays: min..max entries; integers: the value itself; JSON_REAL is any number, low..high. */
struct body_field {
    const char *name;
    enum json_type type;
    bool required, nullable;
    int64_t min, max;
    double low, high;
    const struct field_rule *rule; /* strings; NULL = RULE_TEXT */
    const char *const *words;      /* strings: one of these */
};
/* Checks the members of an object inside a body; pointers go below problems->base. */
void body_check(const struct json *value, const struct body_field *fields, size_t count, struct arena *arena,
                struct problems *problems);
/* Reads the body and checks its members against the rows; any other member is refused. *out as in body_object. */
bool body_read(const struct request *request, struct response *response, const struct body_field *fields, size_t count,
               struct json **out);

#endif
