/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/stand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/template/template.h"
#include "base/log.h"
#include "core/mime.h"
#include "core/record.h"
#include "core/render.h"
#include "step/admin_acts.h"
#include "step/ingest.h"
#include "step/steps.h"

const char *const WHO_WORDS[] = {"nobody",     "viewer",    "reviewer",     "admin", "read key",
                                 "ingest key", "admin key", "delivery key", "socket"};

static void fill_env(struct stand *stand)
{
    stand->env = (struct step_env){.clock = clock_new_manual(STAND_NOW),
                                   .store = mem_store(stand->backend),
                                   .feed = mem_feed(stand->backend),
                                   .queue = mem_queue(stand->backend),
                                   .writer = template_writer(),
                                   .live = stand->live,
                                   .rehearsal = true,
                                   .shop = {.name = STR("Kitchen & Row"),
                                            .url = STR("https://shop.example/"),
                                            .postal_address = STR("1 High Street, Bristol"),
                                            .currency = STR("USD"),
                                            .time_zone = STR("UTC"),
                                            .public_url = STR("https://mail.shop.example"),
                                            .mail_from = STR("hello@shop.example")}};
    memset(stand->env.suppression_key.bytes, 7, HASH_BYTES);
    stand->env.link_keys.count = 1;
    stand->env.link_keys.keys[0].id = 1;
    memset(stand->env.link_keys.keys[0].key.bytes, 9, HASH_BYTES);
}

static void add_person(struct stand *stand, enum who who, enum role role)
{
    struct staff staff;
    struct session session;
    struct str cookie;
    struct str email = arena_printf(&stand->arena, "%s@shop.example", WHO_WORDS[who]);
    struct staff_change change = {
        .actor = STR("cli"), .email = email, .password = STR("a long enough password"), .role = role};
    assert_int_equal(staff_add(&stand->env, &change, &stand->arena, &staff), RC_OK);
    assert_int_equal(session_open(&stand->env, &staff, &stand->arena, &session, &cookie), RC_OK);
    snprintf(stand->tokens[who], sizeof stand->tokens[who], "Cookie: rk_session=%.*s\r\nx-rk-csrf: %.*s\r\n",
             STR_ARG(cookie), STR_ARG(session.csrf));
}

static void add_key(struct stand *stand, enum who who, enum key_scope scope)
{
    struct api_key key;
    struct str token;
    struct key_change change = {.actor = STR("cli"), .name = str_of(WHO_WORDS[who]), .scope = scope};
    assert_int_equal(key_create(&stand->env, &change, &stand->arena, &key, &token), RC_OK);
    snprintf(stand->tokens[who], sizeof stand->tokens[who], "Authorization: Bearer %.*s\r\n", STR_ARG(token));
}

void stand_restart(struct stand *stand, struct api_options options)
{
    struct str why = STR_NONE;
    api_stop(stand->api);
    options.listen = STR("127.0.0.1:0");
    options.public_listen = STR("127.0.0.1:0");
    options.socket_path = str_of(stand->socket_path);
    if (api_start(&stand->env, NULL, &options, &stand->api, &why) != RC_OK)
        fail_msg("api_start: %.*s", STR_ARG(why));
}

int stand_setup(void **state)
{
    hash_init();
    mime_init();
    log_set_level(LOG_ERROR);
    struct stand *stand = calloc(1, sizeof *stand);
    snprintf(stand->folder, sizeof stand->folder, "/tmp/rekindle-api-XXXXXX");
    assert_non_null(mkdtemp(stand->folder));
    snprintf(stand->socket_path, sizeof stand->socket_path, "%s/admin.sock", stand->folder);
    stand->backend = mem_open();
    stand->live = live_new();
    fill_env(stand);
    assert_int_equal(policy_ensure(&stand->env, &stand->arena), RC_OK);
    add_person(stand, VIEWER, ROLE_VIEWER);
    add_person(stand, REVIEWER, ROLE_REVIEWER);
    add_person(stand, ADMIN, ROLE_ADMIN);
    add_key(stand, READ_KEY, KEY_READ);
    add_key(stand, INGEST_KEY, KEY_INGEST);
    add_key(stand, ADMIN_KEY, KEY_ADMIN);
    add_key(stand, DELIVERY_KEY, KEY_DELIVERY);
    stand_restart(stand, (struct api_options){0});
    *state = stand;
    return 0;
}

int stand_teardown(void **state)
{
    struct stand *stand = *state;
    api_stop(stand->api);
    live_free(stand->live);
    stand->env.store->vtable->close(stand->env.store);
    clock_free(stand->env.clock);
    arena_clear(&stand->arena);
    rmdir(stand->folder);
    free(stand);
    return 0;
}

void stand_client(struct stand *stand, const char *id, const char *email)
{
    struct client client;
    enum ingest_status status;
    record_init(RECORD_CLIENT, &client);
    client.id = str_of(id);
    client.email = str_of(email);
    client.first_name = STR("Maya");
    client.last_name = STR("Lindqvist");
    client.consent_status = CONSENT_SUBSCRIBED;
    client.consent_basis = CONSENT_BASIS_EXPLICIT;
    client.consent_at = STAND_NOW - 400 * TIME_DAY_MS;
    client.consent_evidence = STR("Ticked the box");
    assert_int_equal(ingest_client(&stand->env, &client, INGEST_UPSERT, STR("api"), NULL, &stand->arena, &status),
                     RC_OK);
}

void stand_order(struct stand *stand, const char *id, const char *client, int64_t days_ago, int64_t total_minor)
{
    struct order order;
    enum ingest_status status;
    record_init(RECORD_ORDER, &order);
    order.id = str_of(id);
    order.client_id = str_of(client);
    order.ordered_at = STAND_NOW - days_ago * TIME_DAY_MS;
    order.total_minor = total_minor;
    assert_int_equal(ingest_order(&stand->env, &order, INGEST_UPSERT, STR("api"), NULL, &stand->arena, &status), RC_OK);
}

void stand_settle(struct stand *stand)
{
    size_t moved = 1;
    enum rc rc = RC_OK;
    while (moved > 0 || rc == RC_OK) {
        struct job job;
        assert_int_equal(relay_changes(&stand->env, 1000, &stand->arena, &moved), RC_OK);
        rc = stand->env.queue->vtable->claim(stand->env.queue, ~0u, clock_now(stand->env.clock), &stand->arena, &job);
        if (rc == RC_OK)
            assert_int_equal(STEPS[job.kind].run(&stand->env, &job, &stand->arena), RC_OK);
    }
}

struct email stand_email(struct stand *stand, const char *id, const char *client)
{
    struct email email;
    record_init(RECORD_EMAIL, &email);
    email.id = str_of(id);
    email.client_id = str_of(client);
    email.person = STR("p");
    email.episode_id = arena_printf(&stand->arena, "%s~o-1", client);
    email.status = EMAIL_IN_REVIEW;
    email.score = 48.25;
    email.subject = STR("New beans on the shelf");
    email.preheader = STR("A fresh batch");
    email.paragraphs = STR("[{\"text\":\"There is a fresh batch.\",\"facts\":[\"F1\"]}]");
    email.picks =
        STR("[{\"product_id\":\"p-1\",\"name\":\"Beans\",\"url\":\"https://shop.example/beans\","
            "\"image_url\":null,\"price_minor\":3100,\"currency\":\"USD\",\"reason\":\"r\",\"facts\":[\"F1\"]}]");
    email.facts = STR("[{\"id\":\"F1\",\"kind\":\"category\",\"text\":\"Likes <coffee>\"}]");
    email.checks = STR("[{\"code\":\"links\",\"level\":\"hard\",\"detail\":\"No link\",\"passed\":true}]");
    email.text = STR("Hi Maya,\n\nSee https://mail.shop.example/c/TOKEN now.\n");
    email.html = STR("<p>Hi <a href=\"https://mail.shop.example/c/TOKEN\">see</a></p>");
    email.recipient = STR("maya@example.com");
    email.from_address = STR("hello@shop.example");
    email.template_version = RENDER_TEMPLATE_VERSION;
    email.content_hash = render_content_hash(&email, &stand->arena);
    email.drafted_at = email.created_at = email.updated_at = STAND_NOW;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = STORE_ABSENT};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
    email.version = 1;
    return email;
}
