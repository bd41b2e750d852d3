/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Checks: deterministic tests of a draft against its facts. One function a rule; one table (CHECK_RULES) that also
 * documents itself. A hard finding blocks the email, a soft one needs a person. */
#ifndef REKINDLE_CORE_CHECK_H
#define REKINDLE_CORE_CHECK_H

#include "core/brief.h"
#include "core/client.h"
#include "core/draft.h"

enum check_level { CHECK_HARD, CHECK_SOFT };

/* One of the last emails written: so that people do not get the same letter. */
struct check_recent {
    struct str subject;
    uint64_t fingerprint; /* check_fingerprint of its body */
};
struct check_input {
    const struct draft *draft;
    const struct brief *brief;
    const struct client *client; /* NULL in an evaluation: nobody's data can be found */
    const struct policy *policy;
    const struct problems *reply_problems; /* of draft_from_reply; NULL: it kept the schema, or people wrote it */
    const struct check_recent *recent;     /* the last 500 at most, others than this email */
    size_t recent_count;
};
struct check_finding {
    const char *code; /* the rule's */
    enum check_level level;
    struct str detail; /* where and what, for staff; in the arena */
};
#define CHECK_FINDINGS_MAX 64
struct check_findings {
    struct check_finding items[CHECK_FINDINGS_MAX];
    size_t count;
    size_t hard; /* how many of them are hard */
};
struct check_reading; /* core/check_text.h: the draft as the rules read it */
struct check_rule {
    const char *code; /* "unknown_fact" */
    enum check_level level;
    const char *promise; /* one sentence for docs and the console */
    void (*run)(const struct check_reading *reading, struct check_findings *out, const struct check_rule *rule);
};
extern const struct check_rule CHECK_RULES[];
extern const size_t CHECK_RULE_COUNT;

/* SimHash over word triples of the paragraphs: near-duplicates differ in few bits. */
uint64_t check_fingerprint(const struct draft *draft, struct arena *arena);

void check_draft(const struct check_input *input, struct arena *arena, struct check_findings *out);
/* Every rule with its result: {code, level, detail, passed}; passed rules have the promise as detail. */
void check_findings_to_json(const struct check_findings *findings, struct json_out *out);

#endif
