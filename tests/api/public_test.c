/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the client of the shop may open, on the public listener: a GET never unsubscribes, a POST does in every form that
 * mail providers send, clicks lead to the stored address and nowhere else, and nothing else is there. */
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

static void a_post_unsubscribes_in_every_form_and_never_redirects(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *type, *body;
    } ROWS[] = {
        {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
        {"multipart/form-data; boundary=b",
         "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"},
        {NULL, NULL},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct got got = stand_call(stand, (struct exchange){.method = "POST",
                                                             .path = path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0),
                                                             .type = ROWS[i].type,
                                                             .body = ROWS[i].body,
                                                             .headers = "Origin: https://mail.example\r\n",
                                                             .public_door = true});
        assert_int_equal(got.status, 200);
        assert_string_equal(got_header(&got, "Location"), "");
        assert_string_equal(got_header(&got, "Set-Cookie"), "");
        got_free(&got);
        assert_int_equal(consent_of(stand), CONSENT_UNSUBSCRIBED);
    }
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

static void the_page_why_says_who_wrote_and_who_approved(void **state)
{
    struct stand *stand = *state;
    struct got got = open_page(stand, "GET", path_of(stand, "why", TOKEN_WHY, 0));
    assert_int_equal(got.status, 200);
    assert_non_null(strstr(got.body, "Likes &lt;coffee&gt;"));
    assert_non_null(strstr(got.body, "A program wrote the text"));
    assert_non_null(strstr(got.body, "a person at the shop read it and approved it"));
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
    expect_page(stand, "GET", unsubscribe, "<html lang=\"de\">", "<button>Abmelden</button>");
    expect_page(stand, "GET", unsubscribe, "<html lang=\"de\">", "keine solchen E-Mails mehr von Kitchen &amp; Row.");
    expect_page(stand, "POST", unsubscribe, "<html lang=\"de\">", "<h1>Sie sind abgemeldet</h1>");
    assert_int_equal(consent_of(stand), CONSENT_UNSUBSCRIBED);
    expect_page(stand, "GET", path_of(stand, "why", TOKEN_WHY, 0), "<html lang=\"de\">",
                "Ein Programm hat den Text geschrieben");
    set_language(stand, STR("xx")); /* written by a program that spoke more */
    expect_page(stand, "GET", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0), "<html lang=\"en\">",
                "<button>Unsubscribe</button>");
    set_language(stand, STR_NONE); /* written before there was a choice */
    expect_page(stand, "GET", path_of(stand, "u", TOKEN_UNSUBSCRIBE, 0), "<html lang=\"en\">",
                "<button>Unsubscribe</button>");
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
        cmocka_unit_test(a_token_of_another_kind_or_a_forged_one_opens_nothing),
        cmocka_unit_test(a_click_leads_to_the_stored_address_of_its_number),
        cmocka_unit_test(the_page_why_says_who_wrote_and_who_approved),
        cmocka_unit_test(the_pages_speak_the_language_of_the_email),
        cmocka_unit_test(nothing_else_is_on_the_public_listener),
    };
    return cmocka_run_group_tests(tests, public_setup, stand_teardown);
}
