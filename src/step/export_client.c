/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/export_client.h"

#include "core/call.h"
#include "core/record.h"
#include "core/records_small.h"
#include "core/score.h"
#include "step/reads.h"

#define CHANGES_AT_ONCE 500

struct export
{
    const struct step_env *env;
    struct arena *arena; /* of the whole document */
    struct json_out out;
    struct str client_id; /* asked for */
    struct client *clients;
    size_t count;
};
typedef enum rc put_record(struct export *x, enum record_kind kind, const void *record);

static enum rc put_plain(struct export *x, enum record_kind kind, const void *record)
{
    record_export(kind, record, false, &x->out);
    return RC_OK;
}

/* A member that is the list of all records of an index with one value, oldest first; a page at a time. */
static enum rc put_list(struct export *x, const char *name, enum record_index index, struct str equal, put_record *put)
{
    struct store_query query = STORE_QUERY(index);
    enum record_kind kind = RECORD_INDEX_DEFS[index].kind;
    enum rc rc;
    query.equal = equal;
    json_key(&x->out, name);
    json_begin_array(&x->out);
    do {
        struct store_page page;
        rc = store_list(x->env->store, &query, x->arena, &page);
        for (size_t i = 0; rc == RC_OK && i < page.count; i++)
            rc = put(x, kind, (const char *)page.items + i * RECORD_TYPES[kind].size);
        query.cursor = rc == RC_OK ? page.cursor : STR_NONE;
    } while (!str_is_none(query.cursor));
    json_end_array(&x->out);
    return rc;
}

/* A member that is one record, null when there is none. `record` is room for it. */
static enum rc put_one(struct export *x, const char *name, enum record_kind kind, struct str key)
{
    void *record = arena_new(x->arena, 1, RECORD_TYPES[kind].size);
    enum rc rc = store_get(x->env->store, kind, key, x->arena, record);
    json_key(&x->out, name);
    if (rc == RC_OK)
        record_export(kind, record, false, &x->out);
    else
        json_put_null(&x->out);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A list of acts without who did them: staff have rights too. */
static struct str without_names(struct str list, struct arena *arena)
{
    struct json *acts = NULL;
    struct json_error error;
    struct buf text = {0};
    struct json_out out;
    if (str_is_empty(list) || json_parse(list, &acts, &error) != RC_OK)
        return STR_NONE;
    json_out_init(&out, &text);
    json_begin_array(&out);
    for (size_t i = 0; i < json_size(acts); i++) {
        void *iter = NULL;
        struct str name;
        const struct json *value;
        json_begin_object(&out);
        while (json_each(json_at(acts, i), &iter, &name, &value)) {
            struct buf raw = {0};
            if (str_equal(name, STR("by")))
                continue;
            json_dump(value, &raw);
            json_key(&out, arena_str(arena, name).ptr);
            json_put_raw(&out, buf_str(&raw));
            buf_clear(&raw);
        }
        json_end_object(&out);
    }
    json_end_array(&out);
    struct str result = arena_str(arena, buf_str(&text));
    json_free(acts);
    buf_clear(&text);
    return result;
}

/* With what belongs to it alone: the calls of the model, the code it printed, its row among the sent ones. */
static enum rc put_email(struct export *x, enum record_kind kind, const void *record)
{
    struct email email = *(const struct email *)record;
    email.approvals = without_names(email.approvals, x->arena);
    email.edits = without_names(email.edits, x->arena);
    record_export(kind, &email, true, &x->out);
    enum rc rc = put_list(x, "calls", CALL_BY_EMAIL, email.id, put_plain);
    if (rc == RC_OK)
        rc = put_list(x, "offer_codes", OFFER_CODE_BY_EMAIL, email.id, put_plain);
    if (rc == RC_OK)
        rc = put_list(x, "notices", NOTICE_BY_EMAIL, email.id, put_plain);
    if (rc == RC_OK)
        rc = put_one(x, "sent_mail", RECORD_SENT_MAIL, email.id);
    json_end_object(&x->out);
    return rc;
}

/* What was decided about the client: that and when, not by whom. */
static enum rc put_noted(struct export *x, enum record_kind kind, const void *record)
{
    const struct audit *audit = record;
    (void)kind;
    json_begin_object(&x->out);
    json_pair_str(&x->out, "at", time_to_text(audit->at, x->arena));
    json_pair_str(&x->out, "action", audit->action);
    json_end_object(&x->out);
    return RC_OK;
}

static struct str source_without_name(struct str source)
{
    return str_starts_with(source, STR("staff:")) ? STR("staff") : source;
}

static enum rc put_engagement(struct export *x, const struct client *client)
{
    struct engagement engagement;
    struct policy policy;
    struct scale scale;
    struct score score;
    json_key(&x->out, "engagement");
    enum rc rc = store_get(x->env->store, RECORD_ENGAGEMENT, client->id, x->arena, &engagement);
    bool none = rc == RC_NOT_FOUND;
    if (rc == RC_OK)
        rc = env_policy(x->env, x->arena, &policy);
    if (rc == RC_OK)
        rc = read_scale(x->env, x->arena, &scale);
    if (rc != RC_OK) {
        json_put_null(&x->out);
        return none ? RC_OK : rc;
    }
    record_export(RECORD_ENGAGEMENT, &engagement, true, &x->out);
    score_at(&engagement, &scale, &policy.detector, clock_now(x->env->clock), &score);
    json_key(&x->out, "score");
    if (engagement.visits > 0)
        json_put_real(&x->out, score.total);
    else
        json_put_null(&x->out);
    json_end_object(&x->out);
    return RC_OK;
}

static enum rc put_client(struct export *x, const struct client *stored)
{
    static const struct {
        const char *name;
        enum record_index index;
        put_record *put;
    } LISTS[] = {{"orders", ORDER_BY_CLIENT, put_plain},      {"episodes", EPISODE_BY_CLIENT, put_plain},
                 {"emails", EMAIL_BY_CLIENT, put_email},      {"notices", NOTICE_BY_CLIENT, put_plain},
                 {"outbound", OUTBOUND_BY_CLIENT, put_plain}, {"noted", AUDIT_BY_SUBJECT, put_noted}};
    struct client client = *stored;
    client.consent_source = source_without_name(client.consent_source);
    json_begin_object(&x->out);
    json_key(&x->out, "client");
    record_export(RECORD_CLIENT, &client, false, &x->out);
    enum rc rc = put_engagement(x, &client);
    for (size_t i = 0; rc == RC_OK && i < sizeof LISTS / sizeof LISTS[0]; i++)
        rc = put_list(x, LISTS[i].name, LISTS[i].index, client.id, LISTS[i].put);
    json_end_object(&x->out);
    return rc;
}

/* --- how consent came about, as far as changes are kept -------------------------------------------------------------- */

static bool is_ours(const struct export *x, const struct change *change)
{
    if (change->kind != RECORD_CLIENT || change->op == CHANGE_LOAD || str_is_none(change->new_image))
        return false;
    for (size_t i = 0; i < x->count; i++)
        if (str_equal(x->clients[i].id, change->key))
            return true;
    return false;
}

static bool same_consent(const struct client *a, const struct client *b)
{
    return a->consent_status == b->consent_status && a->consent_basis == b->consent_basis &&
           a->consent_until == b->consent_until && a->consent_at == b->consent_at &&
           str_equal(a->consent_source, b->consent_source) && a->profiling == b->profiling;
}

static void put_time(struct export *x, const char *name, int64_t at, struct arena *arena)
{
    json_pair_str(&x->out, name, at == TIME_NONE ? STR_NONE : time_to_text(at, arena));
}

static enum rc put_change(struct export *x, const struct change *change, struct arena *arena)
{
    struct client now, before;
    enum rc rc = record_from_image(RECORD_CLIENT, change->new_image, arena, &now);
    if (rc == RC_OK && !str_is_none(change->old_image)) {
        rc = record_from_image(RECORD_CLIENT, change->old_image, arena, &before);
        if (rc == RC_OK && same_consent(&before, &now))
            return RC_OK;
    }
    if (rc != RC_OK)
        return rc;
    json_begin_object(&x->out);
    json_pair_str(&x->out, "client_id", change->key);
    put_time(x, "changed_at", change->at, arena);
    json_pair_str(&x->out, "status", field_enum_word(CONSENT_STATUS_WORDS, now.consent_status));
    json_pair_str(&x->out, "basis", field_enum_word(CONSENT_BASIS_WORDS, now.consent_basis));
    put_time(x, "until", now.consent_until, arena);
    put_time(x, "at", now.consent_at, arena);
    json_pair_str(&x->out, "source", source_without_name(now.consent_source));
    json_pair_str(&x->out, "evidence", now.consent_evidence);
    json_pair_str(&x->out, "profiling", field_enum_word(PROFILING_WORDS, now.profiling));
    json_end_object(&x->out);
    return RC_OK;
}

static enum rc put_consent_history(struct export *x)
{
    int64_t after = 0;
    size_t count;
    enum rc rc;
    json_key(&x->out, "consent_history");
    json_begin_array(&x->out);
    do {
        struct arena arena = {0};
        struct change *changes;
        rc = x->env->feed->vtable->read(x->env->feed, after, CHANGES_AT_ONCE, &arena, &changes, &count);
        for (size_t i = 0; rc == RC_OK && i < count; i++) {
            after = changes[i].seq;
            if (is_ours(x, &changes[i]))
                rc = put_change(x, &changes[i], &arena);
        }
        arena_clear(&arena);
    } while (rc == RC_OK && count == CHANGES_AT_ONCE);
    json_end_array(&x->out);
    return rc;
}

static enum rc read_clients(struct export *x)
{
    struct client *client = arena_new(x->arena, 1, sizeof *client);
    enum rc rc = store_get(x->env->store, RECORD_CLIENT, x->client_id, x->arena, client);
    if (rc == RC_OK)
        rc = read_person_clients(x->env, client->person, x->arena, &x->clients, &x->count);
    return rc == RC_OK && x->count == 0 ? RC_CONFLICT : rc; /* it changed under our hands */
}

static enum rc put_all(struct export *x)
{
    struct json_out *out = &x->out;
    struct str person = x->clients[0].person;
    json_begin_object(out);
    json_pair_str(out, "format", EXPORT_FORMAT);
    json_pair_i64(out, "version", EXPORT_VERSION);
    json_pair_str(out, "made_at", time_to_text(clock_now(x->env->clock), x->arena));
    json_pair_str(out, "shop", x->env->shop.name);
    enum rc rc = put_one(x, "person", RECORD_PERSON, person);
    if (rc == RC_OK)
        rc = put_one(x, "suppression", RECORD_SUPPRESSION, person);
    json_key(out, "clients");
    json_begin_array(out);
    for (size_t i = 0; rc == RC_OK && i < x->count; i++)
        rc = put_client(x, &x->clients[i]);
    json_end_array(out);
    if (rc == RC_OK)
        rc = put_consent_history(x);
    json_end_object(out);
    return rc;
}

enum rc export_client(const struct step_env *env, struct str client_id, struct arena *arena, struct buf *out)
{
    struct export x = {.env = env, .arena = arena, .client_id = client_id};
    json_out_init(&x.out, out);
    enum rc rc = read_clients(&x);
    return rc == RC_OK ? put_all(&x) : rc;
}
