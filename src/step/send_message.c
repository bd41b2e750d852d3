/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/send_message.h"

#include "core/mime.h"
#include "core/product.h"
#include "core/provider.h"
#include "step/links.h"

struct str send_message_domain(const struct step_env *env)
{
    struct str domain = email_domain(env->shop.mail_from);
    return str_is_empty(domain) ? STR("rekindle.invalid") : domain;
}

/* Where a mail unsubscribes; only printed when somebody reads it. */
static struct str unsubscribe_address(const struct step_env *env, struct str email_id, struct arena *arena)
{
    struct str token;
    if (!env->shop.reads_mailbox || str_is_empty(env->shop.bounce_domain) ||
        token_make(&env->link_keys, TOKEN_UNSUBSCRIBE, email_id, 0, arena, &token) != RC_OK)
        return STR_NONE;
    return arena_printf(arena, "u+%.*s@%.*s", STR_ARG(token), STR_ARG(env->shop.bounce_domain));
}

/* Complaints are counted a language, under one sender; nothing in it names a client. */
static struct str feedback_id(const struct email *email, struct arena *arena)
{
    struct str language = str_is_empty(email->language) ? STR("none") : email->language;
    return arena_printf(arena, "%.*s:engagement:rekindle", STR_ARG(language));
}

enum rc send_message_build(const struct step_env *env, const struct email *email, const struct client *client,
                           struct arena *arena, struct buf *out)
{
    struct str name = STR_NONE;
    if (client != NULL && !str_is_empty(client->first_name))
        name = arena_printf(arena, "%.*s%s%.*s", STR_ARG(client->first_name),
                            str_is_empty(client->last_name) ? "" : " ", STR_ARG(client->last_name));
    struct mime_message message = {.email_id = email->id,
                                   .from_name = env->shop.name,
                                   .from_address = email->from_address,
                                   .reply_to = email->reply_to,
                                   .to_name = name,
                                   .to_address = email->recipient,
                                   .subject = email->subject,
                                   .message_id = email->message_id,
                                   .date_ms = clock_now(env->clock),
                                   .unsubscribe_url = link_unsubscribe(env, email->id, arena),
                                   .list_id = arena_printf(arena, "rekindle.%.*s", STR_ARG(send_message_domain(env))),
                                   .unsubscribe_address = unsubscribe_address(env, email->id, arena),
                                   .feedback_id = feedback_id(email, arena),
                                   .text = email->text,
                                   .html = email->html};
    struct str token;
    if (token_make(&env->link_keys, TOKEN_BOUNCE, email->id, 0, arena, &token) == RC_OK)
        provider_header((enum provider)env->shop.mail_provider, token, arena, &message.extra_name,
                        &message.extra_value);
    if (str_is_none(message.message_id))
        message.message_id = arena_printf(arena, "%.*s@%.*s", STR_ARG(email->id), STR_ARG(send_message_domain(env)));
    return mime_build(&message, out);
}

struct str send_envelope_from(const struct step_env *env, struct str email_id, struct arena *arena)
{
    struct str token;
    if (str_is_empty(env->shop.bounce_domain) ||
        token_make(&env->link_keys, TOKEN_BOUNCE, email_id, 0, arena, &token) != RC_OK)
        return env->shop.mail_from;
    return arena_printf(arena, "b+%.*s@%.*s", STR_ARG(token), STR_ARG(env->shop.bounce_domain));
}

bool send_may_reach(const struct step_env *env, struct str recipient)
{
    if (env->rehearsal || str_is_empty(env->shop.mail_only_to))
        return true;
    struct str rest = env->shop.mail_only_to;
    while (!str_is_none(rest)) {
        struct str allowed = str_trim(str_cut(&rest, ','));
        struct str subject = str_find(allowed, STR("@")) == SIZE_MAX ? email_domain(recipient) : recipient;
        if (!str_is_empty(allowed) && str_equal_nocase(allowed, subject))
            return true;
    }
    return false;
}

/* What changed about one pick since it was written down; absent when nothing did. */
static enum rc pick_differs(const struct step_env *env, const struct json *pick, struct arena *arena, struct str *out)
{
    struct product product;
    struct str id = json_get_str(pick, "product_id");
    enum rc rc = store_get(env->store, RECORD_PRODUCT, id, arena, &product);
    if (rc == RC_NOT_FOUND)
        *out = arena_printf(arena, "pick_gone:%.*s", STR_ARG(id));
    else if (rc != RC_OK)
        return rc;
    else if (!product.in_stock)
        *out = arena_printf(arena, "pick_out_of_stock:%.*s", STR_ARG(id));
    else if (product.price_minor != json_get_i64(pick, "price_minor", -1) ||
             !str_equal(product.currency, json_get_str(pick, "currency")))
        *out = arena_printf(arena, "pick_repriced:%.*s", STR_ARG(id));
    return RC_OK;
}

enum rc send_picks_differ(const struct step_env *env, const struct email *email, struct arena *arena,
                          struct str *difference)
{
    *difference = STR_NONE;
    if (str_is_empty(email->picks))
        return RC_OK;
    struct json *picks = NULL;
    struct json_error error;
    if (json_parse(email->picks, &picks, &error) != RC_OK)
        return RC_CORRUPT;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < json_size(picks) && rc == RC_OK && str_is_none(*difference); i++)
        rc = pick_differs(env, json_at(picks, i), arena, difference);
    json_free(picks);
    return rc;
}
