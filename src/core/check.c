/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of rules, in the order they run and are shown: hard ones first. To add a rule, write its function in one of
 * check_rules_*.c and add a row here; docs and the console read the row. */
#include "core/check.h"

#include "core/check_text.h"

const struct check_rule CHECK_RULES[] = {
    {"schema", CHECK_HARD, "The answer keeps its schema, its target and the brand's sign-offs.", check_schema},
    {"abstain", CHECK_HARD, "The writer found something honest to say.", check_abstain},
    {"limits", CHECK_HARD, "Every part is there and within its length.", check_limits},
    {"unknown_fact", CHECK_HARD, "Every cited fact is one of the brief's.", check_unknown_fact},
    {"unknown_product", CHECK_HARD, "Every pick is a product that was offered, and none twice.", check_unknown_product},
    {"ungrounded_category", CHECK_HARD,
     "A category, product, kind of goods, colour or material is named only where its fact is cited.", check_ungrounded},
    {"unknown_name", CHECK_HARD, "No name that the brief does not give, no greeting, and nobody is spoken to by name.",
     check_unknown_name},
    {"unfounded_claim", CHECK_HARD,
     "No claim without a fact: newness, popularity, origin, making, awards, delivery, purchases.", check_claims},
    {"digits", CHECK_HARD, "No numbers in digits or words: they come from the catalogue, not from a writer.",
     check_digits},
    {"dates", CHECK_HARD, "No dates, seasons or feasts that no fact gives, and no deadlines.", check_dates},
    {"price_or_currency", CHECK_HARD, "No prices, currencies or percentages.", check_price},
    {"offer_words", CHECK_HARD, "No offers, discounts, guarantees or urgency.", check_offer_words},
    {"link", CHECK_HARD, "No links or ways to reach us: all links are built by the program.", check_link},
    {"address", CHECK_HARD, "No mail addresses or handles.", check_address},
    {"markup", CHECK_HARD, "No HTML, markdown or template marks.", check_markup},
    {"control_chars", CHECK_HARD, "No control or invisible characters, no broken UTF-8.", check_control_chars},
    {"script", CHECK_HARD, "Only plain letters of the language's own script.", check_script},
    {"disguised", CHECK_HARD, "No words spelled letter by letter, torn apart or encoded.", check_disguised},
    {"wrong_language", CHECK_HARD, "Every text is in the brief's language.", check_wrong_language},
    {"truncated", CHECK_HARD, "Every text is whole.", check_truncated},
    {"personal_data", CHECK_HARD, "Nothing of the client's own data: name, address, id, place, attributes.",
     check_personal_data},
    {"surveillance", CHECK_HARD, "Nothing about silence, absence, frequency or watching.", check_surveillance},
    {"sensitive", CHECK_HARD, "Nothing about health, body, age, money, belief or family.", check_sensitive},
    {"banned_phrase", CHECK_HARD, "None of the phrases the brand has banned.", check_banned},
    {"competitor", CHECK_HARD, "No competitor is named.", check_competitor},
    {"ai_mention", CHECK_HARD, "No word about models, prompts, instructions or being generated.", check_ai_mention},
    {"shouting", CHECK_SOFT, "No shouting in capitals.", check_shouting},
    {"exclamation", CHECK_SOFT, "At most one exclamation mark.", check_exclamation},
    {"long_sentences", CHECK_SOFT, "No sentence of more than 35 words.", check_long_sentences},
    {"reading_ease", CHECK_SOFT, "The text is easy to read.", check_reading_ease},
    {"spam_words", CHECK_SOFT, "No words that mail filters take for spam.", check_spam_words},
    {"gloomy", CHECK_SOFT, "A friendly tone, nothing sad or begging.", check_gloomy},
    {"repeated", CHECK_SOFT, "No paragraph says another one again.", check_repeated},
    {"similar_subject", CHECK_SOFT, "A subject unlike those of the last emails.", check_similar_subject},
    {"near_duplicate", CHECK_SOFT, "A text unlike those of the last emails.", check_near_duplicate},
};
const size_t CHECK_RULE_COUNT = sizeof CHECK_RULES / sizeof CHECK_RULES[0];

void check_add(struct check_findings *out, const struct check_rule *rule, struct str detail)
{
    if (out->count == CHECK_FINDINGS_MAX)
        return;
    out->items[out->count++] = (struct check_finding){rule->code, rule->level, detail};
    out->hard += rule->level == CHECK_HARD;
}

void check_add_found(struct check_findings *out, const struct check_rule *rule, const struct check_text *text,
                     struct str found, struct arena *arena)
{
    enum { SHOWN_BYTES = 80 };
    bool show = !str_is_none(found) && found.len <= SHOWN_BYTES;
    check_add(out, rule,
              show ? arena_printf(arena, "%.*s: \"%.*s\"", STR_ARG(text->where), STR_ARG(found))
                   : arena_printf(arena, "%.*s", STR_ARG(text->where)));
}

void check_draft(const struct check_input *input, struct arena *arena, struct check_findings *out)
{
    struct check_reading *reading = arena_new(arena, 1, sizeof *reading);
    *out = (struct check_findings){.count = 0};
    check_read(input, arena, reading);
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++)
        CHECK_RULES[i].run(reading, out, &CHECK_RULES[i]);
}

static void write_result(const struct check_rule *rule, struct str detail, bool passed, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "code", str_of(rule->code));
    json_pair_str(out, "level", rule->level == CHECK_HARD ? STR("hard") : STR("soft"));
    json_pair_str(out, "detail", detail);
    json_pair_bool(out, "passed", passed);
    json_end_object(out);
}

void check_findings_to_json(const struct check_findings *findings, struct json_out *out)
{
    json_begin_array(out);
    for (size_t r = 0; r < CHECK_RULE_COUNT; r++) {
        bool passed = true;
        for (size_t i = 0; i < findings->count; i++) {
            if (!str_equal(str_of(findings->items[i].code), str_of(CHECK_RULES[r].code)))
                continue;
            write_result(&CHECK_RULES[r], findings->items[i].detail, false, out);
            passed = false;
        }
        if (passed)
            write_result(&CHECK_RULES[r], str_of(CHECK_RULES[r].promise), true, out);
    }
    json_end_array(out);
}
