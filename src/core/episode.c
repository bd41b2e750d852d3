/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tables of the episode and of the person who may have one open. */
#include "core/episode.h"

#include "core/record_counts.h"

#define AT(member) offsetof(struct episode, member)
#define P_AT(member) offsetof(struct person, member)

const char *const EPISODE_STATE_WORDS[] = {"waiting", "drafting", "holdout", "ineligible", "emailed", "closed", NULL};
const char *const EPISODE_ARM_WORDS[] = {"none", "treated", "holdout", "forced", NULL};
const char *const EPISODE_OFFER_WORDS[] = {"none", "with", "without", NULL};
const char *const EPISODE_STRATUM_WORDS[] = {"due", "backlog", "forced", NULL};

const struct field EPISODE_FIELDS[] = {
    {.name = "id", .type = FIELD_STR, .offset = AT(id), .flags = FIELD_KEY | FIELD_STORED | FIELD_SHOWN},
    {.name = "client_id", .type = FIELD_STR, .offset = AT(client_id), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "person", .type = FIELD_STR, .offset = AT(person)},
    {.name = "last_order_id", .type = FIELD_STR, .offset = AT(last_order_id)},
    {.name = "due_at", .type = FIELD_TIME, .offset = AT(due_at), .flags = FIELD_SHOWN},
    {.name = "opened_at", .type = FIELD_TIME, .offset = AT(opened_at)},
    {.name = "admitted_at", .type = FIELD_TIME, .offset = AT(admitted_at)},
    {.name = "closed_at", .type = FIELD_TIME, .offset = AT(closed_at)},
    {.name = "state",
     .type = FIELD_ENUM,
     .offset = AT(state),
     .flags = FIELD_STORED | FIELD_SHOWN,
     .words = EPISODE_STATE_WORDS},
    {.name = "arm",
     .type = FIELD_ENUM,
     .offset = AT(arm),
     .flags = FIELD_STORED | FIELD_SHOWN | FIELD_NULL_FIRST,
     .words = EPISODE_ARM_WORDS},
    {.name = "stratum",
     .type = FIELD_ENUM,
     .offset = AT(stratum),
     .flags = FIELD_STORED,
     .words = EPISODE_STRATUM_WORDS},
    {.name = "reason", .type = FIELD_STR, .offset = AT(reason), .flags = FIELD_SHOWN},
    {.name = "email_id", .type = FIELD_STR, .offset = AT(email_id), .flags = FIELD_SHOWN},
    {.name = "rank", .type = FIELD_I64, .offset = AT(rank)},
    {.name = "score", .type = FIELD_F64, .offset = AT(score)},
    {.name = "chance", .type = FIELD_F64, .offset = AT(chance)},
    {.name = "period", .type = FIELD_STR, .offset = AT(period)},
    {.name = "reordered_at", .type = FIELD_TIME, .offset = AT(reordered_at)},
    {.name = "reorder_minor", .type = FIELD_I64, .offset = AT(reorder_minor)},
    {.name = "revenue_30_minor", .type = FIELD_I64, .offset = AT(revenue_30_minor)},
    {.name = "revenue_60_minor", .type = FIELD_I64, .offset = AT(revenue_60_minor)},
    {.name = "revenue_90_minor", .type = FIELD_I64, .offset = AT(revenue_90_minor)},
    {.name = "emailed_at", .type = FIELD_TIME, .offset = AT(emailed_at)},
    {.name = "offer", .type = FIELD_ENUM, .offset = AT(offer), .flags = FIELD_STORED, .words = EPISODE_OFFER_WORDS},
    {.name = "counts", .type = FIELD_BOOL, .offset = AT(counts), .flags = FIELD_STORED},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED},
};
const size_t EPISODE_FIELD_COUNT = EPISODE_ROWS;
RECORD_ROWS(EPISODE_FIELDS, EPISODE_ROWS);

struct str episode_id_of(struct str client_id, struct str last_order_id, struct arena *arena)
{
    return arena_printf(arena, "%.*s~%.*s", STR_ARG(client_id), STR_ARG(last_order_id));
}

const struct field PERSON_FIELDS[] = {
    {.name = "id", .type = FIELD_STR, .offset = P_AT(id), .flags = FIELD_KEY | FIELD_STORED},
    {.name = "episode_id", .type = FIELD_STR, .offset = P_AT(episode_id)},
    {.name = "last_email_at", .type = FIELD_TIME, .offset = P_AT(last_email_at)},
    {.name = "contact_at", .type = FIELD_TIME, .offset = P_AT(contact_at)},
    {.name = "entered_at", .type = FIELD_TIME, .offset = P_AT(entered_at)},
    {.name = "calls", .type = FIELD_JSON, .offset = P_AT(calls)},
    {.name = "data_sent_at", .type = FIELD_TIME, .offset = P_AT(data_sent_at)},
    {.name = "updated_at", .type = FIELD_TIME, .offset = P_AT(updated_at), .flags = FIELD_STORED},
    {.name = "version", .type = FIELD_I64, .offset = P_AT(version), .flags = FIELD_STORED},
};
const size_t PERSON_FIELD_COUNT = PERSON_ROWS;
RECORD_ROWS(PERSON_FIELDS, PERSON_ROWS);
