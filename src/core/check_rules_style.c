/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Soft rules: how the text reads, and whether it, or something very like it, was written before. */
#include "base/hash.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/wording.h"

/* --- reading ------------------------------------------------------------------------------------------------------- */

struct sentences {
    size_t count, words, long_words, longest; /* longest: words of the longest sentence */
};

/* Sentences are what stands between the "." marks of wording_sentences; long words have more than six letters. */
static struct sentences read_sentences(struct str words)
{
    enum { LONG_LETTERS = 6 };
    struct sentences read = {0, 0, 0, 0};
    struct str rest = str_trim(words);
    size_t length = 0;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        bool end = str_equal(word, STR(".")) || str_is_none(rest);
        if (word.len > 0 && word.ptr[0] != '.') {
            length++;
            read.long_words += utf8_length(word) > LONG_LETTERS;
        }
        read.longest = length > read.longest ? length : read.longest;
        read.words += end ? length : 0;
        read.count += end && length > 0;
        length = end ? 0 : length;
    }
    return read;
}

CHECK_RULE_RUN(check_long_sentences)
{
    enum { WORDS_MAX = 35 };
    for (size_t i = 0; i < reading->count; i++) {
        const struct check_text *text = &reading->texts[i];
        struct sentences read = read_sentences(wording_sentences(text->raw, reading->arena));
        if (read.longest > WORDS_MAX)
            check_add(
                out, rule,
                arena_printf(reading->arena, "%.*s: a sentence of %zu words", STR_ARG(text->where), read.longest));
    }
}

/* LIX (Bjornsson 1968): words per sentence plus the percentage of words of more than six letters. It needs no syllables and
 * so is the same for all languages of our scripts: under 30 very easy, 40 to 50 a newspaper, over 60 law. */
CHECK_RULE_RUN(check_reading_ease)
{
    enum { LIX_MAX = 55 };
    struct sentences whole = {0, 0, 0, 0};
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->texts[i].kind != TEXT_PARAGRAPH)
            continue;
        struct sentences read = read_sentences(wording_sentences(reading->texts[i].raw, reading->arena));
        whole.count += read.count;
        whole.words += read.words;
        whole.long_words += read.long_words;
    }
    if (whole.count == 0 || whole.words == 0)
        return;
    size_t lix = whole.words / whole.count + 100 * whole.long_words / whole.words;
    if (lix > LIX_MAX)
        check_add(out, rule, arena_printf(reading->arena, "reading index (LIX) %zu, at most %d", lix, LIX_MAX));
}

/* --- again --------------------------------------------------------------------------------------------------------- */

/* Distinct character triples of a text, hashed, in order. */
struct triples {
    uint64_t *hashes;
    size_t count;
};

static void insert(struct triples *triples, uint64_t hash)
{
    size_t low = 0, high = triples->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (triples->hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < triples->count && triples->hashes[low] == hash)
        return;
    for (size_t i = triples->count; i > low; i--)
        triples->hashes[i] = triples->hashes[i - 1];
    triples->hashes[low] = hash;
    triples->count++;
}

/* Of its words, so that punctuation and capitals make no difference; bytes, as all that counts is being the same. */
static struct triples read_triples(struct str text, struct arena *arena)
{
    enum { BYTES = 3, TEXT_MAX = 2000 };
    struct str words = wording_words(text, arena);
    size_t length = words.len > TEXT_MAX ? TEXT_MAX : words.len;
    struct triples triples = {arena_new(arena, length + 1, sizeof(uint64_t)), 0};
    for (size_t i = 0; i + BYTES <= length; i++)
        insert(&triples, hash_mix((struct str){words.ptr + i, BYTES}, 0));
    return triples;
}

/* Jaccard's index: what both have of what either has, in percent. */
static size_t likeness(const struct triples *a, const struct triples *b)
{
    size_t both = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        both += a->hashes[i] == b->hashes[j];
        bool step_i = a->hashes[i] <= b->hashes[j], step_j = b->hashes[j] <= a->hashes[i];
        i += step_i;
        j += step_j;
    }
    size_t either = a->count + b->count - both;
    return either == 0 ? 0 : 100 * both / either;
}

#define LIKE_PERCENT 80

CHECK_RULE_RUN(check_similar_subject)
{
    const struct check_input *input = reading->input;
    struct triples own = read_triples(input->draft->subject, reading->arena);
    for (size_t i = 0; i < input->recent_count; i++) {
        struct triples other = read_triples(input->recent[i].subject, reading->arena);
        if (likeness(&own, &other) > LIKE_PERCENT) {
            check_add(out, rule,
                      arena_printf(reading->arena, "subject like that of an email written before: \"%.*s\"",
                                   STR_ARG(input->recent[i].subject)));
            return;
        }
    }
}

CHECK_RULE_RUN(check_repeated)
{
    const struct draft *draft = reading->input->draft;
    for (size_t i = 0; i < draft->paragraph_count; i++) {
        struct triples own = read_triples(draft->paragraphs[i].text, reading->arena);
        for (size_t j = 0; j < i; j++) {
            struct triples other = read_triples(draft->paragraphs[j].text, reading->arena);
            if (likeness(&own, &other) > LIKE_PERCENT)
                check_add(out, rule,
                          arena_printf(reading->arena, "paragraph %zu is nearly paragraph %zu", i + 1, j + 1));
        }
    }
}

/* --- near duplicates ----------------------------------------------------------------------------------------------- */

static void vote(int votes[64], uint64_t hash)
{
    for (int bit = 0; bit < 64; bit++)
        votes[bit] += (hash >> bit & 1) != 0 ? 1 : -1;
}

/* SimHash (Charikar 2002) over triples of words. */
uint64_t check_fingerprint(const struct draft *draft, struct arena *arena)
{
    int votes[64] = {0};
    uint64_t print = 0;
    for (size_t i = 0; i < draft->paragraph_count; i++) {
        struct str rest = str_trim(wording_words(draft->paragraphs[i].text, arena));
        struct str last[2] = {STR_NONE, STR_NONE};
        while (!str_is_none(rest) && rest.len > 0) {
            struct str word = str_cut(&rest, ' ');
            if (!str_is_none(last[0]))
                vote(votes, hash_mix((struct str){last[0].ptr, (size_t)(word.ptr + word.len - last[0].ptr)}, 0));
            last[0] = last[1];
            last[1] = word;
        }
    }
    for (int bit = 0; bit < 64; bit++)
        print |= votes[bit] > 0 ? UINT64_C(1) << bit : 0;
    return print;
}

CHECK_RULE_RUN(check_near_duplicate)
{
    enum { BITS_MAX = 6 };
    const struct check_input *input = reading->input;
    uint64_t own = check_fingerprint(input->draft, reading->arena);
    for (size_t i = 0; i < input->recent_count; i++) {
        int bits = 0;
        for (uint64_t differ = own ^ input->recent[i].fingerprint; differ != 0; differ &= differ - 1)
            bits++;
        if (bits <= BITS_MAX) {
            check_add(out, rule, STR("nearly the text of an email written before"));
            return;
        }
    }
}
