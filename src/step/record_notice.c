/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/record_notice.h"

#include "base/log.h"
#include "base/metrics.h"
#include "core/notice_text.h"
#include "core/records_small.h"
#include "step/audit_email.h"
#include "step/brake.h"
#include "step/client_acts.h"
#include "step/moves.h"
#include "step/outbound.h"
#include "step/reads.h"

#define REDO_MAX 20
#define PERSON_CLIENTS_MAX 30 /* clients of one person changed in one commit: each is a write, and one to tell others */

struct recording {
    const struct step_env *env;
    const struct notice_in *in;
    struct arena *arena;
    int64_t now;
    struct batch *batch;
    struct email email;
    struct notice notice;
    bool suppressed; /* by this notice */
};

/* What each kind says of the mail. */
static const enum delivery_verdict VERDICTS[] = {
    [NOTICE_DELIVERED] = DELIVERY_DELIVERED,     [NOTICE_SOFT_BOUNCE] = DELIVERY_SOFT_BOUNCE,
    [NOTICE_HARD_BOUNCE] = DELIVERY_HARD_BOUNCE, [NOTICE_COMPLAINT] = DELIVERY_COMPLAINT,
    [NOTICE_UNSUBSCRIBED] = DELIVERY_DELIVERED, /* who unsubscribes by it has it */
};

/* A Message-ID is made with the intent: without one no relay ever saw it. Whoever unsubscribes is heard in any case. */
static bool may_have_left(const struct email *email, enum notice_kind kind)
{
    return kind == NOTICE_UNSUBSCRIBED ||
           (!str_is_none(email->message_id) && email->status != EMAIL_REHEARSED && email->status != EMAIL_DRAFTING);
}

static void fill_notice(struct recording *r)
{
    const struct notice_in *in = r->in;
    struct str own = arena_printf(r->arena, "%.*s\n%.*s", STR_ARG(in->source), STR_ARG(in->id));
    r->notice = (struct notice){.id = hash_sha256_hex(own, r->arena),
                                .email_id = r->email.id,
                                .client_id = r->email.client_id,
                                .person = r->email.person,
                                .kind = (int)in->kind,
                                .source = in->source,
                                .status = notice_status(in->status),
                                .detail = notice_detail(in->detail, r->email.recipient, r->arena),
                                .at = r->now,
                                .updated_at = r->now};
    batch_put(r->batch, RECORD_NOTICE, &r->notice, STORE_ABSENT);
}

/* --- the email and its small row ------------------------------------------------------------------------------------ */

/* The row that the brake counts. An uncertain email has none until it is known to have left; a hard bounce says so too. */
static enum rc note_sent_mail(struct recording *r, enum delivery_verdict verdict, bool settled)
{
    struct sent_mail *row = arena_new(r->arena, 1, sizeof *row);
    for (size_t i = 0; i < r->batch->write_count; i++) {
        const struct store_write *write = &r->batch->writes[i];
        if (write->op == STORE_PUT && write->kind == RECORD_SENT_MAIL) { /* made just now, in this batch */
            struct sent_mail *made = (struct sent_mail *)(uintptr_t)write->record;
            made->verdict = (int)verdict;
            made->verdict_at = r->now;
            return RC_OK;
        }
    }
    enum rc rc = store_get(r->env->store, RECORD_SENT_MAIL, r->email.id, r->arena, row);
    if (rc == RC_NOT_FOUND && !settled)
        return RC_OK; /* it left before there were such rows, or so long ago that it was tidied away */
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool known = rc == RC_OK;
    if (!known)
        *row = (struct sent_mail){.id = r->email.id, .person = r->email.person, .sent_at = r->now};
    row->verdict = (int)verdict;
    row->verdict_at = row->updated_at = r->now;
    batch_put(r->batch, RECORD_SENT_MAIL, row, known ? row->version : STORE_ABSENT);
    return RC_OK;
}

static enum rc settle(struct recording *r)
{
    bool failed = r->in->kind == NOTICE_HARD_BOUNCE;
    enum rc rc = RC_OK;
    if (!failed) {
        r->email.sent_at = r->now;
        rc = email_left(r->env, r->batch, &r->email, r->now, r->arena);
    }
    if (rc == RC_OK)
        rc = email_move(r->batch, &r->email, failed ? EMAIL_EV_RESOLVE_FAILED : EMAIL_EV_RESOLVE_SENT,
                        failed ? STR("hard_bounce") : STR_NONE, r->now);
    struct email_act act = {
        .actor = r->in->source, .action = "email.resolved", .rule = str_of(NOTICE_WORDS[r->in->kind])};
    if (rc == RC_OK)
        audit_email(r->env, r->batch, &r->email, &act, r->arena);
    return rc;
}

static enum rc judge_email(struct recording *r)
{
    enum delivery_verdict verdict = VERDICTS[r->in->kind];
    bool uncertain = r->email.status == EMAIL_UNCERTAIN, worse = (int)verdict > r->email.delivery;
    if (str_is_none(r->email.message_id) || r->email.status == EMAIL_REHEARSED || (!uncertain && !worse))
        return RC_OK;
    if (worse) {
        r->email.delivery = (int)verdict;
        r->email.delivery_at = r->now;
    }
    enum rc rc = RC_OK;
    if (uncertain) {
        rc = settle(r);
    } else {
        r->email.updated_at = r->now;
        batch_put(r->batch, RECORD_EMAIL, &r->email, r->email.version);
    }
    if (rc == RC_OK && (worse || uncertain))
        rc = note_sent_mail(r, (enum delivery_verdict)r->email.delivery, uncertain);
    return rc;
}

/* --- the person ----------------------------------------------------------------------------------------------------- */

static enum rc suppress(struct recording *r, enum suppression_reason reason)
{
    struct suppression *suppression = arena_new(r->arena, 1, sizeof *suppression);
    enum rc rc = store_get(r->env->store, RECORD_SUPPRESSION, r->email.person, r->arena, suppression);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool known = rc == RC_OK;
    /* suppressed already: only a complaint, which is never lifted, is worth saying in place of what stands there */
    if (known && (reason != SUPPRESSED_COMPLAINT || suppression->reason == (int)reason))
        return RC_OK;
    if (!known)
        *suppression = (struct suppression){.id = r->email.person, .created_at = r->now};
    suppression->reason = (int)reason;
    suppression->source = r->in->source;
    suppression->updated_at = r->now;
    batch_put(r->batch, RECORD_SUPPRESSION, suppression, known ? suppression->version : STORE_ABSENT);
    struct str detail = arena_printf(r->arena, "{\"reason\":\"%s\"}", SUPPRESSION_REASON_WORDS[reason]);
    struct audit_entry entry = {
        .actor = r->in->source, .action = STR("address.suppressed"), .subject = r->email.person, .detail = detail};
    audit_add(r->env, r->batch, &entry, r->arena);
    r->suppressed = true;
    return RC_OK;
}

/* For good: consent_accepts lifts no opt-out whose source is a complaint. */
static void unsubscribe_for_good(struct recording *r, struct client *client)
{
    if (client->consent_status == CONSENT_UNSUBSCRIBED && str_equal(client->consent_source, STR("complaint")))
        return;
    client_opt_out(client, STR("complaint"), r->now);
    batch_put(r->batch, RECORD_CLIENT, client, client->version);
}

static void act_on_client(struct recording *r, struct client *client, bool complaint)
{
    if (complaint)
        unsubscribe_for_good(r, client);
    batch_job(r->batch, STORE_JOB_EARLIEST, JOB_CANCEL, client->id, r->now);
    if (r->suppressed) /* what was known before was told before */
        outbound_add(r->env, r->batch, complaint ? OUTBOUND_COMPLAINED : OUTBOUND_HARD_BOUNCED, client, r->arena);
}

/* All clients of the address; and the one who was written to, even if the shop has another address for them by now. */
static enum rc act_on_clients(struct recording *r, bool complaint)
{
    struct client *clients, *own = arena_new(r->arena, 1, sizeof *own);
    size_t count;
    bool seen = false;
    enum rc rc = read_person_clients(r->env, r->email.person, r->arena, &clients, &count);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < count && i < PERSON_CLIENTS_MAX; i++) {
        act_on_client(r, &clients[i], complaint);
        seen = seen || str_equal(clients[i].id, r->email.client_id);
    }
    if (seen || !complaint)
        return RC_OK;
    rc = store_get(r->env->store, RECORD_CLIENT, r->email.client_id, r->arena, own);
    if (rc == RC_OK)
        act_on_client(r, own, complaint);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

struct told {
    struct str email_id, source;
    bool by_relay;
    int64_t nth; /* of this source about this email */
};

/* What the relay refused at once is told by it alone; what came back later may be told by a hook and by returned mail as well,
 * so for each email the one counts who told most of it: of several who tell the n-th time, the first. */
static int64_t count_soft(const struct recording *r, const struct notice *notices, size_t count)
{
    int64_t sum = 0;
    size_t told_count = 0;
    struct told *told = arena_new(r->arena, count + 1, sizeof *told);
    for (size_t i = 0; i <= count; i++) {
        const struct notice *notice = i < count ? &notices[i] : &r->notice;
        if (notice->kind != NOTICE_SOFT_BOUNCE)
            continue;
        struct told one = {notice->email_id, notice->source, str_equal(notice->source, NOTICE_BY_RELAY), 0};
        for (size_t k = 0; k < told_count; k++)
            one.nth += str_equal(told[k].email_id, one.email_id) && str_equal(told[k].source, one.source);
        bool known = false;
        for (size_t k = 0; k < told_count && !known; k++)
            known = told[k].nth == one.nth && told[k].by_relay == one.by_relay &&
                    str_equal(told[k].email_id, one.email_id);
        sum += !known;
        told[told_count++] = one;
    }
    return sum;
}

static enum rc are_too_many(const struct recording *r, bool *out)
{
    struct policy policy;
    struct store_page page;
    enum rc rc = env_policy(r->env, r->arena, &policy);
    struct store_query query = STORE_QUERY(NOTICE_BY_PERSON);
    query.equal = r->email.person;
    query.from = r->now - policy.soft_bounce_days * TIME_DAY_MS;
    query.descending = true;
    if (rc == RC_OK)
        rc = store_list(r->env->store, &query, r->arena, &page);
    if (rc != RC_OK)
        return rc;
    *out = count_soft(r, page.items, page.count) >= policy.soft_bounces;
    return RC_OK;
}

static enum rc act_on_person(struct recording *r)
{
    bool stop = r->in->kind == NOTICE_HARD_BOUNCE || r->in->kind == NOTICE_COMPLAINT;
    bool complaint = r->in->kind == NOTICE_COMPLAINT;
    enum rc rc = RC_OK;
    if (r->in->kind == NOTICE_SOFT_BOUNCE)
        rc = are_too_many(r, &stop);
    if (rc != RC_OK || !stop)
        return rc;
    rc = suppress(r, complaint ? SUPPRESSED_COMPLAINT : SUPPRESSED_HARD_BOUNCE);
    return rc == RC_OK ? act_on_clients(r, complaint) : rc;
}

/* --- one commit ----------------------------------------------------------------------------------------------------- */

static void add_entry(struct recording *r)
{
    struct str detail = arena_printf(r->arena, "{\"kind\":\"%s\",\"status\":\"%.*s\",\"notice\":\"%.*s\"}",
                                     NOTICE_WORDS[r->in->kind], STR_ARG(r->notice.status), STR_ARG(r->notice.id));
    struct audit_entry entry = {
        .actor = r->in->source, .action = STR("notice.recorded"), .subject = r->email.id, .detail = detail};
    audit_add(r->env, r->batch, &entry, r->arena);
}

static enum rc try_record(struct recording *r, bool *repeated)
{
    struct notice known;
    enum rc rc = store_get(r->env->store, RECORD_EMAIL, r->in->email_id, r->arena, &r->email);
    if (rc != RC_OK)
        return rc;
    if (!may_have_left(&r->email, r->in->kind))
        return RC_NOT_FOUND;
    batch_init(r->batch);
    r->batch->durable = true;
    fill_notice(r);
    rc = store_get(r->env->store, RECORD_NOTICE, r->notice.id, r->arena, &known);
    *repeated = rc == RC_OK;
    if (rc != RC_NOT_FOUND)
        return rc;
    if (r->email.status == EMAIL_SENDING)
        return RC_BUSY; /* the sender holds it: its own commit must not find another version */
    rc = judge_email(r);
    if (rc == RC_OK)
        rc = act_on_person(r);
    if (rc != RC_OK)
        return rc;
    add_entry(r);
    return batch_commit(r->env, r->batch);
}

static void report(const struct recording *r)
{
    static const char *const LABELS[] = {[NOTICE_DELIVERED] = "kind=\"delivered\"",
                                         [NOTICE_SOFT_BOUNCE] = "kind=\"soft_bounce\"",
                                         [NOTICE_HARD_BOUNCE] = "kind=\"hard_bounce\"",
                                         [NOTICE_COMPLAINT] = "kind=\"complaint\"",
                                         [NOTICE_UNSUBSCRIBED] = "kind=\"unsubscribed\""};
    metrics_add("rekindle_notices_total", LABELS[r->in->kind], 1);
    log_info("notice_recorded", "email=" LOG_STR " kind=%s status=" LOG_STR " suppressed=%d", LOG_ARG(r->email.id),
             NOTICE_WORDS[r->in->kind], LOG_ARG(r->notice.status), r->suppressed);
    env_publish(r->env, "sent", "email_id", r->email.id, r->email.client_id);
}

enum rc notice_record(const struct step_env *env, const struct notice_in *in, struct arena *arena, bool *repeated)
{
    struct recording *r = arena_new(arena, 1, sizeof *r);
    *repeated = false;
    if (str_is_empty(in->id) || str_is_empty(in->source))
        return RC_INVALID;
    enum rc rc = RC_OK;
    if (in->kind == NOTICE_UNSUBSCRIBED) /* first, and idempotent: what is heard twice is better than not at all */
        rc = client_unsubscribe(env, in->email_id, STR("unsubscribe_mail"), arena);
    if (rc != RC_OK)
        return rc;
    rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++) {
        *r = (struct recording){.env = env,
                                .in = in,
                                .arena = arena,
                                .now = clock_now(env->clock),
                                .batch = arena_new(arena, 1, sizeof(struct batch))};
        rc = try_record(r, repeated);
    }
    if (rc == RC_CONFLICT)
        return RC_BUSY;
    if (rc != RC_OK || *repeated)
        return rc;
    report(r);
    bool is_bad = in->kind == NOTICE_HARD_BOUNCE || in->kind == NOTICE_COMPLAINT;
    if (is_bad && (rc = brake_look(env, arena)) != RC_OK) /* the notice is kept: the next bad one looks again */
        log_error("brake_look_failed", "email=" LOG_STR " rc=%s", LOG_ARG(in->email_id), rc_name(rc));
    return RC_OK;
}

enum rc notice_add_soft_bounce(const struct step_env *env, struct batch *batch, const struct email *email,
                               const struct notice_in *in, struct arena *arena)
{
    struct recording *r = arena_new(arena, 1, sizeof *r);
    *r = (struct recording){
        .env = env, .in = in, .arena = arena, .now = clock_now(env->clock), .batch = batch, .email = *email};
    fill_notice(r);
    add_entry(r);
    return act_on_person(r);
}
