/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One table of fields per record describes it to everyone: the API's JSON, the validation of input, the SQL columns, the
 * change images and the DynamoDB items all come from the same rows. To add a field, add a struct member and a row.
 *
 * C types by field_type: STR and JSON struct str (absent = STR_NONE); I64 and TIME int64_t (absent = I64_NONE, which is
 * TIME_NONE); F64 double (absent = NaN); BOOL bool; ENUM int (index into words, stored and sent as the word). */
#ifndef REKINDLE_CORE_FIELD_H
#define REKINDLE_CORE_FIELD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "base/time_text.h"

#define I64_NONE INT64_MIN

enum field_type { FIELD_STR, FIELD_I64, FIELD_F64, FIELD_BOOL, FIELD_TIME, FIELD_ENUM, FIELD_JSON };

enum field_flag {
    FIELD_KEY = 1 << 0,       /* the record's one key; always STR and the first row */
    FIELD_REQUIRED = 1 << 1,  /* must be present in input, NOT NULL in the store */
    FIELD_INPUT = 1 << 2,     /* an API caller may set it; any other name in input is refused as unknown */
    FIELD_SHOWN = 1 << 3,     /* part of the API's answer */
    FIELD_SECRET = 1 << 4,    /* never in a change image, an answer or a log */
    FIELD_STORED = 1 << 5,    /* NOT NULL in the store though not required in input (has a default) */
    FIELD_NAMED = 1 << 6,     /* a create or an upsert must name it, but may say null */
    FIELD_ONCE = 1 << 7,      /* input of a create or an upsert only; a patch that names it is refused as unknown */
    FIELD_NULL_FIRST = 1 << 8 /* ENUM: the answer shows the first word as null */
};

/* A rule a text must keep. `name` is the stable word in errors[].rule, `detail` the sentence for a person. */
struct field_rule {
    const char *name;
    const char *detail;
    bool (*holds)(struct str value);
};

struct problems;

/* What a JSON field looks like inside. */
struct field_shape {
    const char *absent; /* JSON text the answer shows for an absent value: "[]", "{}" */
    /* Checks `value`, adds all that is wrong with it to problems below `pointer`, and returns the text to store: canonical
     * (defaults filled in, members in one order), so that equal values are equal bytes; STR_NONE for an empty value. NULL:
     * never input. */
    struct str (*read)(const struct json *value, struct str pointer, struct arena *arena, struct problems *problems);
};

struct field {
    const char *name; /* JSON path; a dot nests ("consent.status") and becomes '_' in SQL */
    enum field_type type;
    size_t offset; /* in the record's struct */
    unsigned flags;
    const char *const *words; /* ENUM: NULL-terminated; index = the C enum's value */
    size_t max_length;        /* STR: code points, JSON: bytes; 0 = 1000 */
    int64_t min, max; /* I64: inclusive, both 0 = no bound; BOOL: min is what a create takes when it is not named */
    const struct field_rule *rule;   /* STR only; NULL = RULE_TEXT */
    const char *input_name;          /* its name in input when that differs from `name`; NULL = name */
    const struct field_shape *shape; /* JSON only; NULL = any value, null when absent */
};

/* Everything wrong with one input, in the order found. pointer is an RFC 6901 JSON pointer; detail never repeats the
 * input. Lives in the arena given at the first add. */
struct problem {
    struct str pointer, rule, detail;
};
struct problems {
    struct problem items[20]; /* the first 20 are enough to mend an input */
    size_t count;
    struct str base; /* goes before every pointer into the body ("/order" in a batch); absent = none */
};
void problems_add(struct problems *problems, struct arena *arena, struct str pointer, const char *rule,
                  const char *detail);

/* base + "/" + name, escaped as RFC 6901 section 3 says; a name over 200 bytes is cut at a character. In the arena. */
struct str pointer_below(struct str base, struct str name, struct arena *arena);

/* Rules shared by records */
extern const struct field_rule RULE_ID; /* 1 to 128 of A-Z a-z 0-9 . _ : - */
extern const struct field_rule
    RULE_EMAIL; /* strict ASCII addr-spec: dot-atom@host.tld, an international domain in its xn-- form; <= 254 */
/* What stands behind the '@' of an address; absent when there is none. Borrowed. */
struct str email_domain(struct str address);
extern const struct field_rule RULE_TEXT;     /* valid UTF-8 without control characters */
extern const struct field_rule RULE_LOCALE;   /* BCP 47 language[-Script][-REGION] */
extern const struct field_rule RULE_COUNTRY;  /* two capital letters, ISO 3166-1 form */
extern const struct field_rule RULE_ZONE;     /* an IANA time zone ICU knows */
extern const struct field_rule RULE_CURRENCY; /* an ISO 4217 code in use */
extern const struct field_rule RULE_URL;      /* absolute http or https URL without blanks or controls, <= 2000 */

/* Shapes shared by records */
extern const struct field_shape SHAPE_CATEGORIES; /* array of up to 50 texts of 1 to 100 code points */
extern const struct field_shape
    SHAPE_ITEMS; /* array of up to 200 order items {product_id,name,category,unit_price_minor,quantity} */
extern const struct field_shape SHAPE_ATTRIBUTES; /* object of up to 50 scalars, sorted by name */
extern const struct field_shape SHAPE_LIST;       /* an array of our own making: shown as [] when absent, never input */

/* An array of texts of 1 to max_length code points, as canonical JSON text; STR_NONE when it is empty or not good. */
struct shape_limits {
    size_t max_items, max_length;
};
struct str shape_texts_read(const struct json *value, const struct shape_limits *limits, struct str pointer,
                            struct arena *arena, struct problems *problems);

#define MONEY_MAX_MINOR 1000000000000LL /* the largest amount taken in, so that sums over a shop fit 63 bits */

int field_enum_from(const char *const *words, struct str word);  /* index, or -1 */
struct str field_enum_word(const char *const *words, int index); /* STR_NONE outside */

#endif
