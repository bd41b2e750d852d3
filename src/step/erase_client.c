/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Erasure: a person gone from every table, change image, job, kept answer and rehearsed mail; tombstones by keyed hash keep
 * later imports from bringing them back. The first commit closes the door (tombstones, waiting mail cancelled by the rows'
 * deletion); what does not fit into one commit is finished by an erase job that survives a crash. The job ends in a run that
 * finds nothing left: by then each commit's own change images can be cleared too. What stays is named by nobody: the row of
 * a sent mail that the brake counts, and a used code that must not be printed again. */
#include "base/log.h"
#include "core/call.h"
#include "core/offer.h"
#include "core/outbound.h"
#include "core/records_small.h"
#include "step/audit.h"
#include "step/audit_chain.h"
#include "step/client_acts.h"
#include "step/ingest_prepare.h"
#include "step/mail_copy.h"
#include "step/moves.h"
#include "step/reads.h"
#include "step/steps.h"

#define PERSON_CLIENTS_MAX 10
#define ERASE_WRITES 70 /* of the 100 of a commit; the rest is for the client itself, tombstones and the person */

#define EMAIL_WRITES 3     /* the row, its counter and the row of the sent mail */
#define SENDING_MS 2000    /* how soon an email that is just being handed over is looked at again */
#define ANSWERS_AT_ONCE 50 /* kept answers deleted in one commit */

struct erase {
    const struct step_env *env;
    struct arena *arena;
    struct str client_id;
    struct batch *batch;
    int64_t rows;
    bool had_client; /* its row was there when this run began */
    bool is_sending; /* an email is being handed over right now: its result must find it */
};

static size_t room(const struct erase *erase)
{
    size_t used = erase->batch->write_count;
    return used < ERASE_WRITES ? ERASE_WRITES - used : 0;
}

/* What the audit log says about one record of the client. *more: there is no room for all of it. */
static enum rc delete_noted(struct erase *erase, struct str subject, bool *more)
{
    size_t count;
    bool left;
    enum rc rc = audit_erase(erase->env, erase->batch, subject, room(erase) / 2, erase->arena, &count, &left);
    *more = *more || left;
    return rc;
}

/* The calls of the writer for an email, found by it alone; a row for the email itself stays free. The money stays counted. */
static enum rc delete_calls(struct erase *erase, struct str email_id, bool *more)
{
    struct store_query query = STORE_QUERY(CALL_BY_EMAIL);
    struct store_page page;
    if (room(erase) <= EMAIL_WRITES) {
        *more = true;
        return RC_OK;
    }
    query.equal = email_id;
    query.limit = room(erase) - EMAIL_WRITES;
    enum rc rc = store_list(erase->env->store, &query, erase->arena, &page);
    if (rc != RC_OK)
        return rc;
    const struct call *calls = page.items;
    for (size_t i = 0; i < page.count; i++)
        batch_delete(erase->batch, RECORD_CALL, calls[i].id, STORE_ANY);
    *more = *more || !str_is_none(page.cursor);
    return RC_OK;
}

/* What else names an email: notices of it, the code printed in it, the row that the brake counts. */
static enum rc delete_around(struct erase *erase, struct str email_id, bool *more)
{
    struct store_query notices = STORE_QUERY(NOTICE_BY_EMAIL), codes = STORE_QUERY(OFFER_CODE_BY_EMAIL);
    struct store_page page;
    struct sent_mail *sent = arena_new(erase->arena, 1, sizeof *sent);
    enum rc rc = store_get(erase->env->store, RECORD_SENT_MAIL, email_id, erase->arena, sent);
    if (rc == RC_OK && !str_is_none(sent->person)) {
        sent->person = STR_NONE;
        sent->updated_at = clock_now(erase->env->clock);
        batch_put(erase->batch, RECORD_SENT_MAIL, sent, sent->version);
    }
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    notices.equal = codes.equal = email_id;
    rc = store_list(erase->env->store, &notices, erase->arena, &page);
    const struct notice *said = rc == RC_OK ? page.items : NULL;
    for (size_t i = 0; said != NULL && i < page.count && !*more; i++)
        if (!str_equal(said[i].client_id, erase->client_id) && !(*more = room(erase) <= EMAIL_WRITES))
            batch_delete(erase->batch, RECORD_NOTICE, said[i].id, STORE_ANY); /* its own go along their own index */
    if (rc == RC_OK)
        rc = store_list(erase->env->store, &codes, erase->arena, &page);
    struct offer_code *used = rc == RC_OK ? page.items : NULL;
    for (size_t i = 0; used != NULL && i < page.count && !*more; i++) {
        if ((*more = room(erase) <= EMAIL_WRITES))
            break;
        used[i].email_id = STR_NONE;
        used[i].updated_at = clock_now(erase->env->clock);
        batch_put(erase->batch, RECORD_OFFER_CODE, &used[i], used[i].version);
    }
    return rc;
}

/* Jobs that failed for good lie beside the waiting ones. */
static enum rc delete_jobs(struct erase *erase, enum job_kind kind, struct str key)
{
    batch_job(erase->batch, STORE_JOB_CANCEL, kind, key, 0);
    enum rc rc = erase->env->queue->vtable->dismiss(erase->env->queue, kind, key);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The file of a rehearsed mail goes before the row that names it. */
static enum rc forget_mail(struct erase *erase, struct str email_id)
{
    const struct kept_mail *kept = erase->env->kept_mail;
    return kept == NULL ? RC_OK : kept->forget(kept, email_id);
}

static enum rc delete_email(struct erase *erase, const struct email *email, bool *more)
{
    if (email->status == EMAIL_SENDING) {
        *more = erase->is_sending = true;
        return RC_OK;
    }
    enum rc rc = delete_calls(erase, email->id, more);
    if (rc == RC_OK && !*more)
        rc = delete_around(erase, email->id, more);
    if (rc == RC_OK && !*more)
        rc = forget_mail(erase, email->id);
    if (rc == RC_OK && !*more)
        rc = delete_jobs(erase, JOB_SEND, email->id);
    if (rc == RC_OK && !*more)
        rc = delete_jobs(erase, JOB_DRAFT, email->id);
    return rc;
}

/* A row, with what was noted and asked for it; it stays as long as something of that stays. */
static enum rc delete_row(struct erase *erase, enum record_kind kind, const void *record, bool *more)
{
    struct str key = record_key(kind, record);
    bool noted = kind == RECORD_EPISODE || kind == RECORD_EMAIL;
    enum rc rc = noted ? delete_noted(erase, key, more) : RC_OK;
    if (rc == RC_OK && !*more && kind == RECORD_EMAIL)
        rc = delete_email(erase, record, more);
    if (rc == RC_OK && !*more && kind == RECORD_OUTBOUND)
        rc = delete_jobs(erase, JOB_NOTIFY, key);
    if (rc != RC_OK || *more)
        return rc;
    batch_delete(erase->batch, kind, key, STORE_ANY);
    if (kind == RECORD_EPISODE)
        episode_gone(erase->batch, record);
    if (kind == RECORD_EMAIL)
        email_gone(erase->batch, record);
    erase->rows++;
    return RC_OK;
}

/* Deletes up to what fits of one kind along its client index. *more when rows are left. */
static enum rc delete_rows(struct erase *erase, enum record_index index, bool *more)
{
    struct store_query query = STORE_QUERY(index);
    query.equal = erase->client_id;
    query.descending = true;        /* what may still be sent goes first */
    query.limit = ERASE_WRITES / 2; /* an email or episode takes two writes, and two for each thing noted of it */
    struct store_page page;
    enum rc rc = store_list(erase->env->store, &query, erase->arena, &page);
    enum record_kind kind = RECORD_INDEX_DEFS[index].kind;
    for (size_t i = 0; rc == RC_OK && i < page.count; i++) {
        if (room(erase) <= EMAIL_WRITES)
            *more = true;
        if (*more)
            break;
        rc = delete_row(erase, kind, (const char *)page.items + i * RECORD_TYPES[kind].size, more);
    }
    if (rc == RC_OK && !str_is_none(page.cursor))
        *more = true;
    return rc;
}

/* The last commit: engagement (taken out of the shop's sums), timers and the client itself. */
static enum rc delete_client(struct erase *erase)
{
    struct engagement *engagement = arena_new(erase->arena, 1, sizeof *engagement);
    enum rc rc = store_get(erase->env->store, RECORD_ENGAGEMENT, erase->client_id, erase->arena, engagement);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK) {
        int64_t gaps = engagement->visits > 1 ? engagement->visits - 1 : 0;
        batch_add(erase->batch, SCALE_COUNTER_GAP_MS, gaps > 0 ? engagement->first_at - engagement->last_at : 0);
        batch_add(erase->batch, SCALE_COUNTER_GAPS, -gaps);
        batch_add(erase->batch, SCALE_COUNTER_VALUE, -engagement->value_minor);
        batch_add(erase->batch, SCALE_COUNTER_VALUED, -engagement->valued);
        batch_delete(erase->batch, RECORD_ENGAGEMENT, erase->client_id, engagement->version);
    }
    const enum job_kind kinds[] = {JOB_DUE, JOB_SCORE, JOB_OUTCOME, JOB_CANCEL, JOB_COPY};
    rc = forget_mail(erase, mail_copy_id(erase->client_id, erase->arena));
    for (size_t i = 0; rc == RC_OK && i < sizeof kinds / sizeof kinds[0]; i++)
        rc = delete_jobs(erase, kinds[i], erase->client_id);
    batch_delete(erase->batch, RECORD_CLIENT, erase->client_id, STORE_ANY);
    return rc;
}

/* One commit's worth. Children go before the client they point at. */
static enum rc erase_some(struct erase *erase, bool *more)
{
    *more = false;
    const enum record_index children[] = {EMAIL_BY_CLIENT, NOTICE_BY_CLIENT, OUTBOUND_BY_CLIENT, EPISODE_BY_CLIENT,
                                          ORDER_BY_CLIENT};
    struct client client;
    enum rc rc = store_get(erase->env->store, RECORD_CLIENT, erase->client_id, erase->arena, &client);
    erase->had_client = rc == RC_OK;
    if (rc == RC_NOT_FOUND)
        rc = RC_OK;
    for (size_t i = 0; i < sizeof children / sizeof children[0] && rc == RC_OK && !*more; i++)
        rc = delete_rows(erase, children[i], more);
    if (rc == RC_OK && !*more)
        rc = delete_noted(erase, erase->client_id, more);
    if (rc == RC_OK && !*more)
        rc = delete_client(erase);
    return rc;
}

static struct erase *begin(const struct step_env *env, struct str client_id, struct arena *arena)
{
    struct erase *erase = arena_new(arena, 1, sizeof *erase);
    *erase = (struct erase){
        .env = env, .arena = arena, .client_id = client_id, .batch = arena_new(arena, 1, sizeof(struct batch))};
    batch_init(erase->batch);
    erase->batch->durable = true;
    return erase;
}

static void add_tombstone(struct erase *erase, struct str id)
{
    int64_t now = clock_now(erase->env->clock);
    struct tombstone *tombstone = arena_new(erase->arena, 1, sizeof *tombstone);
    *tombstone = (struct tombstone){.id = id, .created_at = now, .updated_at = now};
    batch_put(erase->batch, RECORD_TOMBSTONE, tombstone, STORE_ANY);
}

/* Steps working on one of the rows right now make a commit fail: looked at again. */
#define REDO_MAX 20

/* Others with the same address are the same person: their rows go by jobs of their own, behind their tombstones. */
static enum rc erase_person(struct erase *erase, const struct client *client)
{
    if (str_is_empty(client->email))
        return RC_OK;
    struct client *clients;
    size_t count;
    enum rc rc = read_person_clients(erase->env, client->person, erase->arena, &clients, &count);
    for (size_t i = 0; rc == RC_OK && i < count && i < PERSON_CLIENTS_MAX; i++) {
        if (str_equal(clients[i].id, client->id))
            continue;
        add_tombstone(erase, prepare_tombstone_id(erase->env, clients[i].id, erase->arena));
        batch_job(erase->batch, STORE_JOB_SET, JOB_ERASE, clients[i].id, clock_now(erase->env->clock));
    }
    add_tombstone(erase, client->person);
    batch_delete(erase->batch, RECORD_PERSON, client->person, STORE_ANY);
    return rc;
}

static enum rc try_first(const struct step_env *env, struct str client_id, struct str actor, struct arena *arena,
                         int64_t *rows)
{
    struct client *client = arena_new(arena, 1, sizeof *client);
    enum rc rc = store_get(env->store, RECORD_CLIENT, client_id, arena, client);
    if (rc != RC_OK)
        return rc;
    struct erase *erase = begin(env, client_id, arena);
    bool more;
    if ((rc = erase_some(erase, &more)) != RC_OK)
        return rc;
    add_tombstone(erase, prepare_tombstone_id(env, client_id, arena));
    if ((rc = erase_person(erase, client)) != RC_OK)
        return rc;
    batch_add(erase->batch, STR("erased:total"), 1);
    struct audit_entry entry = {.actor = audit_actor(actor), /* named by the tombstone's keyed hash alone */
                                .action = STR("client.erased"),
                                .subject = prepare_tombstone_id(env, client_id, arena),
                                .detail = STR("{}")};
    audit_add(env, erase->batch, &entry, arena);
    /* always: it also clears the change images that this very commit leaves */
    batch_job(erase->batch, STORE_JOB_SET, JOB_ERASE, client_id, clock_now(env->clock));
    rc = batch_commit(env, erase->batch);
    *rows = erase->rows;
    return rc;
}

enum rc erase_client(const struct step_env *env, struct str client_id, struct str actor, struct arena *arena,
                     struct str *receipt)
{
    int64_t rows = 0;
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
        rc = try_first(env, client_id, actor, arena, &rows);
    if (rc != RC_OK)
        return rc == RC_CONFLICT ? RC_BUSY : rc;
    rc = env->feed->vtable->forget(env->feed, client_id);
    log_info("client_erased", "by=" LOG_STR " rows=%lld", LOG_ARG(actor), (long long)rows);
    *receipt = arena_printf(arena, "{\"client_id\":\"%.*s\",\"erased_at\":\"%.*s\"}", STR_ARG(client_id),
                            STR_ARG(time_to_text(clock_now(env->clock), arena)));
    return rc;
}

/* The next page of kept answers that speak of the client, deleted: nobody can be given them again, and who asks once more
 * meets the tombstone. An answer about a client has its id in it. */
static enum rc forget_answers(struct erase *erase)
{
    struct store_query query = STORE_QUERY(ANSWER_BY_CREATED);
    struct str quoted = arena_printf(erase->arena, "\"%.*s\"", STR_ARG(erase->client_id));
    query.limit = ANSWERS_AT_ONCE;
    do {
        struct arena arena = {0};
        struct store_page page;
        struct batch *batch = arena_new(&arena, 1, sizeof *batch);
        batch_init(batch);
        batch->durable = true;
        enum rc rc = store_list(erase->env->store, &query, &arena, &page);
        const struct answer *answers = page.items;
        for (size_t i = 0; rc == RC_OK && i < page.count; i++)
            if (str_contains(answers[i].body, quoted))
                batch_delete(batch, RECORD_ANSWER, answers[i].id, STORE_ANY);
        if (rc == RC_OK && batch->write_count > 0)
            rc = batch_commit(erase->env, batch);
        query.cursor = rc == RC_OK ? arena_str(erase->arena, page.cursor) : STR_NONE;
        arena_clear(&arena);
        if (rc != RC_OK)
            return rc;
    } while (!str_is_none(query.cursor));
    return RC_OK;
}

enum rc erase_rest(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct erase *erase = begin(env, job->key, arena);
    bool more;
    int64_t now = clock_now(env->clock);
    enum rc rc = erase_some(erase, &more);
    if (rc != RC_OK)
        return rc;
    if (more || erase->rows > 0 || erase->had_client) {
        batch_later(erase->batch, job, erase->is_sending ? now + SENDING_MS : now);
        return batch_commit(env, erase->batch);
    }
    if ((rc = forget_answers(erase)) != RC_OK)
        return rc;
    if ((rc = env->feed->vtable->forget(env->feed, job->key)) != RC_OK)
        return rc;
    batch_ack(erase->batch, job);
    return batch_commit(env, erase->batch);
}
