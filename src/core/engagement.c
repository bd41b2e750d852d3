/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The engagement's table. Nothing of it is shown as it is stored: the API computes score, band and parts when it reads. */
#include "core/engagement.h"

#include "core/record_counts.h"

#define AT(member) offsetof(struct engagement, member)

const char *const BACKLOG_REASON_WORDS[] = {"none",   "history",    "late_order", "cancellation",
                                            "policy", "shop_scale", NULL};

const struct field ENGAGEMENT_FIELDS[] = {
    {.name = "client_id", .type = FIELD_STR, .offset = AT(client_id), .flags = FIELD_KEY | FIELD_STORED},
    {.name = "visits", .type = FIELD_I64, .offset = AT(visits), .flags = FIELD_STORED},
    {.name = "first_at", .type = FIELD_TIME, .offset = AT(first_at)},
    {.name = "last_at", .type = FIELD_TIME, .offset = AT(last_at)},
    {.name = "last_order_id", .type = FIELD_STR, .offset = AT(last_order_id)},
    {.name = "value_minor", .type = FIELD_I64, .offset = AT(value_minor), .flags = FIELD_STORED},
    {.name = "valued", .type = FIELD_I64, .offset = AT(valued), .flags = FIELD_STORED},
    {.name = "order_count", .type = FIELD_I64, .offset = AT(order_count), .flags = FIELD_STORED},
    {.name = "engaged_until", .type = FIELD_TIME, .offset = AT(engaged_until)},
    {.name = "due_at", .type = FIELD_TIME, .offset = AT(due_at)},
    {.name = "lost_at", .type = FIELD_TIME, .offset = AT(lost_at)},
    {.name = "draw", .type = FIELD_I64, .offset = AT(draw)},
    {.name = "recent", .type = FIELD_JSON, .offset = AT(recent)},
    {.name = "profiled", .type = FIELD_BOOL, .offset = AT(profiled), .flags = FIELD_STORED},
    {.name = "mailable", .type = FIELD_BOOL, .offset = AT(mailable), .flags = FIELD_STORED},
    {.name = "scale_version", .type = FIELD_I64, .offset = AT(scale_version)},
    {.name = "policy_version", .type = FIELD_I64, .offset = AT(policy_version)},
    {.name = "backlog",
     .type = FIELD_ENUM,
     .offset = AT(backlog),
     .flags = FIELD_STORED,
     .words = BACKLOG_REASON_WORDS},
    {.name = "backlog_rank", .type = FIELD_I64, .offset = AT(backlog_rank)},
    {.name = "episode_id", .type = FIELD_STR, .offset = AT(episode_id)},
    {.name = "last_episode_id", .type = FIELD_STR, .offset = AT(last_episode_id)},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED},
};
const size_t ENGAGEMENT_FIELD_COUNT = ENGAGEMENT_ROWS;
RECORD_ROWS(ENGAGEMENT_FIELDS, ENGAGEMENT_ROWS);
