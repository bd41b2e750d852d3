/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/rewrite.h"

#include "core/language.h"
#include "core/offer.h"

enum rc rewrite_offer_ended(const struct email *email, const struct policy *policy, int64_t now_ms, struct arena *arena,
                            bool *ended)
{
    struct offer printed;
    enum rc rc = offer_from_json(email->offer, arena, &printed);
    *ended = rc == RC_OK && !offer_holds(&printed, policy, now_ms);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc rewrite_read(const struct step_env *env, const struct email *email, struct arena *arena, struct rewrite *out)
{
    enum rc rc = compose_reload(email, arena, &out->brief, &out->before);
    if (rc == RC_OK)
        rc = store_get(env->store, RECORD_CLIENT, email->client_id, arena, &out->client);
    if (rc == RC_OK)
        rc = env_policy(env, arena, &out->policy);
    if (rc != RC_OK)
        return rc;
    const struct language *language = language_of(email->language);
    if (language == NULL)
        return RC_CORRUPT;
    out->brief.locale = language_locale(language, out->client.locale, arena);
    out->brief.shop_name = env->shop.name;
    out->brief.sign_offs = language_sign_offs(language, &out->policy, arena);
    out->after = out->before;
    return RC_OK;
}

static enum rc compose(const struct step_env *env, struct rewrite *w, struct arena *arena, struct email *email)
{
    struct compose input = {.client = &w->client, .policy = &w->policy, .brief = &w->brief, .draft = &w->after};
    return compose_email(env, &input, arena, email, &w->findings);
}

enum rc rewrite_email(const struct step_env *env, struct rewrite *w, int64_t now_ms, struct arena *arena,
                      struct email *email)
{
    bool ended;
    enum rc rc = rewrite_offer_ended(email, &w->policy, now_ms, arena, &ended);
    if (rc != RC_OK)
        return rc;
    if (ended)
        email->offer = STR_NONE;
    return compose(env, w, arena, email);
}

enum rc rewrite_without_offer(const struct step_env *env, struct email *email, struct arena *arena)
{
    struct rewrite *w = arena_new(arena, 1, sizeof *w);
    const struct str checks = email->checks;
    enum rc rc = rewrite_read(env, email, arena, w);
    if (rc != RC_OK)
        return rc;
    email->offer = STR_NONE;
    rc = compose(env, w, arena, email);
    email->checks = checks;
    return rc;
}
