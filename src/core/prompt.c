/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Instructions and data are kept apart: what comes from clients, orders and the catalogue stands only in the user message,
 * as JSON, cleaned of what cannot be seen and cut to a size; the instructions hold the program's own words and what staff
 * wrote in the policy. A product whose name an email may not say has no fact, and is not shown to a model at all. */
#include "core/prompt.h"

#include "base/utf8.h"
#include "core/check.h"
#include "core/language.h"
#include "core/prompt_text.h"

#define DATA_TEXT_MAX 80 /* code points of a text of the data */

/* --- texts --------------------------------------------------------------------------------------------------------- */

/* One line of at most `max` code points, without control, bidi and zero-width characters. */
static struct str clean(struct str text, size_t max, struct arena *arena)
{
    struct buf out = {0};
    size_t count = 0;
    while (text.len > 0 && count < max) {
        struct str before = text;
        int32_t c = utf8_next(&text);
        struct str one = {before.ptr, before.len - text.len};
        if (c < 0 || utf8_has_control(one))
            continue;
        buf_add(&out, one);
        count++;
    }
    struct str result = arena_str(arena, str_trim(buf_str(&out)));
    buf_clear(&out);
    return result;
}

/* "- entry" lines of the policy's JSON array under a heading; nothing when it is empty. */
static void add_entries(struct buf *out, const char *heading, struct str json_array)
{
    struct json *entries = NULL;
    struct json_error error;
    if (json_parse(json_array, &entries, &error) == RC_OK && json_size(entries) > 0) {
        buf_add(out, str_of(heading));
        for (size_t i = 0; i < json_size(entries); i++) {
            buf_add(out, STR("- "));
            buf_add(out, json_str(json_at(entries, i)));
            buf_add(out, STR("\n"));
        }
    }
    json_free(entries);
}

static struct str make_system(const struct policy *policy, struct arena *arena)
{
    struct buf out = {0};
    buf_add(&out, str_of(PROMPT_INSTRUCTIONS));
    buf_add(&out, STR("\nThe shop's voice\n"));
    if (!str_is_empty(policy->brand_tone)) {
        buf_add(&out, STR("- Tone: "));
        buf_add(&out, policy->brand_tone);
        buf_add(&out, STR("\n"));
    }
    add_entries(&out, "Do:\n", policy->brand_do);
    add_entries(&out, "Don't:\n", policy->brand_dont);
    add_entries(&out, "Never use these words:\n", policy->brand_banned);
    if (!str_is_empty(policy->brand_example)) {
        buf_add(&out, STR("A text in this voice. Take its voice, never its content:\n"));
        buf_add(&out, policy->brand_example);
        buf_add(&out, STR("\n"));
    }
    struct str result = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return result;
}

/* --- data ---------------------------------------------------------------------------------------------------------- */

/* The fact that lets an email say the product's name; NULL: it may not be said. */
static const struct fact *fact_of(const struct brief *brief, const struct product *product)
{
    for (size_t i = 0; i < brief->fact_count; i++)
        if (brief->facts[i].kind == FACT_PRODUCT && str_equal(brief->facts[i].text, product->name))
            return &brief->facts[i];
    return NULL;
}

static void put_facts(const struct brief *brief, struct arena *arena, struct json_out *out)
{
    json_key(out, "facts");
    json_begin_array(out);
    for (size_t i = 0; i < brief->fact_count; i++) {
        json_begin_object(out);
        json_pair_str(out, "id", brief->facts[i].id);
        json_pair_str(out, "kind", field_enum_word(FACT_KIND_WORDS, brief->facts[i].kind));
        json_pair_str(out, "text", clean(brief->facts[i].text, DATA_TEXT_MAX, arena));
        json_end_object(out);
    }
    json_end_array(out);
}

static void put_products(const struct brief *brief, struct arena *arena, struct json_out *out)
{
    json_key(out, "products");
    json_begin_array(out);
    for (size_t i = 0; i < brief->product_count; i++) {
        const struct product *product = &brief->products[i];
        const struct fact *fact = fact_of(brief, product);
        if (fact == NULL)
            continue;
        json_begin_object(out);
        json_pair_str(out, "id", product->id);
        json_pair_str(out, "name", clean(product->name, DATA_TEXT_MAX, arena));
        json_pair_str(out, "category", clean(product->category, DATA_TEXT_MAX, arena));
        json_pair_str(out, "fact", fact->id);
        json_end_object(out);
    }
    json_end_array(out);
}

/* What the last draft broke: the rule's own promise, never a word of that draft. */
static void put_codes(const struct prompt_input *input, struct json_out *out)
{
    json_key(out, "the_last_draft_broke");
    json_begin_array(out);
    for (size_t i = 0; i < input->code_count; i++)
        for (size_t r = 0; r < CHECK_RULE_COUNT; r++)
            if (str_equal(input->codes[i], str_of(CHECK_RULES[r].code)))
                json_put_str(out, str_of(CHECK_RULES[r].promise));
    json_end_array(out);
}

static struct str make_user(const struct prompt_input *input, struct arena *arena)
{
    const struct brief *brief = input->brief;
    const struct language *language = language_of(brief->locale);
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "language", language != NULL ? str_of(language->name) : brief->locale);
    json_pair_str(&out, "locale", clean(brief->locale, DATA_TEXT_MAX, arena));
    put_facts(brief, arena, &out);
    put_products(brief, arena, &out);
    if (input->code_count > 0)
        put_codes(input, &out);
    if (!str_is_empty(input->hint))
        json_pair_str(&out, "wish", clean(input->hint, PROMPT_HINT_MAX, arena));
    json_end_object(&out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

/* --- the answer's schema ------------------------------------------------------------------------------------------- */

static void put_type(struct json_out *out, const char *name, const char *type)
{
    json_key(out, name);
    json_begin_object(out);
    json_pair_str(out, "type", str_of(type));
    json_end_object(out);
}

static void begin_enum(struct json_out *out, const char *name)
{
    if (name != NULL)
        json_key(out, name);
    json_begin_object(out);
    json_pair_str(out, "type", STR("string"));
    json_key(out, "enum");
    json_begin_array(out);
}

static void end_enum(struct json_out *out)
{
    json_end_array(out);
    json_end_object(out);
}

static void begin_list(struct json_out *out, const char *name)
{
    json_key(out, name);
    json_begin_object(out);
    json_pair_str(out, "type", STR("array"));
    json_key(out, "items");
}

static void put_fact_ids(const struct brief *brief, struct json_out *out)
{
    begin_list(out, "facts");
    begin_enum(out, NULL);
    for (size_t i = 0; i < brief->fact_count; i++)
        json_put_str(out, brief->facts[i].id);
    end_enum(out);
    json_end_object(out);
}

/* An object all of whose members are required and that has no other, as strict modes want it. */
static void begin_object(struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "type", STR("object"));
    json_key(out, "properties");
    json_begin_object(out);
}

static void end_object(struct json_out *out, const char *const *members)
{
    json_end_object(out);
    json_key(out, "required");
    json_begin_array(out);
    for (; *members != NULL; members++)
        json_put_str(out, str_of(*members));
    json_end_array(out);
    json_pair_bool(out, "additionalProperties", false);
    json_end_object(out);
}

static void put_paragraphs(const struct brief *brief, struct json_out *out)
{
    static const char *const MEMBERS[] = {"text", "facts", NULL};
    begin_list(out, "paragraphs");
    begin_object(out);
    put_type(out, "text", "string");
    put_fact_ids(brief, out);
    end_object(out, MEMBERS);
    json_end_object(out);
}

static void put_picks(const struct brief *brief, struct json_out *out)
{
    static const char *const MEMBERS[] = {"product_id", "reason", "facts", NULL};
    size_t offered = 0;
    begin_list(out, "picks");
    begin_object(out);
    begin_enum(out, "product_id");
    for (size_t i = 0; i < brief->product_count; i++)
        if (fact_of(brief, &brief->products[i]) != NULL) {
            json_put_str(out, brief->products[i].id);
            offered++;
        }
    if (offered == 0) /* an enum may not be empty; a pick of it is refused as an unknown product */
        json_put_str(out, STR("none"));
    end_enum(out);
    put_type(out, "reason", "string");
    put_fact_ids(brief, out);
    end_object(out, MEMBERS);
    json_end_object(out);
}

static void put_sign_offs(struct str json_array, struct json_out *out)
{
    struct json *list = NULL;
    struct json_error error;
    bool some = json_parse(json_array, &list, &error) == RC_OK && json_size(list) > 0;
    if (some) {
        begin_enum(out, "sign_off");
        for (size_t i = 0; i < json_size(list); i++)
            json_put_str(out, json_str(json_at(list, i)));
        end_enum(out);
    } else {
        put_type(out, "sign_off", "string");
    }
    json_free(list);
}

static struct str make_schema(const struct prompt_input *input, struct arena *arena)
{
    static const char *const MEMBERS[] = {"subject",    "preheader", "paragraphs", "picks",          "cta_label",
                                          "cta_target", "sign_off",  "abstain",    "abstain_reason", NULL};
    static const char *const TARGETS[] = {"shop", "category", "account"};
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    begin_object(&out);
    put_type(&out, "subject", "string");
    put_type(&out, "preheader", "string");
    put_paragraphs(input->brief, &out);
    put_picks(input->brief, &out);
    put_type(&out, "cta_label", "string");
    begin_enum(&out, "cta_target");
    for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++)
        json_put_str(&out, str_of(TARGETS[i]));
    end_enum(&out);
    put_sign_offs(str_is_empty(input->brief->sign_offs) ? input->policy->brand_sign_offs : input->brief->sign_offs,
                  &out);
    put_type(&out, "abstain", "boolean");
    put_type(&out, "abstain_reason", "string");
    end_object(&out, MEMBERS);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

enum rc prompt_make(const struct prompt_input *input, struct arena *arena, struct prompt *out)
{
    *out = (struct prompt){.version = PROMPT_VERSION};
    if (input->brief->fact_count == 0)
        return RC_INVALID;
    out->system = make_system(input->policy, arena);
    out->user = make_user(input, arena);
    out->schema = make_schema(input, arena);
    return RC_OK;
}
