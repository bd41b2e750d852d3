/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The members of a policy's JSON: their names, types and bounds are those of the HTTP contract. Private to core/policy_json.c
 * and its parts. */
#ifndef REKINDLE_CORE_POLICY_ROWS_H
#define REKINDLE_CORE_POLICY_ROWS_H

#include "core/policy.h"

enum policy_type {
    POLICY_SWITCH, /* "on" or "off" in a bool */
    POLICY_BOOL,
    POLICY_NUMBER, /* double, min..max */
    POLICY_NUMBER_OR_NULL,
    POLICY_INT,      /* int64_t, min..max */
    POLICY_CLOCK,    /* "HH:MM" in int64_t minutes of the day */
    POLICY_LINE,     /* text without controls, min..max code points */
    POLICY_TEXT,     /* the same with line breaks */
    POLICY_WORDS,    /* list of texts, at least min */
    POLICY_DETECTOR, /* a word of DETECTOR_WORDS in an int */
    POLICY_MANUAL,   /* the one approval mode there is */
    POLICY_LANGUAGE, /* code of a language the program speaks, or "" */
    POLICY_IMAGE,    /* https URL of at most max bytes, or "" */
    POLICY_COLOR,    /* "#1c5f4a" */
    POLICY_COUNTRY,  /* ISO 3166-1 code, or "" */
    POLICY_OFFER     /* an object read and written by core/policy_offer.c; fills the members offer_* */
};

struct policy_row {
    const char *name; /* a dot nests */
    enum policy_type type;
    size_t offset;
    double min, max;
    bool kept; /* came after callers had been written: a PUT may leave it out, and what is in force stays */
};

extern const struct policy_row POLICY_ROWS_JSON[];
extern const size_t POLICY_ROW_COUNT;

/* Row of `name` within `group` ("" or "brand."), NULL when there is none. */
const struct policy_row *policy_row_of(struct str group, struct str name);
bool policy_is_group(struct str group);
/* Bytes of the member a row fills; of POLICY_OFFER 0. */
size_t policy_row_size(const struct policy_row *row);
bool policy_row_is_text(const struct policy_row *row);
/* Whether emails can be written in this language ("de"). */
bool policy_speaks(struct str code);

#endif
