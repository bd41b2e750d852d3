/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Prompt: the request to a model in parts that any adapter can send: instructions (the same bytes for every client of a
 * shop while its policy stays, so that a provider can cache them), the brief as one JSON object, and the JSON schema of
 * the answer with this request's fact and product ids as enums. The texts are versioned with the program (PROMPT_VERSION);
 * a change of a text is a change of the version. Lengths and patterns are not in the schema (providers' strict modes
 * restrict it): core/check is what holds. */
#ifndef REKINDLE_CORE_PROMPT_H
#define REKINDLE_CORE_PROMPT_H

#include "core/brief.h"
#include "core/policy.h"

#define PROMPT_VERSION STR("winback-1")
#define PROMPT_SCHEMA_NAME "winback_email"
#define PROMPT_CODES_MAX 16
#define PROMPT_HINT_MAX 300 /* code points of a staff's wish */

struct prompt {
    struct str version;
    struct str system; /* instructions */
    struct str user;   /* one JSON object: the data, and for a regeneration what to mend and what staff wish */
    struct str schema; /* JSON text of the schema itself */
};
struct prompt_input {
    const struct brief *brief;
    const struct policy *policy; /* brand voice */
    struct str hint;             /* what staff wish of this draft; absent: nothing */
    struct str codes
        [PROMPT_CODES_MAX]; /* check codes the last draft broke: the code and its promise are told, never its text */
    size_t code_count;
};
/* Texts in the arena. RC_INVALID when the brief has no fact at all. Same input, same bytes. */
enum rc prompt_make(const struct prompt_input *input, struct arena *arena, struct prompt *out);

#endif
