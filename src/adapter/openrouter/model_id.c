/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/model_id.h"

#define MODEL_MAX_BYTES 200
#define DATE_MIN_DIGITS 4

static bool is_name(struct str id)
{
    for (size_t i = 0; i < id.len; i++)
        if ((unsigned char)id.ptr[i] <= ' ' || (unsigned char)id.ptr[i] >= 0x7F || id.ptr[i] == '?' ||
            id.ptr[i] == '#' || id.ptr[i] == '%' || id.ptr[i] == '\\' || id.ptr[i] == '"')
            return false;
    return id.len > 0 && id.len <= MODEL_MAX_BYTES && id.ptr[0] != '/' && !str_contains(id, STR(".."));
}

struct str model_id_base(struct str id)
{
    static const struct str VARIANTS[] = {STR_INIT("free"),   STR_INIT("nitro"),    STR_INIT("floor"),
                                          STR_INIT("online"), STR_INIT("extended"), STR_INIT("thinking"),
                                          STR_INIT("exacto")};
    struct str variant = id, base = str_cut(&variant, ':');
    for (size_t i = 0; i < sizeof VARIANTS / sizeof VARIANTS[0]; i++)
        if (str_equal_nocase(variant, VARIANTS[i]))
            return base;
    return id;
}

/* True when one of the variants behind the colons is `variant`. */
static bool has_variant(struct str id, struct str variant)
{
    str_cut(&id, ':');
    while (!str_is_none(id))
        if (str_equal_nocase(str_cut(&id, ':'), variant))
            return true;
    return false;
}

struct str model_id_fault(struct str id, bool allow_free)
{
    if (!is_name(id))
        return STR("it is no name of a model");
    if (id.ptr[0] == '~')
        return STR("a name that begins with ~ follows whatever model is the latest: name one model");
    if (str_starts_with(id, STR("openrouter/")))
        return STR("a router picks the model itself: name one model");
    if (has_variant(id, STR("online")))
        return STR("the variant :online sends the prompt to a web search");
    if (has_variant(id, STR("free")) && !allow_free)
        return STR("the variant :free is served by providers that may keep and train on what they are sent; with "
                   "made-up clients only, set REKINDLE_LLM_ALLOW_FREE=on");
    return STR_NONE;
}

/* "-20260917", "-2026-09-17", "-0613": hyphens and at least four digits. */
static bool is_date_suffix(struct str rest)
{
    size_t digits = 0;
    if (rest.len < 2 || rest.ptr[0] != '-' || rest.ptr[1] == '-')
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i] >= '0' && rest.ptr[i] <= '9')
            digits++;
        else if (rest.ptr[i] != '-')
            return false;
    }
    return digits >= DATE_MIN_DIGITS && digits <= 8;
}

bool model_id_matches(struct str asked, struct str canonical, struct str answered)
{
    struct str base = model_id_base(asked), plain = model_id_base(answered);
    if (str_equal_nocase(answered, asked) || str_equal_nocase(plain, base))
        return true;
    if (!str_is_empty(canonical) && str_equal_nocase(plain, model_id_base(canonical)))
        return true;
    if (plain.len <= base.len || !str_equal_nocase((struct str){plain.ptr, base.len}, base))
        return false;
    return is_date_suffix((struct str){plain.ptr + base.len, plain.len - base.len});
}
