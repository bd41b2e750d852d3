/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Copy: mails a person the document of what is kept about them, to the address on file, at most once in 24 h a person
 * however often it is asked for. A letter that was asked for and no advertising: caps, quiet hours, consent and suppression
 * say nothing about it, but an address that bounced for good gets nothing. That it is sent is committed (data_sent_at) before
 * the connection opens; when it surely was not accepted that is taken back, and else it counts as sent. */
#include "step/mail_copy.h"
#include "base/log.h"
#include "base/rand.h"
#include "core/episode.h"
#include "core/language.h"
#include "core/mime.h"
#include "core/records_small.h"
#include "core/retry.h"
#include "step/admin_acts.h"
#include "step/batch.h"
#include "step/export_client.h"
#include "step/own_acts.h"
#include "step/send_message.h"
#include "step/send_turn.h"
#include "step/steps.h"

#define HOLD_MS TIME_HOUR_MS
#define ATTACHMENT_NAME STR("my-data.json")

struct copying {
    const struct step_env *env;
    const struct job *job;
    struct arena *arena;
    int64_t now;
    struct client client;
    struct person person;
    int64_t person_version, sent_before; /* data_sent_at before this try */
    struct reply reply;
};

struct str mail_copy_id(struct str client_id, struct arena *arena)
{
    return arena_printf(arena, "copy-%.*s", STR_ARG(hash_sha256_hex(client_id, arena)));
}

static enum rc finish(struct copying *c, const char *why)
{
    struct batch *batch = arena_new(c->arena, 1, sizeof *batch);
    batch_init(batch);
    batch_ack(batch, c->job);
    enum rc rc = batch_commit(c->env, batch);
    if (rc == RC_OK)
        log_info("copy_done", "client=" LOG_STR " result=%s", LOG_ARG(c->job->key), why);
    return rc;
}

/* Why nobody is written to; NULL: somebody is. */
static enum rc refusal(struct copying *c, const char **why)
{
    struct suppression suppression;
    *why = NULL;
    enum rc rc = store_get(c->env->store, RECORD_SUPPRESSION, c->client.person, c->arena, &suppression);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (str_is_none(c->client.email) || !RULE_EMAIL.holds(c->client.email))
        *why = "no_address";
    else if (rc == RC_OK && suppression.reason == SUPPRESSED_HARD_BOUNCE)
        *why = "hard_bounce";
    else if (c->sent_before != TIME_NONE && c->now - c->sent_before < OWN_COPY_EVERY_MS)
        *why = "sent_already";
    else if (!send_may_reach(c->env, c->client.email))
        *why = "mail_only_to";
    return RC_OK;
}

/* When to look again, while all mail is kept back or the relay has enough to do; TIME_NONE: now. */
static enum rc wait_until(struct copying *c, int64_t *out)
{
    bool held;
    struct str json;
    struct send_turn turn;
    *out = TIME_NONE;
    enum rc rc = kill_switch_get(c->env, c->arena, &held, &json);
    if (rc == RC_OK && held)
        *out = c->now + HOLD_MS;
    if (rc != RC_OK || held)
        return rc;
    rc = send_turn_letter(c->env, c->client.email, c->arena, &turn);
    if (rc == RC_OK && turn.rule != NULL)
        *out = turn.until;
    return rc;
}

static enum rc wait(struct copying *c, int64_t until)
{
    struct batch *batch = arena_new(c->arena, 1, sizeof *batch);
    batch_init(batch);
    batch_later(batch, c->job, until);
    return batch_commit(c->env, batch);
}

static enum rc read_all(struct copying *c)
{
    enum rc rc = store_get(c->env->store, RECORD_CLIENT, c->job->key, c->arena, &c->client);
    if (rc != RC_OK)
        return rc;
    rc = store_get(c->env->store, RECORD_PERSON, c->client.person, c->arena, &c->person);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    c->person_version = rc == RC_OK ? c->person.version : STORE_ABSENT;
    if (rc == RC_NOT_FOUND) {
        record_init(RECORD_PERSON, &c->person);
        c->person.id = c->client.person;
    }
    c->sent_before = c->person.data_sent_at;
    return RC_OK;
}

/* The plain text, in the client's language, else in the first one. */
static struct str letter(struct copying *c, const struct language *language)
{
    struct str shop = c->env->shop.name;
    enum language_text body = str_is_empty(shop) ? TEXT_COPY_BODY_NAMELESS : TEXT_COPY_BODY;
    return arena_printf(c->arena, "%s\n\n%.*s\n\n%s\n\n%.*s\n%.*s\n", language->texts[TEXT_GREETING_NEUTRAL],
                        STR_ARG(language_say(language, body, STR("shop"), shop, c->arena)),
                        language->texts[TEXT_COPY_NOT_YOU], STR_ARG(shop), STR_ARG(c->env->shop.postal_address));
}

static enum rc build(struct copying *c, struct buf *out)
{
    const struct language *language = language_of(c->client.locale);
    uint8_t random[16];
    struct buf document = {0};
    enum rc rc = export_client(c->env, c->client.id, c->arena, &document);
    if (language == NULL)
        language = LANGUAGES[0];
    rand_bytes(random, sizeof random);
    struct mime_message message = {.email_id = mail_copy_id(c->client.id, c->arena),
                                   .from_name = c->env->shop.name,
                                   .from_address = c->env->shop.mail_from,
                                   .reply_to = c->env->shop.mail_reply_to,
                                   .to_address = c->client.email,
                                   .subject = str_of(language->texts[TEXT_COPY_SUBJECT]),
                                   .message_id = arena_printf(c->arena, "%.*s@%.*s",
                                                              STR_ARG(hash_to_hex(random, sizeof random, c->arena)),
                                                              STR_ARG(send_message_domain(c->env))),
                                   .date_ms = c->now,
                                   .text = letter(c, language),
                                   .attachment = buf_str(&document),
                                   .attachment_name = ATTACHMENT_NAME};
    if (rc == RC_OK)
        rc = mime_build(&message, out);
    buf_clear(&document);
    return rc;
}

/* Puts the person's data_sent_at; `finish` may carry the end of the job. */
static enum rc commit_sent_at(struct copying *c, int64_t sent_at, struct store_finish finish_with)
{
    struct batch *batch = arena_new(c->arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    batch->finish = finish_with;
    c->person.data_sent_at = sent_at;
    c->person.updated_at = c->now;
    batch_put(batch, RECORD_PERSON, &c->person, c->person_version);
    enum rc rc = batch_commit(c->env, batch);
    if (rc == RC_OK)
        c->person_version++;
    return rc;
}

/* Surely not accepted: the person has had no copy, and the job comes again. Whoever changed the person meanwhile wins; then
 * the copy counts as sent, and can be asked for tomorrow. */
static enum rc take_back(struct copying *c, enum rc failure)
{
    struct retry retry = retry_decide(JOB_SEND, failure, c->job->attempts, retry_spread(c->job->key, c->job->attempts));
    struct store_finish again = {.op = retry.action == RETRY_BURY ? STORE_FINISH_BURY : STORE_FINISH_RETRY,
                                 .job = c->job,
                                 .run_at = c->now + retry.delay_ms,
                                 .reason = str_of(REPLY_CLASS_WORDS[c->reply.class])};
    log_warn("copy_deferred", "client=" LOG_STR " class=%s", LOG_ARG(c->job->key), REPLY_CLASS_WORDS[c->reply.class]);
    enum rc rc = commit_sent_at(c, c->sent_before, again);
    return rc == RC_CONFLICT ? finish(c, "lost") : rc;
}

static enum rc hand_over(struct copying *c, struct str message)
{
    struct mail mail = {.email_id = mail_copy_id(c->client.id, c->arena),
                        .envelope_from = c->env->shop.mail_from,
                        .recipient = c->client.email,
                        .message = message};
    enum rc rc = commit_sent_at(c, c->now, (struct store_finish){.op = STORE_FINISH_NOTHING});
    if (rc != RC_OK)
        return rc;
    rc = c->env->mailer->vtable->send(c->env->mailer, &mail, c->arena, &c->reply);
    send_turn_heard(c->env, &c->reply);
    if (rc == RC_BUSY || rc == RC_IO)
        return take_back(c, rc);
    return finish(c, rc == RC_OK ? "sent" : rc == RC_DENIED ? "refused" : "uncertain");
}

enum rc mail_copy(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct copying *c = arena_new(arena, 1, sizeof *c);
    *c = (struct copying){.env = env, .job = job, .arena = arena, .now = clock_now(env->clock)};
    const char *why;
    int64_t until = TIME_NONE;
    enum rc rc = read_all(c);
    if (rc == RC_NOT_FOUND)
        return finish(c, "erased");
    if (rc == RC_OK)
        rc = refusal(c, &why);
    if (rc != RC_OK)
        return rc;
    if (why != NULL)
        return finish(c, why);
    if ((rc = wait_until(c, &until)) != RC_OK)
        return rc;
    if (until != TIME_NONE)
        return wait(c, until);
    struct buf message = {0};
    rc = build(c, &message);
    if (rc == RC_OK)
        rc = hand_over(c, buf_str(&message));
    buf_clear(&message);
    return rc;
}
