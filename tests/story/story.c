/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/template/template.h"
#include "core/mime.h"
#include "step/admin_acts.h"
#include "step/batch.h"
#include "step/ingest.h"
#include "step/reads.h"
#include "step/shop_jobs.h"

#define SETTLE_MS 60000

/* --- ports that the story plays itself --- */

static enum rc relay_send(struct mailer *mailer, const struct mail *mail, struct arena *arena, struct reply *reply)
{
    struct story_relay *relay = (struct story_relay *)mailer;
    (void)arena;
    lock_take(&relay->lock);
    enum rc rc = RC_OK;
    enum reply_class class = REPLY_ACCEPTED;
    if (relay->next_at < relay->next_count) {
        class = relay->next_class[relay->next_at];
        rc = relay->next[relay->next_at++];
    }
    if (rc == RC_OK || rc == RC_UNCERTAIN) {
        assert_true(relay->count < STORY_MAILS_MAX);
        snprintf(relay->mails[relay->count].email_id, 64, "%.*s", STR_ARG(mail->email_id));
        snprintf(relay->mails[relay->count++].recipient, 256, "%.*s", STR_ARG(mail->recipient));
    }
    *reply = (struct reply){.class = class, .phase = REPLY_DOT, .code = rc == RC_OK ? 250 : 0, .text = STR("as told")};
    lock_drop(&relay->lock);
    return rc;
}
static enum rc relay_check(struct mailer *mailer, struct str *why)
{
    (void)mailer;
    *why = STR("");
    return RC_OK;
}
static void relay_close(struct mailer *mailer) { (void)mailer; }
static const struct mailer_vtable RELAY = {.send = relay_send, .check = relay_check, .close = relay_close};

/* --- set-up --- */

static void fill_env(struct story *story, int64_t now)
{
    struct step_env *env = &story->env;
    *env = (struct step_env){.clock = clock_new_manual(now),
                             .store = story->front != NULL ? story->front : story->backend.store,
                             .feed = story->backend.feed,
                             .queue = story->backend.queue,
                             .writer = story->writer != NULL ? story->writer : template_writer(),
                             .llm_daily_microusd = story->daily_microusd,
                             .shop = {.name = STR("Kitchen Row"),
                                      .url = STR("https://shop.example/"),
                                      .postal_address = STR("1 High Street, Bristol"),
                                      .currency = STR("USD"),
                                      .time_zone = STR("UTC"),
                                      .public_url = STR("https://mail.shop.example"),
                                      .mail_from = STR("hello@shop.example")}};
    memset(env->suppression_key.bytes, 7, HASH_BYTES);
    env->link_keys.count = 1;
    env->link_keys.keys[0].id = 1;
    memset(env->link_keys.keys[0].key.bytes, 9, HASH_BYTES);
}

static void start_workers(struct story *story)
{
    struct mailer *mailers[] = {&story->relay.port};
    struct worker_options options = {.score_threads = 2,
                                     .step_threads = 1,
                                     .draft_threads = story->draft_threads > 0 ? story->draft_threads : 1,
                                     .mailers = mailers,
                                     .mailer_count = 1};
    story->workers = workers_start(&story->env, &options);
}

void story_stop(struct story *story)
{
    workers_stop(story->workers);
    story->workers = NULL;
}

void story_start(struct story *story) { start_workers(story); }

void story_reopen(struct story *story)
{
    int64_t now = clock_now(story->env.clock);
    if (story->workers != NULL)
        story_stop(story);
    if (story->backend.durable) {
        clock_free(story->env.clock);
        story->backend.store->vtable->close(story->backend.store);
        story_backend_open(&story->backend, story->folder);
        fill_env(story, now);
    }
    start_workers(story);
}

static void drafting_on(struct policy *policy)
{
    policy->drafting = true;
    policy->holdout_share = 0;
    policy->quiet_from = policy->quiet_to = 0;
}

int story_setup(void **state)
{
    hash_init();
    mime_init();
    struct story *story = calloc(1, sizeof *story);
    snprintf(story->folder, sizeof story->folder, "/tmp/rekindle-story-XXXXXX");
    assert_non_null(mkdtemp(story->folder));
    lock_init(&story->relay.lock);
    story->relay.port.vtable = &RELAY;
    story_backend_open(&story->backend, story->folder);
    fill_env(story, DAY(0));
    assert_int_equal(ingest_fix_shop(&story->env, &story->arena), RC_OK);
    assert_int_equal(policy_ensure(&story->env, &story->arena), RC_OK);
    assert_int_equal(shop_jobs_ensure(&story->env, &story->arena), RC_OK);
    story_policy(story, drafting_on);
    start_workers(story);
    *state = story;
    return 0;
}

int story_teardown(void **state)
{
    struct story *story = *state;
    if (story->workers != NULL)
        story_stop(story);
    story->backend.store->vtable->close(story->backend.store);
    if (story->writer != NULL)
        story->writer->vtable->close(story->writer);
    clock_free(story->env.clock);
    arena_clear(&story->arena);
    lock_clear(&story->relay.lock);
    char command[128]; /* a folder this test made under /tmp, with only files in it */
    snprintf(command, sizeof command, "rm -rf -- '%s'", story->folder);
    int done = system(command);
    free(story);
    return done == 0 ? 0 : -1;
}

/* --- what happens in a shop --- */

void story_client(struct story *story, const char *id, const char *email)
{
    struct client client;
    enum ingest_status status;
    record_init(RECORD_CLIENT, &client);
    client.id = str_of(id);
    client.email = str_of(email);
    client.first_name = STR("Maya");
    client.locale = STR("en-GB");
    client.preferred_categories = STR("[\"mugs\"]");
    client.consent_status = CONSENT_SUBSCRIBED;
    client.consent_basis = CONSENT_BASIS_EXPLICIT;
    client.consent_source = STR("api");
    client.consent_at = clock_now(story->env.clock);
    assert_int_equal(ingest_client(&story->env, &client, INGEST_UPSERT, STR("api"), NULL, &story->arena, &status),
                     RC_OK);
}

void story_order(struct story *story, const char *client, double day, int64_t total_minor)
{
    struct order order;
    enum ingest_status status;
    record_init(RECORD_ORDER, &order);
    order.id = arena_printf(&story->arena, "o-%s-%.3f", client, day);
    order.client_id = str_of(client);
    order.ordered_at = STORY_DAY_0 + (int64_t)(day * 86400000.0);
    order.status = ORDER_PLACED;
    order.total_minor = total_minor;
    order.items = STR("[{\"product_id\":\"m1\",\"name\":\"Blue mug\",\"category\":\"mugs\",\"unit_price_minor\":4000,"
                      "\"quantity\":1}]");
    assert_int_equal(ingest_order(&story->env, &order, INGEST_UPSERT, STR("api"), NULL, &story->arena, &status), RC_OK);
}

void story_catalogue(struct story *story)
{
    static const char *const NAMES[] = {"Blue mug", "Stone mug",        "Glass mug",
                                        "Moka pot", "Gooseneck kettle", "Milk jug"};
    struct ingest_row rows[6];
    for (int i = 0; i < 6; i++) {
        struct product *product = &rows[i].as.product;
        record_init(RECORD_PRODUCT, product);
        product->id = arena_printf(&story->arena, "m%d", i + 1);
        product->name = str_of(NAMES[i]);
        product->category = i < 3 ? STR("mugs") : STR("brewing");
        product->url = arena_printf(&story->arena, "https://shop.example/p/m%d", i + 1);
        product->price_minor = 4000;
        product->currency = STR("USD");
        product->in_stock = true;
        rows[i].kind = RECORD_PRODUCT;
        rows[i].status = INGEST_UNCHANGED;
    }
    assert_int_equal(ingest_rows(&story->env, rows, 6, STR("api"), false, &story->arena), RC_OK);
}

void story_report(struct story *story)
{
    assert_int_equal(ingest_rows(&story->env, NULL, 0, STR("api"), false, &story->arena), RC_OK);
}

static void advance(struct story *story, int64_t to)
{
    assert_int_equal(workers_advance(story->workers, to, SETTLE_MS), RC_OK);
}

void story_to_day_silently(struct story *story, double day)
{
    advance(story, STORY_DAY_0 + (int64_t)(day * 86400000.0));
}

void story_to_day(struct story *story, double day)
{
    int64_t to = STORY_DAY_0 + (int64_t)(day * 86400000.0);
    for (;;) {
        int64_t now = clock_now(story->env.clock), next = now + 86400000;
        story_report(story);
        advance(story, next < to ? next : to);
        if (next >= to)
            break;
    }
    story_report(story);
    assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK);
}

void story_policy(struct story *story, void (*change)(struct policy *policy))
{
    struct policy policy, saved;
    assert_int_equal(env_policy(&story->env, &story->arena, &policy), RC_OK);
    change(&policy);
    struct policy_act act = {.actor = STR("staff:s1"), .expect = policy.version};
    assert_int_equal(policy_save(&story->env, &policy, &act, &story->arena, &saved), RC_OK);
}

/* --- what became of it --- */

struct engagement story_engagement(struct story *story, const char *client)
{
    struct engagement engagement;
    assert_int_equal(store_get(story->env.store, RECORD_ENGAGEMENT, str_of(client), &story->arena, &engagement), RC_OK);
    return engagement;
}

struct episode *story_episodes(struct story *story, const char *client, size_t *count)
{
    struct store_query query = STORE_QUERY(EPISODE_BY_CLIENT);
    struct store_page page;
    query.equal = str_of(client);
    query.descending = true;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    *count = page.count;
    return page.items;
}

struct episode story_episode(struct story *story, const char *client)
{
    size_t count;
    const struct episode *episodes = story_episodes(story, client, &count);
    assert_true(count > 0);
    return episodes[0];
}

struct email story_email(struct story *story, const char *client)
{
    struct store_query query = STORE_QUERY(EMAIL_BY_CLIENT);
    struct store_page page;
    query.equal = str_of(client);
    query.descending = true;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_true(page.count > 0);
    return *(struct email *)page.items;
}

size_t story_emails_in(struct story *story, enum email_status status)
{
    struct store_query query = STORE_QUERY(EMAIL_BY_STATUS);
    struct store_page page;
    query.equal = field_enum_word(EMAIL_STATUS_WORDS, (int)status);
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_true(str_is_none(page.cursor));
    return page.count;
}

int64_t story_counter(struct story *story, const char *id)
{
    int64_t value;
    assert_int_equal(read_counter(&story->env, str_of(id), &story->arena, &value), RC_OK);
    return value;
}

struct email story_approve(struct story *story, const char *client)
{
    struct email email = story_email(story, client), *after = arena_new(&story->arena, 1, sizeof *after);
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    struct review review = {.actor = STR("staff:s1"), .email_id = email.id, .expect = email.version, .out = after};
    assert_int_equal(review_approve(&story->env, &review, email.content_hash, &story->arena), RC_OK);
    return *after;
}

void story_regular(struct story *story, const char *id)
{
    story_client(story, id, arena_printf(&story->arena, "%s@example.com", id).ptr);
    for (int day = 0; day <= 60; day += 20) {
        if (clock_now(story->env.clock) < DAY(day))
            story_to_day(story, day);
        story_order(story, id, day, 4000);
    }
    assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK);
}

double story_due_day(struct story *story, const char *client)
{
    assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK); /* what was ordered is scored */
    return (double)(story_engagement(story, client).due_at - STORY_DAY_0) / 86400000.0;
}
