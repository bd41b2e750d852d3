/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/ses_subscription.h"

#include "base/log.h"
#include "step/audit.h"
#include "step/settings.h"

const char *const SES_SUBSCRIPTION_WORDS[] = {"unasked", "waiting", "confirmed", "ended", NULL};

#define TOPICS_MAX 20
#define ANSWER_MAX_BYTES 65536
#define REDO_MAX 5

/* The setting as it is read and written. */
struct list {
    struct ses_subscription items[TOPICS_MAX];
    size_t count;
    int64_t version; /* STORE_ABSENT: there is none */
};

/* --- the setting --------------------------------------------------------------------------------------------------- */

static void read_item(const struct json *item, struct arena *arena, struct ses_subscription *out)
{
    int state = field_enum_from(SES_SUBSCRIPTION_WORDS, json_get_str(item, "state"));
    *out = (struct ses_subscription){.topic_arn = arena_str(arena, json_get_str(item, "topic_arn")),
                                     .state = (enum ses_subscription_state)(state < 0 ? SES_UNASKED : state),
                                     .message_id = arena_str(arena, json_get_str(item, "message_id")),
                                     .asked_at = setting_instant(item, "asked_at"),
                                     .url = arena_str(arena, json_get_str(item, "url")),
                                     .confirmed_at = setting_instant(item, "confirmed_at"),
                                     .by = arena_str(arena, json_get_str(item, "by"))};
}

static enum rc read_list(const struct step_env *env, struct arena *arena, struct list *out)
{
    struct json *parsed;
    *out = (struct list){.count = 0};
    enum rc rc = setting_read(env, SETTING_SES_SUBSCRIPTION, arena, &parsed, &out->version);
    for (size_t i = 0; i < json_size(parsed) && out->count < TOPICS_MAX; i++)
        read_item(json_at(parsed, i), arena, &out->items[out->count++]);
    json_free(parsed);
    return rc;
}

static void write_item(const struct ses_subscription *item, struct arena *arena, struct json_out *out)
{
    json_begin_object(out);
    json_pair_str(out, "topic_arn", item->topic_arn);
    json_pair_str(out, "state", str_of(SES_SUBSCRIPTION_WORDS[item->state]));
    json_pair_str(out, "message_id", item->message_id);
    json_pair_str(out, "asked_at", time_to_text(item->asked_at, arena));
    json_pair_str(out, "url", item->url);
    json_pair_str(out, "confirmed_at", time_to_text(item->confirmed_at, arena));
    json_pair_str(out, "by", item->by);
    json_end_object(out);
}

static void put_list(const struct step_env *env, const struct list *list, struct batch *batch, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    for (size_t i = 0; i < list->count; i++)
        write_item(&list->items[i], arena, &out);
    json_end_array(&out);
    struct str value = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    batch_init(batch);
    batch->durable = true;
    setting_put(batch, SETTING_SES_SUBSCRIPTION, value, list->version, clock_now(env->clock), arena);
}

/* The topic's entry; a new one when there is room, NULL when there is none. */
static struct ses_subscription *entry_of(struct list *list, struct str topic_arn)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_equal(list->items[i].topic_arn, topic_arn))
            return &list->items[i];
    if (list->count == TOPICS_MAX)
        return NULL;
    struct ses_subscription *entry = &list->items[list->count++];
    *entry = (struct ses_subscription){.topic_arn = topic_arn, .asked_at = TIME_NONE, .confirmed_at = TIME_NONE};
    return entry;
}

/* --- acts ---------------------------------------------------------------------------------------------------------- */

enum rc ses_subscription_read(const struct step_env *env, struct str topic_arn, struct arena *arena,
                              struct ses_subscription *out)
{
    struct list *list = arena_new(arena, 1, sizeof *list);
    *out = (struct ses_subscription){.topic_arn = topic_arn, .asked_at = TIME_NONE, .confirmed_at = TIME_NONE};
    enum rc rc = read_list(env, arena, list);
    for (size_t i = 0; i < list->count && rc == RC_OK; i++)
        if (str_equal(list->items[i].topic_arn, topic_arn))
            *out = list->items[i];
    return rc;
}

/* RC_NOT_FOUND: it was noted before. */
static enum rc change(struct list *list, const struct sns_message *message, int64_t now)
{
    struct ses_subscription *entry = entry_of(list, message->topic_arn);
    if (entry == NULL)
        return RC_LIMITED;
    if (str_equal(entry->message_id, message->message_id))
        return RC_NOT_FOUND;
    bool asks = message->type == SNS_SUBSCRIPTION;
    entry->state = asks ? SES_WAITING : SES_ENDED;
    entry->message_id = message->message_id;
    entry->url = asks ? message->subscribe_url : STR_NONE;
    entry->confirmed_at = TIME_NONE;
    entry->by = STR_NONE;
    if (asks)
        entry->asked_at = now;
    return RC_OK;
}

enum rc ses_subscription_note(const struct step_env *env, const struct sns_message *message, struct arena *arena)
{
    enum rc rc = RC_CONFLICT;
    if (message->type == SNS_SUBSCRIPTION && !sns_subscribe_url_is_good(message->subscribe_url, message->topic_arn))
        return RC_INVALID;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++) {
        struct list *list = arena_new(arena, 1, sizeof *list);
        struct batch *batch = arena_new(arena, 1, sizeof *batch);
        rc = read_list(env, arena, list);
        if (rc == RC_OK)
            rc = change(list, message, clock_now(env->clock));
        if (rc == RC_NOT_FOUND)
            return RC_OK;
        if (rc != RC_OK)
            return rc;
        put_list(env, list, batch, arena);
        rc = batch_commit(env, batch);
    }
    if (rc == RC_OK)
        log_warn("ses_subscription", "topic=" LOG_STR " state=%s", LOG_ARG(message->topic_arn),
                 message->type == SNS_SUBSCRIPTION ? "waiting" : "ended");
    return rc == RC_CONFLICT ? RC_BUSY : rc;
}

static enum rc answer(const struct ses_confirmation *c, struct str url, struct arena *arena, struct str *why)
{
    struct fetch_wish wish = {.url = url, .max_bytes = ANSWER_MAX_BYTES};
    struct str body;
    *why = STR("it does not lead to Amazon");
    if (!sns_subscribe_url_is_good(url, c->topic_arn)) /* once more: this is what leaves the machine */
        return RC_DENIED;
    enum rc rc = c->fetch->vtable->get(c->fetch, &wish, arena, &body, why);
    return rc == RC_NOT_FOUND ? RC_DENIED : rc;
}

static enum rc commit_confirmed(const struct step_env *env, const struct ses_confirmation *c, struct list *list,
                                struct ses_subscription *entry, struct arena *arena)
{
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    entry->state = SES_CONFIRMED;
    entry->url = STR_NONE;
    entry->confirmed_at = clock_now(env->clock);
    entry->by = audit_actor(c->actor);
    put_list(env, list, batch, arena);
    struct audit_entry note = {.actor = audit_actor(c->actor),
                               .action = STR("ses_subscription.confirmed"),
                               .subject = entry->topic_arn,
                               .detail = STR("{}")};
    audit_add(env, batch, &note, arena);
    return batch_commit(env, batch);
}

enum rc ses_subscription_confirm(const struct step_env *env, const struct ses_confirmation *c, struct arena *arena,
                                 struct ses_subscription *out, struct str *why)
{
    struct list *list = arena_new(arena, 1, sizeof *list);
    struct ses_subscription *entry = NULL;
    *why = STR_NONE;
    enum rc rc = read_list(env, arena, list);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < list->count; i++)
        if (str_equal(list->items[i].topic_arn, c->topic_arn) && list->items[i].state == SES_WAITING)
            entry = &list->items[i];
    if (entry == NULL)
        return RC_NOT_FOUND;
    rc = answer(c, entry->url, arena, why);
    if (rc == RC_OK)
        rc = commit_confirmed(env, c, list, entry, arena);
    if (rc != RC_OK)
        return rc;
    *out = *entry;
    log_info("ses_subscription", "topic=" LOG_STR " state=confirmed", LOG_ARG(entry->topic_arn));
    return RC_OK;
}
