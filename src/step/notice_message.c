/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/notice_message.h"

#include "base/log.h"
#include "base/metrics.h"

const char *const NOTICE_RESULT_WORDS[] = {"recorded",   "repeated", "without_token", "says_nothing", "of_no_email",
                                           "unreadable", NULL};

struct str notice_outcome_type(const struct notice_outcome *outcome)
{
    bool is_known = outcome->result == NOTICE_RECORDED || outcome->result == NOTICE_REPEATED;
    return is_known ? str_of(NOTICE_WORDS[outcome->kind]) : STR_NONE;
}

/* What is to be recorded of each kind, and by which tokens a message of it may name the mail. */
static const struct rule {
    bool records, by_envelope, by_unsubscribe;
    enum notice_kind kind;
    enum bounce_place place;
} RULES[] = {
    [BOUNCE_NOTHING] = {.by_envelope = true, .place = BOUNCE_ANYWHERE},
    [BOUNCE_DELAYED] = {.by_envelope = true, .place = BOUNCE_ANYWHERE},
    [BOUNCE_DELIVERED] = {true, true, false, NOTICE_DELIVERED, BOUNCE_ANYWHERE},
    [BOUNCE_SOFT] = {true, true, false, NOTICE_SOFT_BOUNCE, BOUNCE_ANYWHERE},
    [BOUNCE_HARD] = {true, true, false, NOTICE_HARD_BOUNCE, BOUNCE_ANYWHERE},
    [BOUNCE_COMPLAINT] = {true, true, true, NOTICE_COMPLAINT, BOUNCE_ANYWHERE},
    [BOUNCE_OPT_OUT] = {true, true, true, NOTICE_UNSUBSCRIBED, BOUNCE_ANYWHERE},
    [BOUNCE_TO_CONFIRM] = {true, false, true, NOTICE_UNSUBSCRIBED, BOUNCE_TO_US},
};

/* The email that the message names by the first good token of this prefix; false: none. */
static bool find_email(const struct step_env *env, const struct mime_read *message, char prefix,
                       enum bounce_place place, struct arena *arena, struct str *email_id)
{
    struct str tokens[BOUNCE_TOKENS_MAX];
    size_t count = bounce_tokens(message, prefix, env->shop.bounce_domain, place, tokens);
    for (size_t i = 0; i < count; i++)
        if (token_read(&env->link_keys, prefix == 'b' ? TOKEN_BOUNCE : TOKEN_UNSUBSCRIBE, tokens[i], arena, email_id,
                       NULL) == RC_OK)
            return true;
    return false;
}

/* By its own id, so that it counts once however often it is read; of one that has none, by all of its bytes. */
static struct str own_id(const struct mime_read *read, struct str message, struct arena *arena)
{
    struct str id = mime_field(&read->headers, "Message-ID");
    return str_is_empty(id) ? hash_sha256_hex(message, arena) : id;
}

static enum rc record(const struct step_env *env, const struct notice_in *in, struct arena *arena,
                      struct notice_outcome *out)
{
    bool repeated;
    enum rc rc = notice_record(env, in, arena, &repeated);
    if (rc == RC_NOT_FOUND) {
        out->result = NOTICE_OF_NO_EMAIL;
        return RC_OK;
    }
    out->kind = in->kind;
    out->result = repeated ? NOTICE_REPEATED : NOTICE_RECORDED;
    return rc;
}

static enum rc hear(const struct step_env *env, struct str source, struct str message, struct arena *arena,
                    struct notice_outcome *out)
{
    struct mime_read *read = arena_new(arena, 1, sizeof *read);
    struct bounce bounce;
    *out = (struct notice_outcome){.result = NOTICE_UNREADABLE};
    if (mime_read(message, arena, read) != RC_OK)
        return RC_OK;
    bounce_classify(read, &bounce);
    out->bounce = bounce.kind;
    const struct rule *rule = &RULES[bounce.kind];
    bool ours = (rule->by_envelope && find_email(env, read, 'b', rule->place, arena, &out->email_id)) ||
                (rule->by_unsubscribe && find_email(env, read, 'u', rule->place, arena, &out->email_id));
    if (!ours) {
        bool answered = bounce.kind == BOUNCE_TO_CONFIRM &&
                        find_email(env, read, 'b', BOUNCE_TO_US, arena, &out->email_id); /* a person's answer */
        out->result = answered ? NOTICE_SAYS_NOTHING : NOTICE_WITHOUT_TOKEN;
        return RC_OK;
    }
    out->result = NOTICE_SAYS_NOTHING;
    if (!rule->records)
        return RC_OK;
    struct notice_in in = {
        .id = arena_printf(arena, "%.*s\n%.*s", STR_ARG(out->email_id), STR_ARG(own_id(read, message, arena))),
        .email_id = out->email_id,
        .kind = rule->kind,
        .source = source,
        .status = bounce.status,
        .detail = bounce.said};
    return record(env, &in, arena, out);
}

enum rc notice_from_message(const struct step_env *env, struct str source, struct str message, struct arena *arena,
                            struct notice_outcome *out)
{
    static const char *const LABELS[] = {
        [NOTICE_RECORDED] = "result=\"recorded\"",           [NOTICE_REPEATED] = "result=\"repeated\"",
        [NOTICE_WITHOUT_TOKEN] = "result=\"without_token\"", [NOTICE_SAYS_NOTHING] = "result=\"says_nothing\"",
        [NOTICE_OF_NO_EMAIL] = "result=\"of_no_email\"",     [NOTICE_UNREADABLE] = "result=\"unreadable\""};
    enum rc rc = hear(env, source, message, arena, out);
    if (rc != RC_OK)
        return rc;
    metrics_add("rekindle_bounce_messages_total", LABELS[out->result], 1);
    log_info("bounce_message", "source=" LOG_STR " result=%s email=" LOG_STR, LOG_ARG(source),
             NOTICE_RESULT_WORDS[out->result], LOG_ARG(out->email_id));
    return RC_OK;
}
