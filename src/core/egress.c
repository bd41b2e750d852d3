/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The brief never holds the client's own data, so whatever this search finds got in by a hole: a field that somebody added,
 * a wish that staff wrote. It trusts nothing that built the request, only the bytes: they are parsed, strings that are JSON
 * themselves are parsed again, and every string is looked at except the instructions when they are, byte for byte, those
 * that every client of the shop gets.
 *
 * A value with an @, of three words or more, or of letters and digits mixed is a person's wherever it stands. One or two
 * words may be ordinary ones (May, Rose, Order): they count in the data only (the user message), where the shop's own words
 * have been taken out first; a common word of the language only when it is written as a name. */
#include "core/egress.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "core/check.h"
#include "core/language.h"
#include "core/wording.h"

#define LETTERS_MIN 2 /* a single letter proves nothing */
#define TEXTS_MAX 512
#define DEPTH_MAX 16

struct text {
    struct str raw;
    struct str words; /* all of it, see core/wording.h */
    struct str rest;  /* data only: without the shop's own words; STR_NONE elsewhere */
};
struct search {
    const struct prompt *prompt;
    const struct brief *brief;
    const struct language *language;
    struct arena *arena;
    struct text *texts;
    size_t count;
};

/* --- the strings of the request ------------------------------------------------------------------------------------ */

static struct str without_vocabulary(const struct search *s, struct str words)
{
    const struct brief *brief = s->brief;
    for (size_t i = 0; i < brief->fact_count; i++)
        words = wording_without(words, wording_words(brief->facts[i].text, s->arena), s->arena);
    for (size_t i = 0; i < brief->product_count; i++) {
        const struct product *product = &brief->products[i];
        const struct str own[] = {product->name, product->category, product->id};
        for (size_t k = 0; k < sizeof own / sizeof own[0]; k++)
            words = wording_without(words, wording_words(own[k], s->arena), s->arena);
    }
    return words;
}

/* Texts of our own that the data holds for every client. */
static bool is_constant(const struct search *s, struct str text)
{
    for (const char *const *word = FACT_KIND_WORDS; *word != NULL; word++)
        if (str_equal(text, str_of(*word)))
            return true;
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++)
        if (str_equal(text, str_of(CHECK_RULES[i].promise)))
            return true;
    for (size_t i = 0; i < s->brief->fact_count; i++)
        if (str_equal(text, s->brief->facts[i].id))
            return true;
    return (s->language != NULL && str_equal(text, str_of(s->language->name))) || str_equal(text, s->brief->locale);
}

static void add_text(struct search *s, struct str raw, bool data)
{
    if (s->count == TEXTS_MAX || str_equal(raw, s->prompt->system))
        return;
    struct text *text = &s->texts[s->count++];
    text->raw = arena_str(s->arena, raw);
    /* as it is written, and without possessive endings */
    text->words = arena_printf(s->arena, "%.*s|%.*s", STR_ARG(wording_words(text->raw, s->arena)),
                               STR_ARG(wording_bare_words(text->raw, s->arena)));
    text->rest = data && !is_constant(s, raw) ? without_vocabulary(s, text->words) : STR_NONE;
}

static void walk(struct search *s, const struct json *value, bool data, int depth);

/* The user message is JSON within a JSON string. */
static void add_string(struct search *s, struct str raw, bool data, int depth)
{
    struct json *inner = NULL;
    struct json_error error;
    bool user = str_equal(raw, s->prompt->user);
    if (raw.len > 1 && (raw.ptr[0] == '{' || raw.ptr[0] == '[') && json_parse(raw, &inner, &error) == RC_OK)
        walk(s, inner, data || user, depth + 1);
    else
        add_text(s, raw, data);
    json_free(inner);
}

static void walk(struct search *s, const struct json *value, bool data, int depth)
{
    void *iter = NULL;
    struct str name;
    const struct json *member;
    if (depth > DEPTH_MAX)
        return;
    if (json_is(value, JSON_STRING))
        add_string(s, json_str(value), data, depth);
    for (size_t i = 0; json_is(value, JSON_ARRAY) && i < json_size(value); i++)
        walk(s, json_at(value, i), data, depth + 1);
    while (json_is(value, JSON_OBJECT) && json_each(value, &iter, &name, &member))
        walk(s, member, data, depth + 1);
}

/* --- the client's values ------------------------------------------------------------------------------------------- */

/* Letters and digits mixed, or a long number: nobody writes such a word by chance. */
static bool is_token(struct str word)
{
    size_t digits = 0;
    for (size_t i = 0; i < word.len; i++)
        digits += word.ptr[i] >= '0' && word.ptr[i] <= '9';
    return word.len >= 6 && digits >= 2;
}

/* The word with a capital first letter, somewhere in the text. */
static bool is_written_as_name(struct str raw, struct str word, struct arena *arena)
{
    struct str rest = raw;
    while (!str_is_none(rest)) {
        struct str token = str_cut(&rest, ' ');
        bool lower = token.len > 0 && token.ptr[0] >= 'a' && token.ptr[0] <= 'z';
        if (!lower && wording_has(wording_bare_words(token, arena), word))
            return true;
    }
    return false;
}

static bool is_common(const struct search *s, struct str word)
{
    return s->language != NULL && (wording_is_listed(word, s->language->lists[WORDS_COMMON]) ||
                                   wording_is_listed(word, s->language->lists[WORDS_FUNCTION]));
}

/* In the data, where the shop's own words do not stand. */
static bool is_in_data(const struct search *s, struct str words)
{
    struct str word = str_trim(words);
    bool common = wording_count(words) == 1 && is_common(s, word);
    for (size_t i = 0; i < s->count; i++) {
        const struct text *text = &s->texts[i];
        if (!str_is_none(text->rest) && wording_has(text->rest, words) &&
            (!common || is_written_as_name(text->raw, word, s->arena)))
            return true;
    }
    return false;
}

static bool is_anywhere(const struct search *s, struct str words)
{
    for (size_t i = 0; i < s->count; i++)
        if (wording_has(s->texts[i].words, words))
            return true;
    return false;
}

/* True when the value stands in the request. */
static bool is_there(const struct search *s, struct str value)
{
    struct str words = wording_words(value, s->arena), word = str_trim(words);
    if (utf8_length(word) < LETTERS_MIN)
        return false;
    bool unmistakable = str_contains(value, STR("@")) || is_token(word) || wording_count(words) >= 3;
    return unmistakable ? is_anywhere(s, words) : is_in_data(s, words);
}

static const char *find_attribute(const struct search *s, struct str attributes)
{
    struct json *object = NULL;
    struct json_error error;
    void *iter = NULL;
    struct str name;
    const struct json *value;
    const char *found = NULL;
    if (str_is_empty(attributes) || json_parse(attributes, &object, &error) != RC_OK)
        return NULL;
    while (found == NULL && json_each(object, &iter, &name, &value)) {
        struct buf text = {0};
        if (json_is(value, JSON_STRING))
            buf_add(&text, json_str(value));
        else if (json_is(value, JSON_INT) || json_is(value, JSON_REAL))
            json_dump(value, &text);
        struct str shown = arena_str(s->arena, buf_str(&text));
        if (shown.len >= 4 && is_there(s, shown))
            found = "attribute";
        buf_clear(&text);
    }
    json_free(object);
    return found;
}

static struct str local_part(struct str email) { return str_is_empty(email) ? STR_NONE : str_cut(&email, '@'); }

static const char *find_value(const struct search *s, const struct client *client)
{
    const struct {
        const char *kind;
        struct str value;
    } values[] = {{"email", client->email},           {"email", local_part(client->email)},
                  {"first_name", client->first_name}, {"last_name", client->last_name},
                  {"client_id", client->id},          {"person", client->person},
                  {"time_zone", client->time_zone}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (!str_is_empty(values[i].value) && is_there(s, values[i].value))
            return values[i].kind;
    return find_attribute(s, client->attributes);
}

enum rc egress_search(struct str body, const struct prompt *prompt, const struct brief *brief,
                      const struct client *client, struct arena *arena, const char **kind)
{
    struct search s = {.prompt = prompt, .brief = brief, .language = language_of(brief->locale), .arena = arena};
    struct json *request = NULL;
    struct json_error error;
    *kind = NULL;
    if (str_is_empty(body))
        return RC_OK; /* nothing leaves */
    if (json_parse(body, &request, &error) != RC_OK) {
        *kind = "unreadable"; /* bytes that cannot be looked through do not leave */
        return RC_DENIED;
    }
    s.texts = arena_new(arena, TEXTS_MAX, sizeof *s.texts);
    walk(&s, request, false, 0);
    json_free(request);
    *kind = s.count == TEXTS_MAX ? "unreadable" : find_value(&s, client);
    return *kind == NULL ? RC_OK : RC_DENIED;
}

/* --- the manifest -------------------------------------------------------------------------------------------------- */

static void put_entry(struct json_out *out, struct str field, struct str value, struct arena *arena)
{
    struct str hex = hash_sha256_hex(value, arena);
    json_begin_object(out);
    json_pair_str(out, "field", field);
    json_pair_str(out, "hash", (struct str){hex.ptr, 16});
    json_end_object(out);
}

/* "facts.F2.category", "products.p1", "wish": what the data holds, each with the hash of what left. */
static void put_data(struct json_out *out, const struct json *data, struct arena *arena)
{
    static const char *const TEXTS[] = {"language", "locale", "wish"};
    const struct json *facts = json_get(data, "facts"), *products = json_get(data, "products");
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        if (json_get(data, TEXTS[i]) != NULL)
            put_entry(out, str_of(TEXTS[i]), json_get_str(data, TEXTS[i]), arena);
    for (size_t i = 0; i < json_size(facts); i++) {
        struct str id = json_get_str(json_at(facts, i), "id"), kind = json_get_str(json_at(facts, i), "kind");
        put_entry(out, arena_printf(arena, "facts.%.*s.%.*s", STR_ARG(id), STR_ARG(kind)),
                  json_get_str(json_at(facts, i), "text"), arena);
    }
    for (size_t i = 0; i < json_size(products); i++)
        put_entry(out, arena_printf(arena, "products.%.*s", STR_ARG(json_get_str(json_at(products, i), "id"))),
                  json_get_str(json_at(products, i), "name"), arena);
}

struct str egress_manifest(const struct prompt *prompt, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    struct json *data = NULL;
    struct json_error error;
    json_out_init(&out, &text);
    json_begin_array(&out);
    put_entry(&out, STR("instructions"), prompt->system, arena);
    if (json_parse(prompt->user, &data, &error) == RC_OK)
        put_data(&out, data, arena);
    put_entry(&out, STR("data"), prompt->user, arena);
    put_entry(&out, STR("schema"), prompt->schema, arena);
    json_end_array(&out);
    struct str result = arena_str(arena, buf_str(&text));
    json_free(data);
    buf_clear(&text);
    return result;
}
