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
