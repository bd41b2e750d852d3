/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/language.h"

#include "base/buf.h"
#include "base/json.h"
#include "core/client.h"
#include "core/policy.h"

/* Locales are stored as they come: "de", "de-AT", "de_AT", "DE-at". */
const struct language *language_of(struct str locale)
{
    if (str_is_empty(locale))
        return LANGUAGES[0];
    size_t end = 0;
    while (end < locale.len && locale.ptr[end] != '-' && locale.ptr[end] != '_')
        end++;
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++)
        if (str_equal_nocase((struct str){locale.ptr, end}, str_of((*language)->code)))
            return *language;
    return NULL;
}

const struct language *language_for(const struct client *client, const struct policy *policy)
{
    const struct language *own = language_of(client->locale);
    if (own != NULL || str_is_empty(policy->brand_language))
        return own;
    return language_of(policy->brand_language);
}

struct str language_locale(const struct language *language, struct str locale, struct arena *arena)
{
    bool own = !str_is_empty(locale) && language_of(locale) == language;
    return own ? arena_str(arena, locale) : str_of(language->code);
}

struct str language_sign_offs(const struct language *language, const struct policy *policy, struct arena *arena)
{
    struct policy untouched;
    policy_default(&untouched, STR(""));
    bool chosen = !str_is_empty(policy->brand_sign_offs) && !str_equal(policy->brand_sign_offs, STR("[]"));
    if (chosen && (language == LANGUAGES[0] || !str_equal(policy->brand_sign_offs, untouched.brand_sign_offs)))
        return arena_str(arena, policy->brand_sign_offs);
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    json_put_str(&out, str_of(language->texts[TEXT_REGARDS]));
    json_end_array(&out);
    struct str own = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return own;
}

bool language_is_right_to_left(const struct language *language)
{
    static const char *const SCRIPTS[] = {"Arab", "Hebr", "Syrc", "Thaa", NULL};
    for (const char *const *script = SCRIPTS; *script != NULL; script++)
        if (str_equal(str_of(language->script), str_of(*script)))
            return true;
    return false;
}

struct str language_say(const struct language *language, enum language_text text, struct str name, struct str value,
                        struct arena *arena)
{
    struct buf out = {0};
    struct str rest = str_of(language->texts[text]);
    while (!str_is_none(rest)) {
        buf_add(&out, str_cut(&rest, '{'));
        if (str_is_none(rest))
            break;
        struct str found = str_cut(&rest, '}');
        if (str_equal(found, name))
            buf_add(&out, value);
        else
            buf_printf(&out, "{%.*s}", STR_ARG(found));
    }
    struct str said = arena_str(arena, buf_str(&out));
    buf_clear(&out);
    return said;
}
