/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The only place that knows the JSON library (jansson). Reading: a strict DOM (RFC 8259; duplicates, NUL, bad UTF-8,
 * trailing text and depth over 64 refused; integers are 63-bit exact). Writing: a streaming writer into a buf that keeps
 * the order it is called in. One thread at a time per document or writer. */
#ifndef REKINDLE_BASE_JSON_H
#define REKINDLE_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"

struct json; /* one value inside a parsed document; borrowed from the document */

enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* What is wrong with the text, for a person: line and column from 1 and one sentence without any of the input in it. */
struct json_error {
    int line;
    int column;
    char text[120];
};

/* Parses a whole document, of any type. *out is owned by the caller (json_free). RC_INVALID with *out NULL and *error
 * filled (error may be NULL). */
enum rc json_parse(struct str text, struct json **out, struct json_error *error);
void json_free(struct json *document); /* NULL is fine */

enum json_type json_type_of(const struct json *value);
bool json_is(const struct json *value, enum json_type type); /* false for NULL */
/* Member of an object, NULL when absent or not an object. Explicit null gives a JSON_NULL value. */
const struct json *json_get(const struct json *object, const char *name);
size_t json_size(const struct json *array_or_object);
const struct json *json_at(const struct json *array, size_t index);
/* Walks an object's members in the order of the text: start with *iter NULL; false at the end. */
bool json_each(const struct json *object, void **iter, struct str *name, const struct json **value);

struct str json_str(const struct json *value); /* STR_NONE unless a string; lives as long as the document */
int64_t json_i64(const struct json *value);    /* 0 unless an int */
double json_number(const struct json *value);  /* int or real; 0 otherwise */
bool json_bool(const struct json *value);      /* false unless true */
/* json_number by the name of its type. Inline, because jansson's library has a symbol json_real of its own, and one of ours
 * in the program would take its place inside the library. */
static inline double json_real(const struct json *value) { return json_number(value); }
/* Conveniences on members: absent or of another type gives STR_NONE, `fallback`, false. */
struct str json_get_str(const struct json *object, const char *name);
int64_t json_get_i64(const struct json *object, const char *name, int64_t fallback);
double json_get_real(const struct json *object, const char *name, double fallback);
bool json_get_bool(const struct json *object, const char *name);

/* Compact text of a value (members in their own order), appended. */
void json_dump(const struct json *value, struct buf *out);
/* The same with object members sorted by name at every level: equal values give equal bytes. */
void json_dump_sorted(const struct json *value, struct buf *out);

/* Streaming writer. Commas, colons and escapes are its business; begin/end must nest, members need a key and only they
 * have one (RC_BUG aborts in debug), at most 64 deep. Bytes that are not UTF-8 come out as U+FFFD. A second value at depth 0
 * follows the first without a comma. */
struct json_out {
    struct buf *buf; /* borrowed */
    int depth;
    bool need_comma;
    bool have_key;    /* a key was written and its value was not */
    uint64_t objects; /* bit d: what was begun at depth d is an object */
};
void json_out_init(struct json_out *out, struct buf *buf);
void json_begin_object(struct json_out *out);
void json_end_object(struct json_out *out);
void json_begin_array(struct json_out *out);
void json_end_array(struct json_out *out);
void json_key(struct json_out *out, const char *name);
void json_put_str(struct json_out *out, struct str value); /* absent writes null */
void json_put_i64(struct json_out *out, int64_t value);
void json_put_real(struct json_out *out, double value); /* shortest text that reads back the same; NaN/inf write null */
void json_put_bool(struct json_out *out, bool value);
void json_put_null(struct json_out *out);
void json_put_raw(struct json_out *out, struct str json); /* text that is JSON already; absent or empty writes null */
/* key + value in one call */
void json_pair_str(struct json_out *out, const char *name, struct str value);
void json_pair_i64(struct json_out *out, const char *name, int64_t value);
void json_pair_real(struct json_out *out, const char *name, double value);
void json_pair_bool(struct json_out *out, const char *name, bool value);

#endif
