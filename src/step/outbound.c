/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/outbound.h"

static const char *const REASONS[] = {[OUTBOUND_UNSUBSCRIBED] = "unsubscribe",
                                      [OUTBOUND_COMPLAINED] = "complaint",
                                      [OUTBOUND_HARD_BOUNCED] = "hard_bounce"};

/* {"type","timestamp","data"}, as Standard Webhooks would have it. */
static struct str write_payload(enum outbound_type type, const struct client *client, int64_t now, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_object(&out);
    json_pair_str(&out, "type", str_of(OUTBOUND_TYPE_WORDS[type]));
    json_pair_str(&out, "timestamp", time_to_text(now, arena));
    json_key(&out, "data");
    json_begin_object(&out);
    json_key(&out, "client_ids");
    json_begin_array(&out);
    json_put_str(&out, client->id);
    json_end_array(&out);
    json_pair_str(&out, "email", client->email);
    json_pair_str(&out, "reason", str_of(REASONS[type]));
    json_end_object(&out);
    json_end_object(&out);
    struct str payload = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return payload;
}

void outbound_add(const struct step_env *env, struct batch *batch, enum outbound_type type, const struct client *client,
                  struct arena *arena)
{
    if (!env->shop.has_webhook)
        return;
    int64_t now = clock_now(env->clock);
    struct outbound *event = arena_new(arena, 1, sizeof *event);
    record_init(RECORD_OUTBOUND, event);
    event->id = env_new_id(env, arena);
    event->type = (int)type;
    event->client_id = client->id;
    event->payload = write_payload(type, client, now, arena);
    event->attempts = 0;
    event->created_at = event->updated_at = now;
    batch_put(batch, RECORD_OUTBOUND, event, STORE_ABSENT);
    batch_job(batch, STORE_JOB_EARLIEST, JOB_NOTIFY, event->id, now);
}

enum rc outbound_lag_read(const struct step_env *env, struct arena *arena, struct outbound_lag *out)
{
    struct store_query query = STORE_QUERY(OUTBOUND_BY_STATE);
    struct store_page page;
    struct queue_stats stats = {0};
    *out = (struct outbound_lag){.oldest_at = TIME_NONE};
    query.equal = str_of(OUTBOUND_STATE_WORDS[OUTBOUND_WAITING]);
    query.limit = 1;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc == RC_OK)
        rc = env->queue->vtable->stats(env->queue, &stats);
    if (rc != RC_OK || page.count == 0)
        return rc;
    const struct outbound *oldest = page.items;
    out->waiting = stats.waiting[JOB_NOTIFY] > 0 ? stats.waiting[JOB_NOTIFY] : 1; /* each has its job */
    out->oldest_at = oldest->created_at;
    out->last_error = oldest->error;
    return RC_OK;
}
