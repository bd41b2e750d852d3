/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/links.h"

#include "base/json.h"

static struct str make(const struct step_env *env, const char *path, enum token_kind kind, struct str email_id,
                       uint8_t number, struct arena *arena)
{
    struct str token;
    if (token_make(&env->link_keys, kind, email_id, number, arena, &token) != RC_OK)
        return STR_NONE;
    return arena_printf(arena, "%.*s/%s/%.*s", STR_ARG(env->shop.public_url), path, STR_ARG(token));
}

struct str link_unsubscribe(const struct step_env *env, struct str email_id, struct arena *arena)
{
    return make(env, "u", TOKEN_UNSUBSCRIBE, email_id, 0, arena);
}

struct str link_why(const struct step_env *env, struct str email_id, struct arena *arena)
{
    return make(env, "why", TOKEN_WHY, email_id, 0, arena);
}

struct str link_click(const struct step_env *env, struct str email_id, uint8_t number, struct arena *arena)
{
    return make(env, "c", TOKEN_CLICK, email_id, number, arena);
}

struct str link_target(const struct step_env *env, const struct email *email, uint8_t number, struct arena *arena)
{
    if (number == LINK_SHOP)
        return env->shop.url;
    if (number < LINK_FIRST_PICK)
        return STR_NONE;
    struct json *picks = NULL;
    struct json_error error;
    if (str_is_none(email->picks) || json_parse(email->picks, &picks, &error) != RC_OK)
        return STR_NONE;
    struct str url = arena_str(arena, json_get_str(json_at(picks, (size_t)(number - LINK_FIRST_PICK)), "url"));
    json_free(picks);
    return url;
}
