/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/contacts.h"

#include "core/episode.h"
#include "step/batch.h"
#include "step/reads.h"

#define REDO_MAX 20

const char *const CONTACT_STATUS_WORDS[] = {"counted", "unchanged", "unknown_client", "future", NULL};

/* Whom it was; absent when we do not know them. A person is known by having a client. */
static enum rc find_person(const struct step_env *env, const struct contact *contact, struct arena *arena,
                           struct str *person)
{
    struct client client, *clients;
    size_t count;
    *person = STR_NONE;
    if (!str_is_empty(contact->client_id)) {
        enum rc rc = store_get(env->store, RECORD_CLIENT, contact->client_id, arena, &client);
        if (rc == RC_OK)
            *person = client.person;
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    }
    struct str mailed = env_person(env, contact->email, STR_NONE, arena);
    enum rc rc = read_person_clients(env, mailed, arena, &clients, &count);
    if (rc == RC_OK && count > 0)
        *person = mailed;
    return rc;
}

/* Absent instants are the smallest number. */
static int64_t later(int64_t a, int64_t b) { return a > b ? a : b; }

static enum rc try_contact(const struct step_env *env, struct contact *contact, struct str id, struct arena *arena)
{
    struct person *person = arena_new(arena, 1, sizeof *person);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    enum rc rc = store_get(env->store, RECORD_PERSON, id, arena, person);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    int64_t version = rc == RC_OK ? person->version : STORE_ABSENT;
    if (rc == RC_NOT_FOUND) {
        record_init(RECORD_PERSON, person);
        person->id = id;
    }
    contact->status = CONTACT_UNCHANGED;
    if (person->last_email_at >= contact->at && person->contact_at >= contact->at)
        return RC_OK;
    contact->status = CONTACT_COUNTED;
    person->last_email_at = later(person->last_email_at, contact->at);
    person->contact_at = later(person->contact_at, contact->at);
    person->updated_at = clock_now(env->clock);
    batch_init(batch);
    batch->durable = true;
    batch_put(batch, RECORD_PERSON, person, version);
    return batch_commit(env, batch);
}

enum rc contact_made(const struct step_env *env, struct contact *contact, struct arena *arena)
{
    struct str person;
    contact->status = CONTACT_FUTURE;
    if (contact->at > clock_now(env->clock))
        return RC_OK;
    enum rc rc = find_person(env, contact, arena, &person);
    contact->status = CONTACT_UNKNOWN;
    if (rc != RC_OK || str_is_none(person))
        return rc;
    rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
        rc = try_contact(env, contact, person, arena);
    return rc == RC_CONFLICT ? RC_BUSY : rc;
}
