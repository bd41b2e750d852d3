/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the checks: the texts of a draft in the forms the rules read, and the rules' functions. */
#ifndef REKINDLE_CORE_CHECK_TEXT_H
#define REKINDLE_CORE_CHECK_TEXT_H

#include "core/check.h"
#include "core/language.h"

enum check_text_kind { TEXT_SUBJECT, TEXT_PREHEADER, TEXT_PARAGRAPH, TEXT_REASON, TEXT_CTA, TEXT_SIGN_OFF };

struct check_text {
    enum check_text_kind kind;
    size_t index;     /* of the paragraph or pick */
    struct str where; /* "subject", "paragraph 2": for details */
    struct str raw;
    struct str folded;       /* utf8_fold; empty when raw is not UTF-8 */
    struct str words;        /* core/wording.h */
    struct str rest;         /* words without the facts the text may name: cited ones; all for texts that cite none */
    struct str bare;         /* rest without possessive endings, for names */
    struct str rest_raw;     /* the same of raw, for rules about letters */
    const struct str *cited; /* NULL: every fact may be named */
    size_t cited_count;
};
struct check_texts {
    struct check_text items[DRAFT_PARAGRAPHS_MAX + DRAFT_PICKS_MAX + 4];
    size_t count;
};
/* Every text a writer chose. A sign-off that is one of the brand's was chosen by people and is not among them. */
const struct check_texts *check_texts_of(const struct check_input *input, struct arena *arena);
bool check_text_cites(const struct check_text *text, struct str fact_id);

/* The facts in order of length, longest first: the one behind `last` (NULL: the first); NULL at the end. */
const struct fact *check_next_fact(const struct brief *brief, const struct fact *last);

/* Adds a finding; quiet when the list is full (hard rules run first, so no hard one is lost to a soft one). */
void check_add(struct check_findings *out, const struct check_rule *rule, struct str detail);
/* The usual finding: where, and the words that show it (none: STR_NONE). */
void check_add_found(struct check_findings *out, const struct check_rule *rule, const struct check_text *text,
                     struct str found, struct arena *arena);

static inline const struct language *check_language(const struct check_input *input)
{
    const struct language *own = language_of(input->brief->locale);
    return own != NULL ? own : LANGUAGES[0];
}
#define CHECK_RULE_RUN(name)                                                                    \
    void name(const struct check_input *input, struct arena *arena, struct check_findings *out, \
              const struct check_rule *rule)
/* check_rules_form.c: what can be seen without reading. */
CHECK_RULE_RUN(check_limits);
CHECK_RULE_RUN(check_unknown_fact);
CHECK_RULE_RUN(check_unknown_product);
CHECK_RULE_RUN(check_digits);
CHECK_RULE_RUN(check_link);
CHECK_RULE_RUN(check_address);
CHECK_RULE_RUN(check_markup);
CHECK_RULE_RUN(check_control_chars);
CHECK_RULE_RUN(check_script);
CHECK_RULE_RUN(check_shouting);
CHECK_RULE_RUN(check_exclamation);
/* check_rules_words.c: what the words say. */
CHECK_RULE_RUN(check_ungrounded);
CHECK_RULE_RUN(check_price);
CHECK_RULE_RUN(check_offer_words);
CHECK_RULE_RUN(check_surveillance);
CHECK_RULE_RUN(check_ai_mention);
CHECK_RULE_RUN(check_banned);
CHECK_RULE_RUN(check_competitor);
CHECK_RULE_RUN(check_long_sentences);
/* check_rules_person.c */
CHECK_RULE_RUN(check_personal_data);

#endif
