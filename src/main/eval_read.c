/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_read.h"

#include <errno.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define BLOCK_BYTES 65536
#define ID_MAX_BYTES 128

struct str eval_label_word(enum eval_label label)
{
    return label == EVAL_CLEAN ? STR("clean") : label == EVAL_PLANTED ? STR("planted") : STR_NONE;
}

/* --- lines --------------------------------------------------------------------------------------------------------- */

enum rc eval_open(const char *path, struct eval_lines *lines, struct arena *arena, struct str *why)
{
    *lines = (struct eval_lines){.path = path};
    if (gzip_open(path, &lines->input) == RC_OK)
        return RC_OK;
    *why = arena_printf(arena, "cannot open %s: %s", path, strerror(errno));
    return RC_IO;
}

void eval_close(struct eval_lines *lines)
{
    gzip_close(lines->input);
    buf_clear(&lines->held);
    lines->input = NULL;
}

/* Reads until held has a line end behind `at`, the file ends, or there is more than a line may have. */
static enum rc fill(struct eval_lines *lines)
{
    size_t seen = lines->at;
    while (!lines->ended && lines->held.len - lines->at <= EVAL_LINE_MAX) {
        size_t got = 0;
        if (seen < lines->held.len && memchr(lines->held.ptr + seen, '\n', lines->held.len - seen))
            return RC_OK;
        if (lines->at > 0) { /* what was given is not needed any more */
            memmove(lines->held.ptr, lines->held.ptr + lines->at, lines->held.len - lines->at);
            lines->held.len -= lines->at;
            lines->at = 0;
        }
        seen = lines->held.len;
        enum rc rc = gzip_read(lines->input, buf_room(&lines->held, BLOCK_BYTES), BLOCK_BYTES, &got);
        if (rc != RC_OK)
            return rc;
        lines->held.len += got;
        lines->ended = got == 0;
    }
    return RC_OK;
}

/* The next line that is not blank; valid until the next call. RC_NOT_FOUND at the end. */
static enum rc next_line(struct eval_lines *lines, struct arena *arena, struct str *line, struct str *why)
{
    for (;;) {
        enum rc rc = fill(lines);
        if (rc != RC_OK) {
            *why = arena_printf(arena, "%s: cannot be read behind line %lld", lines->path, (long long)lines->number);
            return rc;
        }
        if (lines->at == lines->held.len)
            return RC_NOT_FOUND;
        struct str rest = {lines->held.ptr + lines->at, lines->held.len - lines->at};
        *line = str_cut(&rest, '\n');
        lines->at = lines->held.len - rest.len;
        lines->number++;
        if (line->len > EVAL_LINE_MAX) {
            *why = arena_printf(arena, "%s, line %lld: is longer than 1 MB", lines->path, (long long)lines->number);
            return RC_INVALID;
        }
        if (str_trim(*line).len > 0)
            return RC_OK;
    }
}

/* --- objects ------------------------------------------------------------------------------------------------------- */

struct reading {
    const struct eval_lines *lines;
    struct arena *arena;
    struct problems problems;
};

static void fault(struct reading *in, struct str pointer, const char *rule, const char *detail)
{
    problems_add(&in->problems, in->arena, pointer, rule, detail);
}

static struct str pointer_to(struct reading *in, struct str here, const char *name)
{
    return pointer_below(here, str_of(name), in->arena);
}

/* The first fault as a sentence. */
static enum rc end_reading(struct reading *in, struct str *why)
{
    if (in->problems.count == 0)
        return RC_OK;
    const struct problem *first = &in->problems.items[0];
    *why = arena_printf(in->arena, "%s, line %lld: %.*s%s%.*s (rule %.*s)", in->lines->path,
                        (long long)in->lines->number, STR_ARG(first->pointer), first->pointer.len > 0 ? " " : "",
                        STR_ARG(first->detail), STR_ARG(first->rule));
    return RC_INVALID;
}

/* NULL with a fault when the line is no JSON object. */
static struct json *parse_object(struct reading *in, struct str line)
{
    struct json *object = NULL;
    struct json_error error;
    if (json_parse(line, &object, &error) != RC_OK)
        fault(in, STR(""), "json", arena_str(in->arena, str_of(error.text)).ptr);
    else if (!json_is(object, JSON_OBJECT))
        fault(in, STR(""), "type", "must be an object");
    else
        return object;
    json_free(object);
    return NULL;
}

/* A member that must be a text; `least` 1: and must say something. */
static struct str need_text(struct reading *in, const struct json *object, struct str here, const char *name,
                            size_t least)
{
    const struct json *value = json_get(object, name);
    struct str text = json_str(value);
    if (value == NULL)
        fault(in, pointer_to(in, here, name), "required", "is missing");
    else if (str_is_none(text))
        fault(in, pointer_to(in, here, name), "type", "must be a text");
    else if (text.len < least)
        fault(in, pointer_to(in, here, name), "length", "must not be empty");
    return str_is_none(text) ? STR("") : arena_str(in->arena, text);
}

static struct str need_id(struct reading *in, const struct json *object, struct str here, const char *name)
{
    struct str id = need_text(in, object, here, name, 1);
    if (id.len > ID_MAX_BYTES)
        fault(in, pointer_to(in, here, name), "length", "must have at most 128 bytes");
    return id;
}

/* A member that may be missing or null. */
static struct str may_text(struct reading *in, const struct json *object, struct str here, const char *name)
{
    const struct json *value = json_get(object, name);
    if (value == NULL || json_is(value, JSON_NULL))
        return STR_NONE;
    return need_text(in, object, here, name, 0);
}

static const struct json *need_list(struct reading *in, const struct json *object, const char *name, size_t most)
{
    const struct json *list = json_get(object, name);
    if (list == NULL)
        fault(in, pointer_to(in, STR_NONE, name), "required", "is missing");
    else if (!json_is(list, JSON_ARRAY) || json_size(list) > most)
        fault(in, pointer_to(in, STR_NONE, name), "type",
              arena_printf(in->arena, "must be a list of at most %zu objects", most).ptr);
    else
        return list;
    return NULL;
}

/* --- briefs -------------------------------------------------------------------------------------------------------- */

/* A set made elsewhere may know other kinds of facts. What matters to the checks is whether a text names goods, and so needs
 * its fact cited, or is about the shop or the season. */
static int kind_of(struct str word)
{
    static const struct {
        const char *word;
        enum fact_kind kind;
    } OTHERS[] = {{"brand", FACT_SHOP},          {"store", FACT_SHOP},        {"shop_name", FACT_SHOP},
                  {"time", FACT_SEASON},         {"holiday", FACT_SEASON},    {"weather", FACT_SEASON},
                  {"recency", FACT_SEASON},      {"interest", FACT_CATEGORY}, {"preference", FACT_CATEGORY},
                  {"collection", FACT_CATEGORY}, {"purchase", FACT_BOUGHT},   {"history", FACT_BOUGHT},
                  {"order", FACT_BOUGHT},        {"owned", FACT_BOUGHT}};
    int kind = field_enum_from(FACT_KIND_WORDS, word);
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0] && kind < 0; i++)
        if (str_equal_nocase(word, str_of(OTHERS[i].word)))
            kind = (int)OTHERS[i].kind;
    return kind < 0 ? (int)FACT_PRODUCT : kind;
}

static void read_facts(struct reading *in, const struct json *object, struct brief *brief)
{
    const struct json *list = need_list(in, object, "facts", BRIEF_FACTS_MAX);
    for (size_t i = 0; i < json_size(list); i++) {
        struct str here = arena_printf(in->arena, "/facts/%zu", i);
        const struct json *item = json_at(list, i);
        struct fact *fact = &brief->facts[brief->fact_count++];
        fact->id = need_id(in, item, here, "id");
        fact->kind = kind_of(need_text(in, item, here, "kind", 1));
        fact->text = need_text(in, item, here, "text", 1);
        for (size_t j = 0; j < i; j++)
            if (str_equal(brief->facts[j].id, fact->id))
                fault(in, pointer_to(in, here, "id"), "unique", "is the id of an earlier fact");
        if (fact->kind == FACT_SHOP && str_is_empty(brief->shop_name))
            brief->shop_name = fact->text;
    }
}

static void read_products(struct reading *in, const struct json *object, struct brief *brief)
{
    const struct json *list = need_list(in, object, "products", BRIEF_PRODUCTS_MAX);
    for (size_t i = 0; i < json_size(list); i++) {
        struct str here = arena_printf(in->arena, "/products/%zu", i);
        const struct json *item = json_at(list, i);
        struct product *product = &brief->products[brief->product_count++];
        *product = (struct product){.id = need_id(in, item, here, "id"),
                                    .name = need_text(in, item, here, "name", 1),
                                    .category = may_text(in, item, here, "category"),
                                    .price_minor = json_get_i64(item, "price_minor", I64_NONE),
                                    .currency = may_text(in, item, here, "currency"),
                                    .in_stock = true};
        for (size_t j = 0; j < i; j++)
            if (str_equal(brief->products[j].id, product->id))
                fault(in, pointer_to(in, here, "id"), "unique", "is the id of an earlier product");
    }
}

/* A list of texts, as JSON; the one in force when it is not there. */
static struct str read_words(struct reading *in, const struct json *brand, const char *name, struct str in_force)
{
    const struct json *list = json_get(brand, name);
    struct buf text = {0};
    bool good = json_is(list, JSON_ARRAY);
    if (list == NULL || json_is(list, JSON_NULL))
        return in_force;
    for (size_t i = 0; good && i < json_size(list); i++)
        good = json_is(json_at(list, i), JSON_STRING);
    if (!good) {
        fault(in, pointer_to(in, STR("/brand"), name), "type", "must be a list of texts");
        return in_force;
    }
    json_dump(list, &text);
    struct str out = arena_str(in->arena, buf_str(&text));
    buf_clear(&text);
    return out;
}

static void read_brand(struct reading *in, const struct json *object, struct policy *policy)
{
    const struct json *brand = json_get(object, "brand");
    policy_default(policy, STR(""));
    policy->brand_sign_offs = STR("[]");
    if (brand == NULL || json_is(brand, JSON_NULL))
        return;
    if (!json_is(brand, JSON_OBJECT)) {
        fault(in, STR("/brand"), "type", "must be an object");
        return;
    }
    const struct {
        const char *name;
        struct str *slot;
        bool list;
    } members[] = {{"tone", &policy->brand_tone, false},
                   {"do", &policy->brand_do, true},
                   {"dont", &policy->brand_dont, true},
                   {"sign_offs", &policy->brand_sign_offs, true},
                   {"banned_phrases", &policy->brand_banned, true},
                   {"competitors", &policy->brand_competitors, true},
                   {"example", &policy->brand_example, false},
                   {"language", &policy->brand_language, false}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (members[i].list) {
            *members[i].slot = read_words(in, brand, members[i].name, *members[i].slot);
            continue;
        }
        struct str text = may_text(in, brand, STR("/brand"), members[i].name);
        if (!str_is_none(text))
            *members[i].slot = text;
    }
}

static void read_brief(struct reading *in, const struct json *object, struct eval_brief *out)
{
    struct str locale = may_text(in, object, STR_NONE, "locale");
    out->id = need_id(in, object, STR_NONE, "id");
    if (!str_is_empty(locale) && !RULE_LOCALE.holds(locale))
        fault(in, STR("/locale"), RULE_LOCALE.name, RULE_LOCALE.detail);
    read_brand(in, object, &out->policy);
    out->brief = (struct brief){.locale = str_is_empty(locale) ? STR("en") : locale,
                                .shop_name = STR(""),
                                .tone = out->policy.brand_tone,
                                .sign_offs = out->policy.brand_sign_offs,
                                .seed = hash_mix(out->id, 0)};
    read_facts(in, object, &out->brief);
    read_products(in, object, &out->brief);
}

/* --- the set ------------------------------------------------------------------------------------------------------- */

/* The slot of an id: its own, or the free one where it belongs. */
static size_t slot_of(const struct eval_set *set, struct str id)
{
    size_t slot = hash_mix(id, 0) % set->slot_count;
    while (set->slots[slot] != 0 && !str_equal(set->items[set->slots[slot] - 1]->id, id))
        slot = (slot + 1) % set->slot_count;
    return slot;
}

static void grow(struct eval_set *set)
{
    set->cap = set->cap == 0 ? 64 : 2 * set->cap;
    set->items = mem_resize(set->items, set->cap, sizeof *set->items);
    mem_free(set->slots);
    set->slot_count = 2 * set->cap;
    set->slots = mem_new(set->slot_count, sizeof *set->slots);
    for (size_t i = 0; i < set->count; i++)
        set->slots[slot_of(set, set->items[i]->id)] = i + 1;
}

const struct eval_brief *eval_set_find(const struct eval_set *set, struct str id)
{
    size_t found = set->count == 0 ? 0 : set->slots[slot_of(set, id)];
    return found == 0 ? NULL : set->items[found - 1];
}

static enum rc add_brief(struct eval_set *set, const struct eval_lines *lines, struct str line, struct str *why)
{
    struct reading in = {lines, &set->arena, {.count = 0}};
    struct eval_brief *brief = arena_new(&set->arena, 1, sizeof *brief);
    struct json *object = parse_object(&in, line);
    if (object != NULL)
        read_brief(&in, object, brief);
    if (object != NULL && eval_set_find(set, brief->id) != NULL)
        fault(&in, STR("/id"), "unique", "is the id of an earlier brief");
    json_free(object);
    enum rc rc = end_reading(&in, why);
    if (rc != RC_OK)
        return rc;
    if (set->count == set->cap)
        grow(set);
    set->items[set->count++] = brief;
    set->slots[slot_of(set, brief->id)] = set->count;
    return RC_OK;
}

enum rc eval_read_briefs(const char *path, struct eval_set *set, struct str *why)
{
    struct eval_lines lines;
    struct str line;
    *set = (struct eval_set){.count = 0};
    enum rc rc = eval_open(path, &lines, &set->arena, why);
    while (rc == RC_OK && (rc = next_line(&lines, &set->arena, &line, why)) == RC_OK)
        rc = add_brief(set, &lines, line, why);
    eval_close(&lines);
    if (rc == RC_NOT_FOUND && set->count == 0) {
        *why = arena_printf(&set->arena, "%s: there is no brief in it", path);
        return RC_INVALID;
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

void eval_set_clear(struct eval_set *set)
{
    mem_free(set->items);
    mem_free(set->slots);
    arena_clear(&set->arena);
    *set = (struct eval_set){.count = 0};
}

/* --- replies ------------------------------------------------------------------------------------------------------- */

/* The model's text; an object stands for its own JSON text. */
static struct str read_raw(struct reading *in, const struct json *object)
{
    const struct json *value = json_get(object, "raw");
    struct buf text = {0};
    if (!json_is(value, JSON_OBJECT))
        return need_text(in, object, STR_NONE, "raw", 0);
    json_dump(value, &text);
    struct str out = arena_str(in->arena, buf_str(&text));
    buf_clear(&text);
    return out;
}

static void read_reply(struct reading *in, const struct eval_set *set, const struct json *object,
                       struct eval_reply *out)
{
    struct str id = need_id(in, object, STR_NONE, "brief_id");
    struct str label = may_text(in, object, STR_NONE, "label");
    struct str class_name = may_text(in, object, STR_NONE, "class");
    out->brief = eval_set_find(set, id);
    if (out->brief == NULL && id.len > 0)
        fault(in, STR("/brief_id"), "unknown", "names no brief of the other file");
    out->raw = read_raw(in, object);
    out->class_name = str_is_none(class_name) ? STR("") : class_name;
    if (str_is_none(label))
        out->label = EVAL_UNLABELLED;
    else if (str_equal(label, STR("clean")) || str_equal(label, STR("planted")))
        out->label = str_equal(label, STR("clean")) ? EVAL_CLEAN : EVAL_PLANTED;
    else
        fault(in, STR("/label"), "enum", "must be clean or planted");
}

enum rc eval_next_reply(struct eval_lines *lines, const struct eval_set *set, struct arena *arena,
                        struct eval_reply *out, struct str *why)
{
    struct reading in = {lines, arena, {.count = 0}};
    struct str line;
    enum rc rc = next_line(lines, arena, &line, why);
    if (rc != RC_OK)
        return rc;
    *out = (struct eval_reply){.line = lines->number, .raw = STR("")};
    struct json *object = parse_object(&in, line);
    if (object != NULL)
        read_reply(&in, set, object, out);
    json_free(object);
    return end_reading(&in, why);
}
