/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the client of the shop may open, on the public listener: a GET never changes anything, a POST does what its form says
 * in every form that mail providers send, clicks lead to the stored address and nowhere else, and nothing else is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/stand.h"
#include "core/record.h"
#include "core/token.h"
#include "step/links.h"

#define ID "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f77"

static int public_setup(void **state)
{
    if (stand_setup(state) != 0)
        return -1;
    struct stand *stand = *state;
    struct client client;
    stand_client(stand, "pub-1", "maya@example.com");
    struct email email = stand_email(stand, ID, "pub-1");
    assert_int_equal(store_get(stand->env.store, RECORD_CLIENT, STR("pub-1"), &stand->arena, &client), RC_OK);
    email.person = client.person;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = 1};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
    return 0;
}

static const char *path_of(struct stand *stand, const char *prefix, enum token_kind kind, uint8_t link)
{
    static char path[300];
    struct str token;
    assert_int_equal(token_make(&stand->env.link_keys, kind, STR(ID), link, &stand->arena, &token), RC_OK);
    snprintf(path, sizeof path, "/%s/%.*s", prefix, STR_ARG(token));
    return path;
}

static struct got open_page(struct stand *stand, const char *method, const char *path)
{
    return stand_call(stand, (struct exchange){.method = method, .path = path, .public_door = true});
}

static int consent_of(struct stand *stand)
{
    struct client client;
    assert_int_equal(store_get(stand->env.store, RECORD_CLIENT, STR("pub-1"), &stand->arena, &client), RC_OK);
    return client.consent_status;
}

static void a_get_or_head_never_unsubscribes(void **state)
{
    struct stand *stand = *state;
    struct got got = open_page(stand, "GET", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0));
    assert_int_equal(got.status, 200);
    assert_non_null(strstr(got.body, "<form method=\"post\">"));
    assert_non_null(strstr(got.body, "Kitchen &amp; Row"));
    assert_null(strstr(got.body, "<script"));
    assert_null(strstr(got.body, "maya@"));
    assert_non_null(strstr(got_header(&got, "Content-Security-Policy"), "form-action 'self'"));
    got_free(&got);
    got = open_page(stand, "HEAD", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0));
    assert_int_equal(got.status, 200);
    got_free(&got);
    assert_int_equal(consent_of(stand), CONSENT_SUBSCRIBED);
}

static struct client client_now(struct stand *stand)
{
    struct client client;
    assert_int_equal(store_get(stand->env.store, RECORD_CLIENT, STR("pub-1"), &stand->arena, &client), RC_OK);
    return client;
}

/* Subscribed and profiled again, whatever a test before has done. */
static void start_again(struct stand *stand)
{
    struct client client = client_now(stand);
    client.consent_status = CONSENT_SUBSCRIBED;
    client.consent_until = TIME_NONE;
    client.profiling = PROFILING_ALLOWED;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_CLIENT, .record = &client, .expect = client.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
}

static struct got post(struct stand *stand, const char *type, const char *body)
{
    return stand_call(stand, (struct exchange){.method = "POST",
                                               .path = path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0),
                                               .type = type,
                                               .body = body,
                                               .headers = "Origin: https://mail.example\r\n",
                                               .public_door = true});
}

#define FORM "application/x-www-form-urlencoded"
#define PART(name, value) "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void a_post_unsubscribes_in_every_form_and_never_redirects(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *type, *body;
    } ROWS[] = {
        {FORM, "List-Unsubscribe=One-Click"},
        {"text/plain", "List-Unsubscribe=One-Click"},
        {"multipart/form-data; boundary=b", PART("List-Unsubscribe", "One-Click") "--b--\r\n"},
        {FORM, "act=unsubscribe"},
        {FORM, "act=unsubscribe"}, /* again: the same answer */
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        if (i + 1 < sizeof ROWS / sizeof ROWS[0])
            start_again(stand);
        struct got got = post(stand, ROWS[i].type, ROWS[i].body);
        assert_int_equal(got.status, 200);
        assert_string_equal(got_header(&got, "Location"), "");
        assert_string_equal(got_header(&got, "Set-Cookie"), "");
        assert_true(got.body_len < 4096);
        got_free(&got);
        assert_int_equal(consent_of(stand), CONSENT_UNSUBSCRIBED);
    }
}

static void a_form_that_is_none_of_ours_changes_nothing(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *type, *body;
    } ROWS[] = {
        {NULL, NULL},
        {FORM, "List-Unsubscribe=Maybe"},
        {FORM, "act=everything"},
        {FORM, "act=&List-Unsubscribe=One-Click"}, /* one that says an act says that act alone */
        {"application/json", "{\"act\":\"unsubscribe\"}"},
        {"multipart/form-data; boundary=b", PART("List-Unsubscribe", "One-Click")}, /* cut off */
    };
    start_again(stand);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct got got = post(stand, ROWS[i].type, ROWS[i].body);
        if (got.status != 400 || strstr(got.body, "<h1>Nothing was changed</h1>") == NULL)
            fail_msg("row %zu: %d %s", i, got.status, got.body);
        got_free(&got);
        assert_int_equal(consent_of(stand), CONSENT_SUBSCRIBED);
    }
}

static void a_pause_and_an_objection_are_the_persons_acts(void **state)
{
    struct stand *stand = *state;
    start_again(stand);
    struct got got = post(stand, "multipart/form-data; boundary=b", PART("act", "pause") "--b--");
    assert_int_equal(got.status, 200);
    assert_non_null(strstr(got.body, "<h1>Paused for three months</h1>"));
    got_free(&got);
    struct client client = client_now(stand);
    assert_int_equal(client.consent_status, CONSENT_PAUSED);
    assert_true(client.consent_until == STAND_NOW + 90 * TIME_DAY_MS);
    assert_true(str_equal(client.consent_source, STR("preference_page")));
    got = post(stand, FORM, "act=object");
    assert_int_equal(got.status, 200);
    got_free(&got);
    client = client_now(stand);
    assert_int_equal(client.profiling, PROFILING_OBJECTED);
    assert_int_equal(client.consent_status, CONSENT_PAUSED);
    got = post(stand, FORM, "act=unsubscribe"); /* more than a pause */
    got_free(&got);
    got = post(stand, FORM, "act=pause"); /* and no pause takes it back */
    assert_int_equal(got.status, 200);
    got_free(&got);
    assert_int_equal(consent_of(stand), CONSENT_UNSUBSCRIBED);
}

static void a_copy_is_asked_for_once_and_no_address_is_shown(void **state)
{
    struct stand *stand = *state;
    for (int i = 0; i < 2; i++) {
        struct got got = post(stand, FORM, "act=copy");
        assert_int_equal(got.status, 200);
        assert_null(strstr(got.body, "example.com"));
        got_free(&got);
    }
    int64_t waiting = 0;
    struct queue_list list;
    assert_int_equal(
        stand->env.queue->vtable->list(stand->env.queue, false, JOB_COPY, 10, STR_NONE, &stand->arena, &list), RC_OK);
    for (size_t i = 0; i < list.count; i++)
        waiting += str_equal(list.items[i].key, STR("pub-1"));
    assert_int_equal(waiting, 1);
}

/* A link in an email of years ago: signed by a key that signs no longer, but is kept in the ring. */
static void a_link_works_after_the_key_has_been_rotated(void **state)
{
    struct stand *stand = *state;
    char path[300];
    struct token_keys kept = stand->env.link_keys, rotated = kept;
    snprintf(path, sizeof path, "%s", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0));
    rotated.keys[1] = kept.keys[0];
    rotated.count = 2;
    rotated.keys[0].id = (uint8_t)(kept.keys[0].id + 1);
    memset(&rotated.keys[0].key, 0x5a, sizeof rotated.keys[0].key);
    stand->env.link_keys = rotated;
    stand_restart(stand, (struct api_options){.public_listen = STR("127.0.0.1:0")});
    assert_string_not_equal(path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0), path);
    start_again(stand);
    struct got got = stand_call(
        stand,
        (struct exchange){
            .method = "POST", .path = path, .type = FORM, .body = "List-Unsubscribe=One-Click", .public_door = true});
    assert_int_equal(got.status, 200);
    got_free(&got);
    assert_int_equal(consent_of(stand), CONSENT_UNSUBSCRIBED);
    rotated.count = 1; /* a key taken out of the ring opens nothing */
    stand->env.link_keys = rotated;
    stand_restart(stand, (struct api_options){.public_listen = STR("127.0.0.1:0")});
    got = open_page(stand, "GET", path);
    assert_int_equal(got.status, 404);
    got_free(&got);
    stand->env.link_keys = kept;
    stand_restart(stand, (struct api_options){.public_listen = STR("127.0.0.1:0")});
}

static void a_token_of_another_kind_or_a_forged_one_opens_nothing(void **state)
{
    struct stand *stand = *state;
    char paths[4][300];
    snprintf(paths[0], sizeof paths[0], "%s", path_of(stand, "u", TOKEN_CLICK, LINK_SHOP));
    snprintf(paths[1], sizeof paths[1], "%sA", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0));
    snprintf(paths[2], sizeof paths[2], "/why/%%00");
    snprintf(paths[3], sizeof paths[3], "%s", path_of(stand, "c", TOKEN_UNSUBSCRIBE, 0));
    for (int i = 0; i < 4; i++) {
        struct got got = open_page(stand, "GET", paths[i]);
        assert_int_equal(got.status, 404);
        assert_non_null(strstr(got.body, "This link does not work"));
        got_free(&got);
    }
}

static void a_click_leads_to_the_stored_address_of_its_number(void **state)
{
    struct stand *stand = *state;
    struct got got = open_page(stand, "GET", path_of(stand, "c", TOKEN_CLICK, LINK_SHOP));
    assert_int_equal(got.status, 302);
    assert_string_equal(got_header(&got, "Location"), "https://shop.example/");
    got_free(&got);
    got = open_page(stand, "GET", path_of(stand, "c", TOKEN_CLICK, LINK_FIRST_PICK));
    assert_string_equal(got_header(&got, "Location"), "https://shop.example/beans");
    got_free(&got);
    got = open_page(stand, "GET", path_of(stand, "c", TOKEN_CLICK, LINK_FIRST_PICK + 1));
    assert_int_equal(got.status, 404);
    got_free(&got);
}

/* The list of clicks is written when the API ends. */
static struct email after_writing(struct stand *stand)
{
    struct email email;
    stand_restart(stand, (struct api_options){.public_listen = STR("127.0.0.1:0")});
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, STR(ID), &stand->arena, &email), RC_OK);
    return email;
}

static void set_sent(struct stand *stand, int status, int64_t sent_at)
{
    struct email email = after_writing(stand);
    email.status = status;
    email.sent_at = sent_at;
    email.clicks = email.machine_clicks = I64_NONE;
    email.clicked_at = TIME_NONE;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = email.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
}

static void follow(struct stand *stand, const char *method, const char *headers)
{
    struct got got = stand_call(stand, (struct exchange){.method = method,
                                                         .path = path_of(stand, "c", TOKEN_CLICK, LINK_SHOP),
                                                         .headers = headers,
                                                         .public_door = true});
    assert_int_equal(got.status, 302);
    got_free(&got);
}

#define BROWSER "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0\r\n"

static void clicks_of_machines_are_counted_apart(void **state)
{
    struct stand *stand = *state;
    set_sent(stand, EMAIL_SENT, STAND_NOW - 60000);
    follow(stand, "GET", BROWSER);
    follow(stand, "GET", BROWSER);
    follow(stand, "HEAD", BROWSER);
    follow(stand, "GET", BROWSER "Sec-Purpose: prefetch\r\n");
    follow(stand, "GET", "User-Agent: Googlebot/2.1\r\n");
    struct email email = after_writing(stand);
    assert_int_equal(email.clicks, 2);
    assert_int_equal(email.machine_clicks, 3);
    assert_true(email.clicked_at == STAND_NOW);
    set_sent(stand, EMAIL_SENT, STAND_NOW - 3000); /* nobody reads that fast */
    follow(stand, "GET", BROWSER);
    email = after_writing(stand);
    assert_true(email.clicks == I64_NONE && email.clicked_at == TIME_NONE);
    assert_int_equal(email.machine_clicks, 1);
}

/* The result of a send is written onto the row as it was when it began: a scanner that is faster must not get in between. */
static void a_click_leaves_an_email_alone_that_is_being_sent(void **state)
{
    struct stand *stand = *state;
    set_sent(stand, EMAIL_SENDING, TIME_NONE);
    int64_t version = after_writing(stand).version;
    follow(stand, "GET", BROWSER);
    assert_true(after_writing(stand).version == version);
    set_sent(stand, EMAIL_IN_REVIEW, TIME_NONE);
}

static void set_writing(struct stand *stand, const char *kind, const char *provider, const char *approvals)
{
    struct email email;
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, STR(ID), &stand->arena, &email), RC_OK);
    email.writer_kind = str_of(kind);
    email.writer_provider = str_of(provider);
    email.approvals = str_of(approvals);
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = email.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
}

#define APPROVED "[{\"at\":\"2026-03-01T00:00:00Z\",\"by\":\"staff:x\",\"action\":\"approve\"}]"
#define EDITED "[{\"action\":\"approve\"},{\"action\":\"undo\"}]"

static void the_page_why_says_what_is_true_of_the_email(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *kind, *provider, *approvals, *said, *unsaid;
    } ROWS[] = {
        {"template", NULL, APPROVED, "no language model took part. A person at the shop read it", "router.example"},
        {"openrouter", "Mistral", APPROVED, "A language model helped to write", "no language model"},
        {"openrouter", "Mistral", APPROVED, "router.example (Mistral) provides the language model", "staff:x"},
        {"openrouter", NULL, APPROVED, "<li>router.example provides the language model", "(Mistral)"},
        {"openrouter", NULL, NULL, "No person has approved it.", "A person at the shop"},
        {"template", NULL, EDITED, "No person has approved it.", "A person at the shop"},
    };
    stand->env.shop.model_host = STR("router.example");
    stand->env.shop.mail_relay = STR("relay.example");
    stand_restart(stand, (struct api_options){.public_listen = STR("127.0.0.1:0")});
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        set_writing(stand, ROWS[i].kind, ROWS[i].provider, ROWS[i].approvals);
        struct got got = open_page(stand, "GET", path_of(stand, "why", TOKEN_WHY, 0));
        assert_int_equal(got.status, 200);
        assert_non_null(strstr(got.body, "Likes &lt;coffee&gt;"));
        assert_non_null(strstr(got.body, "<li>relay.example carries the email to you.</li>"));
        if (strstr(got.body, ROWS[i].said) == NULL || strstr(got.body, ROWS[i].unsaid) != NULL)
            fail_msg("row %zu: %s", i, got.body);
        got_free(&got);
    }
}

/* The buttons of the page lead to the page of preferences, by its own token. */
static void the_page_why_has_four_buttons_that_work(void **state)
{
    struct stand *stand = *state;
    static const char *const BUTTONS[] = {"value=\"pause\"", "value=\"unsubscribe\"", "value=\"object\"",
                                          "value=\"copy\""};
    char action[400];
    struct got got = open_page(stand, "GET", path_of(stand, "why", TOKEN_WHY, 0));
    for (size_t i = 0; i < sizeof BUTTONS / sizeof BUTTONS[0]; i++)
        assert_non_null(strstr(got.body, BUTTONS[i]));
    snprintf(action, sizeof action, "action=\"..%s\"", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0));
    assert_non_null(strstr(got.body, action));
    got_free(&got);
}

static void set_language(struct stand *stand, struct str language)
{
    struct email email;
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, STR(ID), &stand->arena, &email), RC_OK);
    email.language = language;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = email.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
}

static void expect_page(struct stand *stand, const char *method, const char *path, const char *lang, const char *words)
{
    struct got got = open_page(stand, method, path);
    assert_int_equal(got.status, 200);
    if (strstr(got.body, lang) == NULL || strstr(got.body, words) == NULL)
        fail_msg("%s: %s", words, got.body);
    got_free(&got);
}

static void the_pages_speak_the_language_of_the_email(void **state)
{
    struct stand *stand = *state;
    set_language(stand, STR("de"));
    const char *unsubscribe = path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0);
    expect_page(stand, "GET", unsubscribe, "<html lang=\"de\">", ">Abmelden</button>");
    expect_page(stand, "GET", unsubscribe, "<html lang=\"de\">", "keine solchen E-Mails mehr von Kitchen &amp; Row.");
    struct got got = post(stand, FORM, "act=unsubscribe");
    assert_non_null(strstr(got.body, "<h1>Sie sind abgemeldet</h1>"));
    got_free(&got);
    expect_page(stand, "GET", path_of(stand, "why", TOKEN_WHY, 0), "<html lang=\"de\">", "Was Sie tun k\xc3\xb6nnen");
    set_language(stand, STR("xx")); /* written by a program that spoke more */
    expect_page(stand, "GET", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0), "<html lang=\"en\">", ">Unsubscribe</button>");
    set_language(stand, STR_NONE); /* written before there was a choice */
    expect_page(stand, "GET", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0), "<html lang=\"en\">", ">Unsubscribe</button>");
}

static void nothing_else_is_on_the_public_listener(void **state)
{
    struct stand *stand = *state;
    static const char *const PATHS[] = {
        "/", "/index.html", "/healthz", "/metrics", "/api/v1/session", "/api/v1/clients", "/assets/x.js"};
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        struct got got =
            stand_call(stand, (struct exchange){.who = ADMIN, .method = "GET", .path = PATHS[i], .public_door = true});
        if (got.status != 404)
            fail_msg("%s: %d", PATHS[i], got.status);
        got_free(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_or_head_never_unsubscribes),
        cmocka_unit_test(a_post_unsubscribes_in_every_form_and_never_redirects),
        cmocka_unit_test(a_form_that_is_none_of_ours_changes_nothing),
        cmocka_unit_test(a_pause_and_an_objection_are_the_persons_acts),
        cmocka_unit_test(a_copy_is_asked_for_once_and_no_address_is_shown),
        cmocka_unit_test(a_link_works_after_the_key_has_been_rotated),
        cmocka_unit_test(a_token_of_another_kind_or_a_forged_one_opens_nothing),
        cmocka_unit_test(a_click_leads_to_the_stored_address_of_its_number),
        cmocka_unit_test(clicks_of_machines_are_counted_apart),
        cmocka_unit_test(a_click_leaves_an_email_alone_that_is_being_sent),
        cmocka_unit_test(the_page_why_says_what_is_true_of_the_email),
        cmocka_unit_test(the_page_why_has_four_buttons_that_work),
        cmocka_unit_test(the_pages_speak_the_language_of_the_email),
        cmocka_unit_test(nothing_else_is_on_the_public_listener),
    };
    return cmocka_run_group_tests(tests, public_setup, stand_teardown);
}
