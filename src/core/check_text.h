/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the checks: the texts of a draft in the forms the rules read, and the rules' functions. */
#ifndef REKINDLE_CORE_CHECK_TEXT_H
#define REKINDLE_CORE_CHECK_TEXT_H

#include "core/check.h"
#include "core/language.h"

enum check_text_kind { TEXT_SUBJECT, TEXT_PREHEADER, TEXT_PARAGRAPH, TEXT_REASON, TEXT_CTA, TEXT_SIGN_OFF_LINE };

struct check_text {
    enum check_text_kind kind;
    size_t index;     /* of the paragraph or pick */
    struct str where; /* "subject", "paragraph 2": for details */
    struct str raw;
    struct str folded;   /* utf8_fold; empty when raw is not UTF-8 */
    struct str words;    /* wording_sentences, letters spelled one by one joined */
    struct str said;     /* words without the names of the shop's own things: for rules that no fact excuses */
    struct str rest;     /* words without the whole texts of all facts it may state */
    struct str bare;     /* the same without possessive endings, for people's names */
    struct str rest_raw; /* raw with the names of the shop's own things blanked, for rules about signs and letters */
    struct str ground;   /* words of all that the text may state: cited facts, picked products, the shop; "|" between */
    const struct str *cited; /* NULL: every fact may be named */
    size_t cited_count;
};
/* A draft being checked: what every rule gets. */
struct check_reading {
    const struct check_input *input;
    struct arena *arena;
    const struct language *language; /* of the brief's locale; English where the program does not speak it */
    bool is_spoken;                  /* whether it does */
    struct check_text texts[DRAFT_PARAGRAPHS_MAX + DRAFT_PICKS_MAX + 4];
    size_t count;
    struct str known; /* words of everything in the brief and the brand's own texts */
    struct str facts; /* words of all facts and picked products */
};
/* Every text a writer chose. A sign-off that is one of the brand's was chosen by people and is not among them. */
void check_read(const struct check_input *input, struct arena *arena, struct check_reading *reading);
bool check_text_cites(const struct check_text *text, struct str fact_id);
/* True when the brand has a list of sign-offs; *listed then says whether the draft's is one of them. */
bool check_sign_off(const struct check_input *input, bool *listed);

/* The facts in order of length, longest first: the one behind `last` (NULL: the first); NULL at the end. */
const struct fact *check_next_fact(const struct brief *brief, const struct fact *last);
/* A fact of goods, not of the shop or the season. */
bool check_is_naming(const struct fact *fact);
bool check_is_fact_text(const struct brief *brief, struct str text); /* a fact says exactly this */
bool check_is_picked(const struct draft *draft, const struct product *product);

/* True when raw has the word with a capital first letter inside a sentence that is no title. */
bool check_is_written_as_name(struct str raw, struct str word, struct arena *arena);

/* Adds a finding; quiet when the list is full (hard rules run first, so no hard one is lost to a soft one). */
void check_add(struct check_findings *out, const struct check_rule *rule, struct str detail);
/* The usual finding: where, and the words that show it (none: STR_NONE). */
void check_add_found(struct check_findings *out, const struct check_rule *rule, const struct check_text *text,
                     struct str found, struct arena *arena);

#define CHECK_RULE_RUN(name) \
    void name(const struct check_reading *reading, struct check_findings *out, const struct check_rule *rule)
/* check_rules_form.c: what can be seen without reading. */
CHECK_RULE_RUN(check_schema);
CHECK_RULE_RUN(check_limits);
CHECK_RULE_RUN(check_abstain);
CHECK_RULE_RUN(check_unknown_fact);
CHECK_RULE_RUN(check_unknown_product);
CHECK_RULE_RUN(check_link);
CHECK_RULE_RUN(check_address);
CHECK_RULE_RUN(check_markup);
CHECK_RULE_RUN(check_truncated);
/* check_rules_letters.c: characters and how words are spelled. */
CHECK_RULE_RUN(check_control_chars);
CHECK_RULE_RUN(check_script);
CHECK_RULE_RUN(check_disguised);
CHECK_RULE_RUN(check_wrong_language);
CHECK_RULE_RUN(check_shouting);
CHECK_RULE_RUN(check_exclamation);
/* check_rules_ground.c: what needs a fact. */
CHECK_RULE_RUN(check_ungrounded);
CHECK_RULE_RUN(check_unknown_name);
CHECK_RULE_RUN(check_claims);
CHECK_RULE_RUN(check_digits);
CHECK_RULE_RUN(check_dates);
/* check_rules_words.c: phrases that no fact excuses. */
CHECK_RULE_RUN(check_price);
CHECK_RULE_RUN(check_offer_words);
CHECK_RULE_RUN(check_surveillance);
CHECK_RULE_RUN(check_sensitive);
CHECK_RULE_RUN(check_ai_mention);
CHECK_RULE_RUN(check_banned);
CHECK_RULE_RUN(check_competitor);
CHECK_RULE_RUN(check_spam_words);
CHECK_RULE_RUN(check_gloomy);
/* check_rules_person.c */
CHECK_RULE_RUN(check_personal_data);
/* check_rules_style.c: how it reads, and whether it was written before. */
CHECK_RULE_RUN(check_long_sentences);
CHECK_RULE_RUN(check_reading_ease);
CHECK_RULE_RUN(check_repeated);
CHECK_RULE_RUN(check_similar_subject);
CHECK_RULE_RUN(check_near_duplicate);

#endif
