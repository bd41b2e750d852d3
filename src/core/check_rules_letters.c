/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules about characters: what cannot be seen, what looks like something else, which letters and which language. */
#include "base/unicode.h"
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/wording.h"

CHECK_RULE_RUN(check_control_chars)
{
    for (size_t i = 0; i < reading->count; i++)
        if (!utf8_is_valid(reading->texts[i].raw) || !str_is_none(unicode_find_hidden(reading->texts[i].raw)))
            check_add_found(out, rule, &reading->texts[i], STR_NONE, reading->arena);
}

/* --- letters ------------------------------------------------------------------------------------------------------- */

/* Names of goods are often written in Latin letters where that is not the script, but not the other way round. */
static struct str find_foreign_letter(struct str text, const struct unicode_scripts *scripts)
{
    bool latin_too = !unicode_fits(scripts, 'a');
    while (text.len > 0) {
        struct str before = text;
        int32_t c = utf8_next(&text);
        bool fits = unicode_fits(scripts, c) || (latin_too && utf8_is_script_latin_or_common(c));
        if ((utf8_is_letter(c) && !fits) || unicode_is_fancy_letter(c))
            return (struct str){before.ptr, before.len - text.len};
    }
    return STR_NONE;
}

CHECK_RULE_RUN(check_script)
{
    const struct check_input *input = reading->input;
    struct str locale = input->brief->locale;
    if (str_is_empty(locale) && input->client != NULL)
        locale = input->client->locale;
    struct unicode_scripts scripts = unicode_scripts_of(str_is_empty(locale) ? STR("en") : locale);
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = utf8_is_valid(text->raw) ? find_foreign_letter(text->rest_raw, &scripts) : STR_NONE;
        if (!str_is_none(found))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* --- words in disguise --------------------------------------------------------------------------------------------- */

/* Text that carries something else: a word of great length, or one that changes between small and large again and again. */
static bool is_encoded(struct str word)
{
    enum { LETTERS_MAX = 30, CHANGES_MIN_LENGTH = 10, CHANGES_MAX = 2 };
    size_t changes = 0;
    bool was_small = false;
    for (size_t i = 0; i < word.len; i++) {
        bool small = word.ptr[i] >= 'a' && word.ptr[i] <= 'z', large = word.ptr[i] >= 'A' && word.ptr[i] <= 'Z';
        changes += large && was_small;
        was_small = small;
    }
    return utf8_length(word) > LETTERS_MAX || (word.len >= CHANGES_MIN_LENGTH && changes > CHANGES_MAX);
}

static struct str find_encoded(struct str raw)
{
    while (!str_is_none(raw)) {
        struct str piece = str_cut(&raw, ' ');
        while (!str_is_none(piece)) {
            struct str word = str_cut(&piece, '-');
            if (is_encoded(word))
                return word;
        }
    }
    return STR_NONE;
}

/* "dis count", "guaran teed": two halves of a word no email may use, of which one is no word. */
static struct str find_split(const struct check_reading *reading, struct str words)
{
    enum { WHOLE_MIN = 6 };
    struct str rest = str_trim(words), last = STR_NONE;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        struct str whole = arena_printf(reading->arena, "%.*s%.*s", STR_ARG(last), STR_ARG(word));
        bool halves = last.len > 1 && word.len > 1 && whole.len >= WHOLE_MIN;
        if (halves && wording_is_listed(whole, reading->language->lists[WORDS_OFFER]) &&
            (!wording_is_common(last, reading->language) || !wording_is_common(word, reading->language)))
            return (struct str){last.ptr, last.len + 1 + word.len};
        last = word;
    }
    return STR_NONE;
}

static bool has_spelled_out(struct str raw, struct arena *arena)
{
    enum { LETTERS_MIN = 3 }; /* letters that a joined word saves in blanks: four single letters */
    struct str words = wording_words(raw, arena);
    return words.len - wording_joined(words, arena).len >= LETTERS_MIN;
}

CHECK_RULE_RUN(check_disguised)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct str found = find_encoded(text->rest_raw);
        if (str_is_none(found))
            found = find_split(reading, text->said);
        if (!str_is_none(found) || has_spelled_out(text->rest_raw, reading->arena))
            check_add_found(out, rule, text, found, reading->arena);
    }
}

/* --- language ------------------------------------------------------------------------------------------------------ */

struct language_counts {
    size_t words, own, other; /* other: the most that one other language has of its own */
};

/* How many of the words are among another language's commonest and neither so nor ordinary in our own. */
static size_t count_other(const struct check_reading *reading, struct str words, const struct language *other)
{
    const char *const *function = reading->language->lists[WORDS_FUNCTION];
    const char *const *common = reading->language->lists[WORDS_COMMON];
    struct str rest = str_trim(words);
    size_t count = 0;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        count += wording_is_listed(word, other->lists[WORDS_FUNCTION]) && !wording_is_listed(word, function) &&
                 !wording_is_listed(word, common);
    }
    return count;
}

static struct language_counts count_language(const struct check_reading *reading, struct str words)
{
    struct language_counts count = {0, 0, 0};
    struct str rest = str_trim(words);
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        count.words += word.len > 1;
        count.own += wording_is_listed(word, reading->language->lists[WORDS_FUNCTION]);
    }
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++) {
        size_t other = *language == reading->language ? 0 : count_other(reading, words, *language);
        count.other = other > count.other ? other : count.other;
    }
    return count;
}

/* More of another language's commonest words than of its own: in one sentence, as one may be put among others. */
static bool has_foreign_sentence(const struct check_reading *reading, struct str words)
{
    enum { OTHER_MIN = 2 };
    struct str rest = words;
    while (!str_is_none(rest)) {
        struct language_counts count = count_language(reading, str_cut(&rest, '.'));
        if (count.other >= OTHER_MIN && count.other > count.own)
            return true;
    }
    return false;
}

/* A third to a half of the words of any text are its language's commonest; a long text with few of them is in another. */
static bool is_foreign(const struct check_reading *reading, struct str words)
{
    enum { LONG_WORDS = 8, SHARE_PERCENT = 15 };
    struct language_counts count = count_language(reading, words);
    return count.words >= LONG_WORDS && count.own * 100 < count.words * SHARE_PERCENT;
}

CHECK_RULE_RUN(check_wrong_language)
{
    if (!reading->is_spoken) {
        check_add(out, rule,
                  arena_printf(reading->arena, "no words to check %.*s by", STR_ARG(reading->input->brief->locale)));
        return;
    }
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        if (has_foreign_sentence(reading, text->rest) || is_foreign(reading, text->rest))
            check_add_found(out, rule, text, STR_NONE, reading->arena);
    }
}

/* --- capitals and marks -------------------------------------------------------------------------------------------- */

/* Letters and words in capitals of a text. */
struct capitals {
    size_t letters, upper;
    size_t words; /* of 4 letters or more, all capitals */
};

static struct capitals count_capitals(struct str text)
{
    enum { LOUD_LETTERS = 4 };
    struct capitals count = {0, 0, 0};
    size_t run = 0;
    while (text.len > 0) {
        int32_t c = utf8_next(&text);
        bool upper = unicode_is_upper(c);
        count.letters += utf8_is_letter(c);
        count.upper += upper;
        run = upper ? run + 1 : 0;
        count.words += run == LOUD_LETTERS;
    }
    return count;
}

CHECK_RULE_RUN(check_shouting)
{
    enum { LETTERS_MIN = 10, SHARE_PERCENT = 50 };
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct capitals count = count_capitals(text->rest_raw);
        if (count.words > 1 || (count.letters >= LETTERS_MIN && count.upper * 100 > count.letters * SHARE_PERCENT))
            check_add_found(out, rule, text, STR_NONE, reading->arena);
    }
}

CHECK_RULE_RUN(check_exclamation)
{
    size_t marks = 0;
    for (size_t i = 0; i < reading->count; i++)
        for (size_t at = 0; at < reading->texts[i].folded.len; at++)
            marks += reading->texts[i].folded.ptr[at] == '!';
    if (marks > 1)
        check_add(out, rule, arena_printf(reading->arena, "%zu exclamation marks", marks));
}
