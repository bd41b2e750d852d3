/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rule against the client's own data in a text. A writer was told none of it, so whatever is found got in by a hole
 * somewhere. Values of three letters or more count, as whole words; what a text may name anyway (its facts) is taken out
 * first; and a name that is also an ordinary word (Rose, Long) counts only where it is written as a name, which shows in
 * languages that write their nouns small. Details say what kind of value it was, never the value. */
#include "base/utf8.h"
#include "core/check_text.h"
#include "core/wording.h"

#define LETTERS_MIN 3

struct search {
    const struct check_texts *texts;
    const struct language *language;
    struct arena *arena;
    struct check_findings *out;
    const struct check_rule *rule;
};

static bool ends_sentence(char c) { return c == '.' || c == '!' || c == '?' || c == ':' || c == '"' || c == '('; }

/* True when the raw text has the word with a capital first letter inside a sentence. */
static bool is_written_as_name(struct str raw, struct str word, struct arena *arena)
{
    struct str rest = raw;
    char before = '.';
    while (!str_is_none(rest)) {
        struct str token = str_cut(&rest, ' ');
        if (token.len == 0)
            continue;
        bool capital = token.ptr[0] >= 'A' && token.ptr[0] <= 'Z';
        if (capital && !ends_sentence(before) && wording_has(wording_bare_words(token, arena), word))
            return true;
        before = token.ptr[token.len - 1];
    }
    return false;
}

static bool is_said(const struct search *search, const struct check_text *text, struct str words)
{
    if (!wording_has(text->bare, words))
        return false;
    struct str word = str_trim(words);
    return wording_count(words) > 1 || !wording_is_common(word, search->language) ||
           (!search->language->capital_nouns && is_written_as_name(text->rest_raw, word, search->arena));
}

/* Looks for the whole value as a phrase. */
static void find_phrase(const struct search *search, const char *kind, struct str value)
{
    struct str words = wording_bare_words(value, search->arena);
    if (utf8_length(str_trim(words)) < LETTERS_MIN)
        return;
    for (size_t i = 0; i < search->texts->count; i++)
        if (is_said(search, &search->texts->items[i], words))
            check_add(search->out, search->rule,
                      arena_printf(search->arena, "%.*s: %s", STR_ARG(search->texts->items[i].where), kind));
}

/* Looks for each word of the value. */
static void find_words(const struct search *search, const char *kind, struct str value)
{
    struct str rest = str_trim(wording_words(value, search->arena));
    while (!str_is_none(rest))
        find_phrase(search, kind, str_cut(&rest, ' '));
}

static void find_attributes(const struct search *search, struct str attributes)
{
    struct json *object = NULL;
    struct json_error error;
    void *iter = NULL;
    struct str name;
    const struct json *value;
    if (str_is_empty(attributes) || json_parse(attributes, &object, &error) != RC_OK)
        return;
    while (json_each(object, &iter, &name, &value))
        if (json_is(value, JSON_STRING))
            find_phrase(search, "an attribute of the client", json_str(value));
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
    const struct client *client = input->client;
    struct search search = {check_texts_of(input, arena), check_language(input), arena, out, rule};
    struct str local = client->email;
    local = str_is_empty(local) ? STR_NONE : str_cut(&local, '@');
    find_words(&search, "first name", client->first_name);
    find_words(&search, "last name", client->last_name);
    find_words(&search, "part of the mail address", local);
    find_phrase(&search, "mail address", client->email);
    find_phrase(&search, "client id", client->id);
    find_phrase(&search, "place", city_of(client->time_zone));
    find_attributes(&search, client->attributes);
}
