/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules of phrases that no fact excuses, looked for as whole words in the one spelling of core/wording. */
#include "base/unicode.h"
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/prompt_text.h"
#include "core/wording.h"

static void find_listed(const struct check_reading *reading, enum word_list list, struct check_findings *out,
                        const struct check_rule *rule)
{
    for (size_t i = 0; i < reading->count; i++) {
        struct str found = wording_find_listed(reading->texts[i].said, reading->language, list, reading->arena);
        if (!str_is_none(found))
            check_add_found(out, rule, &reading->texts[i], found, reading->arena);
    }
}

CHECK_RULE_RUN(check_offer_words) { find_listed(reading, WORDS_OFFER, out, rule); }
CHECK_RULE_RUN(check_spam_words) { find_listed(reading, WORDS_SPAM, out, rule); }
CHECK_RULE_RUN(check_gloomy) { find_listed(reading, WORDS_GLOOMY, out, rule); }

/* A shop of skin care may speak of skin: what the text's own ground says is the shop's trade, not the client's body. */
CHECK_RULE_RUN(check_sensitive)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = wording_find_listed(text->rest, reading->language, WORDS_SENSITIVE, reading->arena);
        if (!str_is_none(found) && !wording_has_loosely(text->ground, found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

CHECK_RULE_RUN(check_price)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = wording_find_currency(utf8_fold(text->rest_raw, reading->arena));
        if (str_is_none(found))
            found = wording_find_listed(text->said, reading->language, WORDS_PRICE, reading->arena);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

CHECK_RULE_RUN(check_surveillance)
{
    const struct language *language = reading->language;
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = wording_find_listed(text->said, language, WORDS_WATCHING, reading->arena);
        if (str_is_none(found))
            found = wording_find_time_span(
                wording_without_listed(text->said, language->lists[WORDS_WATCHING_HARMLESS], reading->arena), language);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

CHECK_RULE_RUN(check_ai_mention)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = wording_find_listed(text->said, reading->language, WORDS_AI, reading->arena);
        if (str_is_none(found) && wording_has(text->words, STR(PROMPT_CANARY)))
            found = STR(PROMPT_CANARY);
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* --- the brand's lists --------------------------------------------------------------------------------------------- */

static struct str without_blanks(struct str words, struct arena *arena)
{
    char *copy = arena_new(arena, words.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < words.len; i++)
        if (words.ptr[i] != ' ')
            copy[len++] = words.ptr[i];
    return (struct str){copy, len};
}

/* The entry written apart ("ac me", "arti sanal"): its letters begin and end at words, whatever blanks are between. */
static bool has_apart(struct str words, struct str entry, struct arena *arena)
{
    enum { LETTERS_MIN = 4, PIECES_MAX = 5 };
    struct str wanted = without_blanks(entry, arena), rest = str_trim(words);
    while (wanted.len >= LETTERS_MIN && !str_is_none(rest)) {
        struct str left = rest, letters = wanted;
        for (int piece = 0; piece < PIECES_MAX && letters.len > 0 && !str_is_none(left); piece++) {
            struct str word = str_cut(&left, ' ');
            if (word.len == 0 || !str_starts_with(letters, word))
                break;
            letters = (struct str){letters.ptr + word.len, letters.len - word.len};
        }
        if (letters.len == 0)
            return true;
        str_cut(&rest, ' ');
    }
    return false;
}

/* One entry without letters ("!!", an emoji) is looked for as it stands. */
static bool has_entry(const struct check_text *text, struct str entry, struct arena *arena)
{
    struct str words = wording_words(entry, arena);
    if (wording_count(words) == 0)
        return entry.len > 0 && str_contains(text->raw, entry);
    if (has_apart(text->words, words, arena) || wording_has(text->words, words) ||
        wording_has(wording_bare_words(text->raw, arena), words))
        return true;
    struct str seen = unicode_skeleton(text->raw, arena);
    return wording_has(wording_words(seen, arena), wording_words(unicode_skeleton(entry, arena), arena));
}

/* A name that is an ordinary word (Next, Target) is one only where it is written as a name. */
static bool is_only_a_word(const struct check_reading *reading, const struct check_text *text, struct str entry)
{
    struct str word = str_trim(wording_words(entry, reading->arena));
    return wording_is_common(word, reading->language) && !check_is_written_as_name(text->raw, word, reading->arena);
}

static void find_entries(const struct check_reading *reading, struct str list, struct check_findings *out,
                         const struct check_rule *rule)
{
    bool names = list.ptr == reading->input->policy->brand_competitors.ptr;
    struct json *entries = NULL;
    struct json_error error;
    if (str_is_empty(list) || json_parse(list, &entries, &error) != RC_OK)
        return;
    for (size_t t = 0; t < reading->count; t++)
        for (size_t i = 0; i < json_size(entries); i++) {
            struct str entry = json_str(json_at(entries, i));
            if (has_entry(&reading->texts[t], entry, reading->arena) &&
                !(names && is_only_a_word(reading, &reading->texts[t], entry)))
                check_add_found(out, rule, &reading->texts[t], arena_str(reading->arena, entry), reading->arena);
        }
    json_free(entries);
}

CHECK_RULE_RUN(check_banned) { find_entries(reading, reading->input->policy->brand_banned, out, rule); }
CHECK_RULE_RUN(check_competitor) { find_entries(reading, reading->input->policy->brand_competitors, out, rule); }
