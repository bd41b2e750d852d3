/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rule against the client's own data in a text. A writer was told none of it, so whatever is found got in by a hole
 * somewhere. Values of three letters or more count, as whole words; what a text may name anyway (its facts) is taken out
 * first; and a name that is also an ordinary word (Rose, Long) counts only where it is written as a name, which shows in
 * languages that write their nouns small. Details say what kind of value it was, never the value. */
#include "base/unicode.h"
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/wording.h"

#define LETTERS_MIN 3
#define NESTING_MAX 4 /* of attributes */

struct search {
    const struct check_reading *reading;
    struct check_findings *out;
    const struct check_rule *rule;
};

/* "Rose, we thought": spoken to at the beginning. */
static bool is_spoken_to(const struct check_text *text, struct str word, struct arena *arena)
{
    struct str rest = str_trim(text->rest_raw), first = str_cut(&rest, ' ');
    return first.len > 0 && first.ptr[first.len - 1] == ',' && wording_has(wording_bare_words(first, arena), word);
}

static bool is_said(const struct search *search, const struct check_text *text, struct str words)
{
    struct arena *arena = search->reading->arena;
    if (!wording_has(text->bare, words))
        return false;
    struct str word = str_trim(words);
    return wording_count(words) > 1 || !wording_is_common(word, search->reading->language) ||
           (!search->reading->language->capital_nouns && check_is_written_as_name(text->rest_raw, word, arena)) ||
           is_spoken_to(text, word, arena);
}

/* Looks for the whole value as a phrase. */
static void find_phrase(const struct search *search, const char *kind, struct str value)
{
    struct arena *arena = search->reading->arena;
    struct str words = wording_bare_words(value, arena);
    if (utf8_length(str_trim(words)) < LETTERS_MIN)
        return;
    for (size_t i = 0; i < search->reading->count; i++)
        if (is_said(search, &search->reading->texts[i], words))
            check_add(search->out, search->rule,
                      arena_printf(arena, "%.*s: %s", STR_ARG(search->reading->texts[i].where), kind));
}

/* Looks for each word of the value. */
static void find_words(const struct search *search, const char *kind, struct str value)
{
    struct str rest = str_trim(wording_bare_words(value, search->reading->arena));
    while (!str_is_none(rest))
        find_phrase(search, kind, str_cut(&rest, ' '));
}

/* Looks for neighbouring words of a longer value ("12 Baker Street"), of which one at least is out of the ordinary. */
static void find_pairs(const struct search *search, const char *kind, struct str value)
{
    enum { UNUSUAL_MIN = 4 };
    const struct language *language = search->reading->language;
    struct str rest = str_trim(wording_bare_words(value, search->reading->arena)), last = STR_NONE;
    while (!str_is_none(rest)) {
        struct str word = str_cut(&rest, ' ');
        bool unusual = (last.len >= UNUSUAL_MIN && !wording_is_common(last, language)) ||
                       (word.len >= UNUSUAL_MIN && !wording_is_common(word, language));
        if (last.len >= LETTERS_MIN && word.len >= LETTERS_MIN && unusual)
            find_phrase(search, kind, (struct str){last.ptr, last.len + 1 + word.len});
        last = word;
    }
}

static void find_value(const struct search *search, const struct json *value, int depth)
{
    void *iter = NULL;
    struct str name;
    const struct json *inner;
    if (json_is(value, JSON_STRING)) {
        find_phrase(search, "an attribute of the client", json_str(value));
        find_pairs(search, "part of an attribute of the client", json_str(value));
    }
    if (depth == NESTING_MAX)
        return;
    for (size_t i = 0; json_is(value, JSON_ARRAY) && i < json_size(value); i++)
        find_value(search, json_at(value, i), depth + 1);
    while (json_is(value, JSON_OBJECT) && json_each(value, &iter, &name, &inner))
        find_value(search, inner, depth + 1);
}

static void find_attributes(const struct search *search, struct str attributes)
{
    struct json *object = NULL;
    struct json_error error;
    if (str_is_empty(attributes) || json_parse(attributes, &object, &error) != RC_OK)
        return;
    find_value(search, object, 0);
    json_free(object);
}

/* "America/New_York": the place behind the last slash. */
static struct str city_of(struct str zone)
{
    struct str city = STR_NONE, rest = zone;
    bool has_slash = str_contains(zone, STR("/"));
    while (has_slash && !str_is_none(rest))
        city = str_cut(&rest, '/');
    return city;
}

CHECK_RULE_RUN(check_personal_data)
{
    const struct client *client = reading->input->client;
    struct search search = {reading, out, rule};
    if (client == NULL)
        return;
    struct str local = client->email;
    local = str_is_empty(local) ? STR_NONE : str_cut(&local, '@');
    find_words(&search, "first name", client->first_name);
    find_words(&search, "last name", client->last_name);
    find_words(&search, "part of the mail address", local);
    find_phrase(&search, "mail address", client->email);
    find_phrase(&search, "client id", client->id);
    find_phrase(&search, "person", client->person);
    find_phrase(&search, "place", city_of(client->time_zone));
    find_phrase(&search, "country",
                unicode_country_name(client->country, str_of(reading->language->code), reading->arena));
    find_attributes(&search, client->attributes);
}
