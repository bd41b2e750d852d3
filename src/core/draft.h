/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draft: what a writer gives back. Greeting, product names, prices, links and footer are ours, added by core/render. */
#ifndef REKINDLE_CORE_DRAFT_H
#define REKINDLE_CORE_DRAFT_H

#include "base/arena.h"
#include "base/json.h"
#include "base/rc.h"
#include "core/field.h"

#define DRAFT_PARAGRAPHS_MAX 8
#define DRAFT_PICKS_MAX 3
#define DRAFT_FACTS_MAX 8

struct draft_paragraph {
    struct str text;
    struct str facts[DRAFT_FACTS_MAX]; /* fact ids it rests on */
    size_t fact_count;
};
struct draft_pick {
    struct str product_id;
    struct str reason;
    struct str facts[DRAFT_FACTS_MAX];
    size_t fact_count;
};
struct draft {
    struct str subject, preheader;
    struct draft_paragraph paragraphs[DRAFT_PARAGRAPHS_MAX];
    size_t paragraph_count;
    struct draft_pick picks[DRAFT_PICKS_MAX];
    size_t pick_count;
    struct str cta_label, cta_target; /* target: shop, category, account */
    struct str sign_off;
    bool abstain;
    struct str abstain_reason;
};

/* key "facts": the ids of the facts that a paragraph or a pick rests on, as an array. */
void draft_facts_to_json(const struct str *facts, size_t count, struct json_out *out);
void draft_paragraphs_to_json(const struct draft *draft, struct json_out *out);
/* Reads the array {text, facts[]} of an edit or of a stored email; faults go to problems below "/paragraphs". */
enum rc draft_paragraphs_from_json(const struct json *array, struct arena *arena, struct draft *draft,
                                   struct problems *problems);
/* {product_id, reason, facts[]} only; render adds the catalogue's data for the stored email. */
enum rc draft_picks_from_json(const struct json *array, struct arena *arena, struct draft *draft);

/* A writer's answer: one JSON object with all of subject, preheader, paragraphs[{text,facts}], picks[{product_id,reason,
 * facts}], cta_label, cta_target, sign_off, abstain, abstain_reason, and nothing else. Every fault is added with its pointer;
 * RC_INVALID then, *draft holds what could be read. A text over its size or with a NUL is a fault; which words may be said is
 * core/check's business. */
enum rc draft_from_reply(struct str raw, struct arena *arena, struct draft *draft, struct problems *problems);
/* The same object of a draft; what the template writer gives. */
void draft_to_reply(const struct draft *draft, struct json_out *out);

#endif
