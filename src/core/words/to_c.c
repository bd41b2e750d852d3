/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Build tool: turns the word files of all languages into one C file with the constant tables of core/language.h.
 *     words_to_c OUT.c FOLDER en de ...
 * What a file lacks is an error of the build, said in one sentence with file, key and entry, so that no language can be
 * half there. Lists are written folded, as core/wording.h spells: "Größe" may be typed as people write it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "core/language.h"

struct source {
    const char *path;
    struct json *json;
};
struct builder {
    struct arena arena;
    struct buf out;
    const char *folder, *language;
    const struct source *first_texts; /* English: other languages' texts have the same {names} */
};

static const char *const PHRASE_LISTS[] = {
    "subjects", "preheaders", "preheaders_picks", "openings", "middles", "middles_picks", "closings",
    "reasons",  "ctas",       "seasons",          NULL};
static const char *const FACTS[] = {"shop", "season", "category", "bought", NULL};
/* Members of texts.json that describe the language itself. */
#define CAPITAL_NOUNS "capital_nouns"
static const char *const ABOUT[] = {"name", "script", CAPITAL_NOUNS, NULL};

/* The build stops at the first error. */
static void fail(const char *path, const char *key, const char *what, struct str entry)
{
    fprintf(stderr, "%s: \"%s\" %s", path, key, what);
    if (!str_is_none(entry))
        fprintf(stderr, ": \"%.*s\"", STR_ARG(entry));
    fputc('\n', stderr);
    exit(1);
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

static struct source read_source(struct builder *b, const char *kind)
{
    struct source source = {.path = arena_printf(&b->arena, "%s/%s.%s.json", b->folder, b->language, kind).ptr};
    struct buf text = {0};
    struct json_error error;
    FILE *file = fopen(source.path, "rb");
    if (file == NULL)
        fail(source.path, b->language, "has no such file", STR_NONE);
    for (size_t got = 1; got > 0; text.len += got)
        got = fread(buf_room(&text, 65536), 1, 65536, file);
    fclose(file);
    if (json_parse(buf_str(&text), &source.json, &error) != RC_OK) {
        fprintf(stderr, "%s:%d:%d: %s\n", source.path, error.line, error.column, error.text);
        exit(1);
    }
    buf_clear(&text);
    return source;
}

static bool is_one_of(struct str name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (str_equal(name, str_of(*names)))
            return true;
    return false;
}

/* Every member is one of the two lists' names; that none is missing shows when each is asked for. */
static void check_keys(const struct source *source, const char *const *names, const char *const *more)
{
    void *iter = NULL;
    struct str name;
    const struct json *value;
    if (!json_is(source->json, JSON_OBJECT))
        fail(source->path, "", "must be an object", STR_NONE);
    while (json_each(source->json, &iter, &name, &value))
        if (!is_one_of(name, names) && !is_one_of(name, more))
            fail(source->path, "key", "is none of core/language.h", name);
}

static struct str need_text(const struct source *source, const char *key, const struct json *value)
{
    struct str text = json_str(value);
    if (value == NULL)
        fail(source->path, key, "is missing", STR_NONE);
    if (str_is_none(text))
        fail(source->path, key, "must be text", STR_NONE);
    if (str_is_empty(str_trim(text)) || str_trim(text).len != text.len || utf8_has_control(text))
        fail(source->path, key, "is empty, or has controls or blanks at an end", text);
    return text;
}

static const struct json *need_list(const struct source *source, const char *key, bool may_be_empty)
{
    const struct json *list = json_get(source->json, key);
    if (list == NULL)
        fail(source->path, key, "is missing", STR_NONE);
    if (!json_is(list, JSON_ARRAY))
        fail(source->path, key, "must be a list", STR_NONE);
    if (json_size(list) == 0 && !may_be_empty)
        fail(source->path, key, "may not be empty", STR_NONE);
    return list;
}

/* The next {name} of *rest, STR_NONE at the end. Braces that do not pair are an error. */
static struct str next_name(const struct source *source, const char *key, struct str *rest)
{
    struct str before = str_cut(rest, '{');
    bool open = !str_is_none(*rest);
    struct str name = open ? str_cut(rest, '}') : STR_NONE;
    if (str_contains(before, STR("}")) || (open && (str_is_none(*rest) || str_is_empty(name))))
        fail(source->path, key, "has a brace without its other half", before);
    return name;
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

/* A C literal. Bytes outside ASCII as octal escapes, which end after three digits, whatever follows. */
static void add_literal(struct buf *out, struct str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\' || c == '?')
            buf_add_char(out, '\\');
        if (c < 0x80)
            buf_add_char(out, (char)c);
        else
            buf_printf(out, "\\%03o", c);
    }
    buf_add_char(out, '"');
}

static bool is_plain(struct str word)
{
    bool any = false;
    while (word.len > 0) {
        int32_t c = utf8_next(&word);
        if (!utf8_is_letter(c) && !utf8_is_digit(c))
            return false;
        any = true;
    }
    return any;
}

/* One of an element's alternatives: letters and digits, a star at one end at most. */
static bool is_alternative(struct str word)
{
    if (str_starts_with(word, STR("*")))
        return is_plain((struct str){word.ptr + 1, word.len - 1});
    if (str_ends_with(word, STR("*")))
        word.len--;
    return is_plain(word);
}

/* An element of a pattern, see core/wording.h. Anything else could never be found in words. */
static bool is_element(struct str element)
{
    static const char *const SIGNS[] = {"...", "_", "#", "$", "^", NULL};
    if (str_ends_with(element, STR("?")))
        element.len--;
    if (is_one_of(element, SIGNS))
        return true;
    while (!str_is_none(element))
        if (!is_alternative(str_cut(&element, '|')))
            return false;
    return true;
}

static struct str spelling(struct builder *b, const struct source *source, const char *key, struct str phrase)
{
    struct str rest = phrase;
    while (!str_is_none(rest))
        if (!is_element(str_cut(&rest, ' ')))
            fail(source->path, key, "has an entry that is no pattern (core/wording.h)", phrase);
    return utf8_fold(phrase, &b->arena);
}

static void write_word_list(struct builder *b, const struct source *source, const char *key)
{
    const struct json *list =
        need_list(source, key, str_ends_with(str_of(key), STR("_harmless")) || strcmp(key, "selling") == 0);
    struct str *seen = arena_new(&b->arena, json_size(list) + 1, sizeof *seen);
    buf_printf(&b->out, "static const char *const %s_%s[] = {\n", b->language, key);
    for (size_t i = 0; i < json_size(list); i++) {
        seen[i] = spelling(b, source, key, need_text(source, key, json_at(list, i)));
        for (size_t before = 0; before < i; before++)
            if (str_equal(seen[before], seen[i]))
                fail(source->path, key, "has an entry twice", seen[i]);
        add_literal(&b->out, seen[i]);
        buf_add_c(&b->out, ",\n");
    }
    buf_add_c(&b->out, "NULL};\n");
}

/* The last phrase needs no fact, so that there is always one that can be said. */
static void write_phrase_list(struct builder *b, const struct source *source, const char *key)
{
    const struct json *list = need_list(source, key, false);
    bool seasons = strcmp(key, "seasons") == 0;
    if (seasons && json_size(list) != 12)
        fail(source->path, key, "must have twelve entries, one a month", STR_NONE);
    buf_printf(&b->out, "static const char *const %s_%s[] = {\n", b->language, key);
    for (size_t i = 0; i < json_size(list); i++) {
        struct str text = need_text(source, key, json_at(list, i)), rest = text, name;
        while (!str_is_none(name = next_name(source, key, &rest)))
            if (!is_one_of(name, FACTS) || seasons || i + 1 == json_size(list))
                fail(source->path, key, "has a {name} that it may not have here (the last phrase has none)", text);
        add_literal(&b->out, text);
        buf_add_c(&b->out, ",\n");
    }
    buf_add_c(&b->out, "NULL};\n");
}

static void check_same_names(struct builder *b, const struct source *source, const char *key, struct str text)
{
    struct str ours = text, first = json_get_str(b->first_texts->json, key), a, e;
    do {
        a = next_name(source, key, &ours);
        e = next_name(b->first_texts, key, &first);
        if (!str_equal(a, e))
            fail(source->path, key, "must have the same {names} as in the first language", text);
    } while (!str_is_none(a));
}

static void write_language(struct builder *b, const struct source *texts)
{
    buf_printf(&b->out, "static const struct language language_%s = {.code = \"%s\",\n", b->language, b->language);
    for (const char *const *about = ABOUT; *about != NULL; about++) {
        const struct json *value = json_get(texts->json, *about);
        buf_printf(&b->out, ".%s = ", *about);
        if (strcmp(*about, CAPITAL_NOUNS) != 0)
            add_literal(&b->out, need_text(texts, *about, value));
        else if (json_is(value, JSON_BOOL))
            buf_add_c(&b->out, json_bool(value) ? "true" : "false");
        else
            fail(texts->path, *about, "must be true or false", STR_NONE);
        buf_add_c(&b->out, ",\n");
    }
    buf_add_c(&b->out, ".lists = {\n");
    for (size_t i = 0; i < WORD_LISTS; i++)
        buf_printf(&b->out, "%s_%s,\n", b->language, WORD_LIST_NAMES[i]);
    buf_add_c(&b->out, "},\n.texts = {\n");
    for (size_t i = 0; i < LANGUAGE_TEXTS; i++) {
        const char *key = LANGUAGE_TEXT_NAMES[i];
        struct str text = need_text(texts, key, json_get(texts->json, key));
        check_same_names(b, texts, key, text);
        add_literal(&b->out, text);
        buf_add_c(&b->out, ",\n");
    }
    buf_add_c(&b->out, "},\n.phrases = {\n");
    for (const char *const *key = PHRASE_LISTS; *key != NULL; key++)
        buf_printf(&b->out, ".%s = %s_%s,\n", *key, b->language, *key);
    buf_add_c(&b->out, "}};\n\n");
}

static void add_language(struct builder *b, struct source *texts)
{
    static const char *const NONE[] = {NULL};
    struct source checks = read_source(b, "checks"), phrases = read_source(b, "phrases");
    *texts = read_source(b, "texts");
    if (b->first_texts == NULL)
        b->first_texts = texts;
    check_keys(&checks, WORD_LIST_NAMES, NONE);
    check_keys(texts, LANGUAGE_TEXT_NAMES, ABOUT);
    check_keys(&phrases, PHRASE_LISTS, NONE);
    for (size_t i = 0; i < WORD_LISTS; i++)
        write_word_list(b, &checks, WORD_LIST_NAMES[i]);
    for (const char *const *key = PHRASE_LISTS; *key != NULL; key++)
        write_phrase_list(b, &phrases, *key);
    write_language(b, texts);
    json_free(checks.json);
    json_free(phrases.json);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: words_to_c OUT.c FOLDER LANGUAGE...\n");
        return 2;
    }
    struct builder b = {.folder = argv[2]};
    struct source *texts = arena_new(&b.arena, (size_t)argc, sizeof *texts);
    buf_add_c(&b.out, "/* Made by src/core/words/to_c.c from the word files beside it. */\n#include <stddef.h>\n\n"
                      "#include \"core/language.h\"\n\n");
    for (int i = 3; i < argc; i++) {
        b.language = argv[i];
        add_language(&b, &texts[i]);
    }
    buf_add_c(&b.out, "const struct language *const LANGUAGES[] = {");
    for (int i = 3; i < argc; i++) {
        buf_printf(&b.out, "&language_%s, ", argv[i]);
        json_free(texts[i].json);
    }
    buf_add_c(&b.out, "NULL};\n");
    FILE *file = fopen(argv[1], "wb");
    bool written = file != NULL && fwrite(b.out.ptr, 1, b.out.len, file) == b.out.len;
    if (file == NULL || fclose(file) != 0 || !written) {
        fprintf(stderr, "%s: could not be written\n", argv[1]);
        return 1;
    }
    buf_clear(&b.out);
    arena_clear(&b.arena);
    return 0;
}
