/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The client's table. `person` and the folded fields are derived by ingest and never input. */
#include "core/client.h"

#include "core/record.h"
#include "core/record_counts.h"

#define AT(member) offsetof(struct client, member)
#define IN_OUT (FIELD_INPUT | FIELD_SHOWN)

const char *const CONSENT_STATUS_WORDS[] = {"unknown", "subscribed", "paused", "unsubscribed", NULL};
const char *const CONSENT_BASIS_WORDS[] = {"none", "explicit", "soft_opt_in", NULL};
const char *const PROFILING_WORDS[] = {"allowed", "objected", NULL};

const struct field CLIENT_FIELDS[] = {
    {.name = "id",
     .type = FIELD_STR,
     .offset = AT(id),
     .flags = FIELD_KEY | FIELD_REQUIRED | IN_OUT,
     .max_length = 128,
     .rule = &RULE_ID},
    {.name = "email",
     .type = FIELD_STR,
     .offset = AT(email),
     .flags = FIELD_NAMED | IN_OUT,
     .max_length = 254,
     .rule = &RULE_EMAIL},
    {.name = "first_name", .type = FIELD_STR, .offset = AT(first_name), .flags = IN_OUT, .max_length = 100},
    {.name = "last_name", .type = FIELD_STR, .offset = AT(last_name), .flags = IN_OUT, .max_length = 100},
    {.name = "locale",
     .type = FIELD_STR,
     .offset = AT(locale),
     .flags = IN_OUT,
     .max_length = 35,
     .rule = &RULE_LOCALE},
    {.name = "country",
     .type = FIELD_STR,
     .offset = AT(country),
     .flags = IN_OUT,
     .max_length = 2,
     .rule = &RULE_COUNTRY},
    {.name = "time_zone",
     .type = FIELD_STR,
     .offset = AT(time_zone),
     .flags = IN_OUT,
     .max_length = 64,
     .rule = &RULE_ZONE},
    {.name = "preferred_categories",
     .type = FIELD_JSON,
     .offset = AT(preferred_categories),
     .flags = IN_OUT,
     .max_length = 20000,
     .shape = &SHAPE_CATEGORIES},
    {.name = "consent.status",
     .type = FIELD_ENUM,
     .offset = AT(consent_status),
     .flags = FIELD_NAMED | FIELD_STORED | IN_OUT,
     .words = CONSENT_STATUS_WORDS},
    {.name = "consent.basis",
     .type = FIELD_ENUM,
     .offset = AT(consent_basis),
     .flags = FIELD_STORED | IN_OUT,
     .words = CONSENT_BASIS_WORDS},
    {.name = "consent.until", .type = FIELD_TIME, .offset = AT(consent_until), .flags = IN_OUT},
    {.name = "consent.source", .type = FIELD_STR, .offset = AT(consent_source), .flags = IN_OUT, .max_length = 100},
    {.name = "consent.evidence", .type = FIELD_STR, .offset = AT(consent_evidence), .flags = IN_OUT, .max_length = 500},
    {.name = "consent.at", .type = FIELD_TIME, .offset = AT(consent_at), .flags = IN_OUT},
    {.name = "profiling",
     .type = FIELD_ENUM,
     .offset = AT(profiling),
     .flags = FIELD_STORED | IN_OUT,
     .words = PROFILING_WORDS},
    {.name = "attributes",
     .type = FIELD_JSON,
     .offset = AT(attributes),
     .flags = IN_OUT,
     .max_length = 40000,
     .shape = &SHAPE_ATTRIBUTES},
    {.name = "source_updated_at",
     .type = FIELD_TIME,
     .offset = AT(source_updated_at),
     .flags = FIELD_INPUT | FIELD_ONCE,
     .input_name = "updated_at"},
    {.name = "person", .type = FIELD_STR, .offset = AT(person)},
    {.name = "name_folded", .type = FIELD_STR, .offset = AT(name_folded)},
    {.name = "email_folded", .type = FIELD_STR, .offset = AT(email_folded)},
    {.name = "created_at", .type = FIELD_TIME, .offset = AT(created_at), .flags = FIELD_STORED | FIELD_ONCE | IN_OUT},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED | FIELD_SHOWN},
};
const size_t CLIENT_FIELD_COUNT = CLIENT_ROWS;
RECORD_ROWS(CLIENT_FIELDS, CLIENT_ROWS);

void client_init_bare(struct client *client, struct str id, int64_t now_ms)
{
    record_init(RECORD_CLIENT, client);
    client->id = id;
    client->created_at = now_ms;
    client->updated_at = now_ms;
}

bool client_is_bare(const struct client *client)
{
    return str_is_none(client->email) && str_is_none(client->first_name) && str_is_none(client->last_name) &&
           str_is_none(client->locale) && str_is_none(client->country) && str_is_none(client->time_zone) &&
           str_is_none(client->preferred_categories) && client->consent_status == CONSENT_UNKNOWN &&
           client->consent_at == TIME_NONE && client->profiling == PROFILING_ALLOWED &&
           str_is_none(client->attributes) && client->source_updated_at == TIME_NONE;
}

/* Words that say how a consent came to us or that it ended, not what the person did to give it. */
static const char *const NO_ACTS[] = {
    "api", "batch", "complaint", "hook", "hooks", "import", "pull", "sync", "unsubscribe_link", "unsubscribe_mail",
    NULL};

bool client_names_act(const struct client *client)
{
    struct str rest = str_trim(client->consent_source);
    struct str word = str_cut(&rest, ':'); /* "pull:shopify" is a pull */
    for (int i = 0; NO_ACTS[i]; i++)
        if (str_equal_nocase(word, str_of(NO_ACTS[i])))
            return false;
    return !str_is_empty(word);
}

bool client_consent_accepts(const struct client *old, const struct client *in)
{
    bool is_out = old->consent_status == CONSENT_UNSUBSCRIBED;
    if (in->consent_status == CONSENT_UNKNOWN && in->consent_at == TIME_NONE)
        return false;
    if (is_out && str_equal(old->consent_source, STR("complaint")))
        return false;
    if (in->consent_status == CONSENT_UNSUBSCRIBED && !is_out)
        return true;
    if (is_out) {
        /* an opt-out without a time is as late as our last word on the client: stricter than it was, never laxer */
        int64_t since = old->consent_at != TIME_NONE ? old->consent_at : old->updated_at;
        bool later = in->consent_at != TIME_NONE && in->consent_at > since;
        if (in->consent_status == CONSENT_UNSUBSCRIBED)
            return later;
        return later && in->consent_status != CONSENT_UNKNOWN && client_names_act(in);
    }
    if (old->consent_status == CONSENT_UNKNOWN && old->consent_at == TIME_NONE)
        return true;
    if (in->consent_at == TIME_NONE)
        return old->consent_status == CONSENT_SUBSCRIBED && in->consent_status == CONSENT_PAUSED;
    return old->consent_at == TIME_NONE || in->consent_at >= old->consent_at;
}

void client_opt_out(struct client *client, struct str source, int64_t now_ms)
{
    client->consent_status = CONSENT_UNSUBSCRIBED;
    client->consent_source = source;
    client->consent_evidence = STR_NONE;
    if (client->consent_at < now_ms)
        client->consent_at = now_ms;
    client->consent_until = TIME_NONE;
    client->updated_at = now_ms;
}
