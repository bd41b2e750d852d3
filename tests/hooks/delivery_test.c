/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /hooks/delivery: events in our words and in those of four providers are taken once; what is wrong is named and
 * changes nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/delivery.h"
#include "core/token.h"
#include "hooks/mail.h"

#define ID "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f01"

/* An email of its own for each test and row. */
static const char *new_mail(struct stand *stand)
{
    static int count = 0;
    const char *id = arena_printf(&stand->arena, "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e6%03d", ++count).ptr;
    mail_sent(stand, id, arena_printf(&stand->arena, "hook-%d", count).ptr);
    return id;
}

static struct got post(struct stand *stand, const char *from, const char *body)
{
    char path[100];
    snprintf(path, sizeof path, "/hooks/delivery%s%s", from == NULL ? "" : "?from=", from == NULL ? "" : from);
    return stand_call(stand, (struct exchange){.who = DELIVERY_KEY, .method = "POST", .path = path, .body = body});
}

static void expect_counts(struct stand *stand, const char *from, const char *body, const char *counts)
{
    struct got got = post(stand, from, body);
    if (got.status != 200 || strstr(got.body, counts) == NULL)
        fail_msg("%s: %d %s", body, got.status, got.body);
    got_free(&got);
}

#define ONE "\"accepted\":1,\"repeated\":0,\"ignored\":0,\"rejected\":[]"
#define AGAIN "\"accepted\":0,\"repeated\":1,\"ignored\":0,\"rejected\":[]"
#define PASSED_OVER "\"accepted\":0,\"repeated\":0,\"ignored\":1,\"rejected\":[]"

static void each_kind_of_event_is_taken_once(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *type, *rest, *verdict;
    } ROWS[] = {{"delivered", "", "delivered"},
                {"soft_bounce", ",\"status\":\"4.2.2\",\"detail\":\"full (really)\"", "soft_bounce"},
                {"hard_bounce", ",\"status\":\"5.1.1\",\"at\":\"2026-03-02T08:59:00+01:00\"", "hard_bounce"},
                {"hard_bounce", ",\"status\":\"5.7.1\"", "soft_bounce"},
                {"complaint", ",\"status\":null,\"detail\":null,\"at\":null,\"token\":null", "complaint"},
                {"unsubscribed", "", "delivered"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const char *id = new_mail(stand);
        const char *body = arena_printf(&stand->arena,
                                        "{\"events\":[{\"id\":\"e-%zu\",\"email_id\":\"%s\",\"type\":\"%s\"%s}]}", i,
                                        id, ROWS[i].type, ROWS[i].rest)
                               .ptr;
        expect_counts(stand, NULL, body, ONE);
        assert_string_equal(mail_verdict(stand, id), ROWS[i].verdict);
        expect_counts(stand, NULL, body, AGAIN);
        assert_int_equal(mail_notices(stand, id), 1);
    }
}

static void the_token_of_the_envelope_names_the_email_too(void **state)
{
    struct stand *stand = *state;
    const char *id = new_mail(stand);
    const char *body = arena_printf(&stand->arena,
                                    "{\"events\":[{\"id\":\"t-1\",\"token\":\"%s\",\"type\":\"hard_bounce\"}]}",
                                    mail_token(stand, id))
                           .ptr;
    expect_counts(stand, NULL, body, ONE);
    assert_string_equal(mail_verdict(stand, id), "hard_bounce");
}

/* Each says the same of a mail of its own: it came back for good. */
static const char *provider_body(struct stand *stand, const char *from, const char *token)
{
    static const struct {
        const char *from, *body;
    } BODIES[] = {
        {"postmark", "{\"RecordType\":\"Bounce\",\"ID\":1,\"Type\":\"HardBounce\",\"MessageID\":\"%s\",\"Metadata\":{"
                     "\"rekindle\":\"%s\"}}"},
        {"sendgrid", "[{\"event\":\"bounce\",\"type\":\"bounce\",\"sg_event_id\":\"%s\",\"rekindle\":\"%s\"}]"},
        {"mailgun", "{\"event-data\":{\"event\":\"failed\",\"severity\":\"permanent\",\"id\":\"%s\",\"user-variables\":"
                    "{\"rekindle\":\"%s\"}}}"},
        {"brevo", "{\"event\":\"hard_bounce\",\"ts_event\":1,\"message-id\":\"%s\",\"X-Mailin-custom\":\"%s\"}"}};
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
        if (strcmp(BODIES[i].from, from) != 0)
            continue;
        const char *middle = strstr(BODIES[i].body, "%s"), *end = strstr(middle + 2, "%s");
        return arena_printf(&stand->arena, "%.*s%s%.*s%s%s", (int)(middle - BODIES[i].body), BODIES[i].body, token,
                            (int)(end - middle - 2), middle + 2, token, end + 2)
            .ptr;
    }
    fail_msg("no body of %s", from);
    return NULL;
}

static void four_providers_are_understood(void **state)
{
    struct stand *stand = *state;
    static const char *const PROVIDERS[] = {"postmark", "sendgrid", "mailgun", "brevo"};
    for (size_t i = 0; i < 4; i++) {
        const char *id = new_mail(stand), *body = provider_body(stand, PROVIDERS[i], mail_token(stand, id));
        expect_counts(stand, PROVIDERS[i], body, ONE);
        assert_string_equal(mail_verdict(stand, id), "hard_bounce");
        expect_counts(stand, PROVIDERS[i], body, AGAIN);
        struct got got = post(stand, PROVIDERS[i], provider_body(stand, PROVIDERS[i], "AQEforged"));
        assert_int_equal(got.status, 200);
        assert_non_null(strstr(got.body, "\"accepted\":0,\"repeated\":0,\"ignored\":0,\"rejected\":[{"));
        assert_non_null(strstr(got.body, "\"rule\":\"token\""));
        got_free(&got);
        expect_counts(stand, PROVIDERS[i], provider_body(stand, PROVIDERS[i], ""), PASSED_OVER);
    }
}

static void a_token_of_a_link_is_none_of_an_envelope(void **state)
{
    struct stand *stand = *state;
    struct str token;
    assert_int_equal(
        token_make(&stand->env.link_keys, TOKEN_UNSUBSCRIBE, str_of(new_mail(stand)), 0, &stand->arena, &token), RC_OK);
    struct got got = post(stand, "brevo", provider_body(stand, "brevo", arena_str(&stand->arena, token).ptr));
    assert_non_null(strstr(got.body, "\"rule\":\"token\""));
    got_free(&got);
}

static void an_email_that_is_not_there_or_never_left_is_rejected_and_the_rest_is_taken(void **state)
{
    struct stand *stand = *state;
    const char *sent = new_mail(stand);
    stand_email(stand, "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f99", "hook-draft"); /* in review */
    const char *body =
        arena_printf(&stand->arena,
                     "{\"events\":[{\"id\":\"r-1\",\"email_id\":\"nobody\",\"type\":\"delivered\"},"
                     "{\"id\":\"r-2\",\"email_id\":\"0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f99\",\"type\":\"hard_bounce\"},"
                     "{\"id\":\"r-3\",\"email_id\":\"%s\",\"type\":\"delivered\"}]}",
                     sent)
            .ptr;
    expect_counts(stand, NULL, body,
                  "{\"accepted\":1,\"repeated\":0,\"ignored\":0,\"rejected\":["
                  "{\"id\":\"r-1\",\"rule\":\"email\",\"detail\":\"names no email that was sent\"},"
                  "{\"id\":\"r-2\",\"rule\":\"email\",\"detail\":\"names no email that was sent\"}]}");
    assert_string_equal(mail_verdict(stand, sent), "delivered");
}

static void a_bad_body_is_named_by_its_field_and_nothing_of_it_is_taken(void **state)
{
    struct stand *stand = *state;
    static const struct {
        const char *from, *event;
        int status;
        const char *pointer, *rule;
    } ROWS[] = {
        {NULL, "{\"id\":\"b\",\"email_id\":\"" ID "\",\"type\":\"bounced\"}", 422, "/events/1/type", "enum"},
        {NULL, "{\"email_id\":\"" ID "\",\"type\":\"delivered\"}", 422, "/events/1/id", "required"},
        {NULL, "{\"id\":\"\",\"email_id\":\"" ID "\",\"type\":\"delivered\"}", 422, "/events/1/id", "length"},
        {NULL, "{\"id\":7,\"email_id\":\"" ID "\",\"type\":\"delivered\"}", 422, "/events/1/id", "type"},
        {NULL, "{\"id\":\"b\",\"type\":\"delivered\"}", 422, "/events/1/email_id", "required"},
        {NULL, "{\"id\":\"b\",\"email_id\":\"" ID "\",\"token\":\"t\",\"type\":\"delivered\"}", 422,
         "/events/1/email_id", "required"},
        {NULL, "{\"id\":\"b\",\"email_id\":\"a b\",\"type\":\"delivered\"}", 422, "/events/1/email_id", "id"},
        {NULL, "{\"id\":\"b\",\"email_id\":\"" ID "\",\"type\":\"delivered\",\"status\":\"550\"}", 422,
         "/events/1/status", "status"},
        {NULL, "{\"id\":\"b\",\"email_id\":\"" ID "\",\"type\":\"delivered\",\"at\":\"yesterday\"}", 422,
         "/events/1/at", "instant"},
        {NULL, "{\"id\":\"b\",\"email_id\":\"" ID "\",\"type\":\"delivered\",\"email\":\"a@b.example\"}", 422,
         "/events/1/email", "unknown"},
        {NULL, "[]", 422, "/events/1", "type"},
        {NULL, "{", 400, "", "json"},
        {"mailchimp", "{}", 400, "?from", "enum"},
        {"ses", "{}", 400, "?from", "enum"},
        {"none", "{}", 400, "?from", "enum"},
        {"sendgrid", "{}", 422, "/event", "required"},
    };
    const char *good = new_mail(stand);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const char *body = arena_printf(&stand->arena,
                                        "{\"events\":[{\"id\":\"g\",\"email_id\":\"%s\",\"type\":\"delivered\"},%s]}",
                                        good, ROWS[i].event)
                               .ptr;
        struct got got = post(stand, ROWS[i].from, body);
        if (got.status != ROWS[i].status || strcmp(got_pointer(&got), ROWS[i].pointer) != 0 ||
            strcmp(got_rule(&got), ROWS[i].rule) != 0)
            fail_msg("%s: %d %s", ROWS[i].event, got.status, got.body);
        got_free(&got);
    }
    assert_int_equal(mail_notices(stand, good), 0);
}

static const char *many(struct stand *stand, int count)
{
    struct buf body = {0};
    buf_add_c(&body, "{\"events\":[");
    for (int i = 0; i < count; i++)
        buf_printf(&body, "%s{\"id\":\"m-%d\",\"email_id\":\"nobody\",\"type\":\"delivered\"}", i > 0 ? "," : "", i);
    buf_add_c(&body, "]}");
    const char *text = arena_str(&stand->arena, buf_str(&body)).ptr;
    buf_clear(&body);
    return text;
}

static void a_thousand_events_are_the_most(void **state)
{
    struct stand *stand = *state;
    struct got got = post(stand, NULL, many(stand, 1000));
    assert_int_equal(got.status, 200);
    got_free(&got);
    const int wrong[] = {0, 1001};
    for (size_t i = 0; i < 2; i++) {
        got = post(stand, NULL, many(stand, wrong[i]));
        assert_int_equal(got.status, 422);
        assert_string_equal(got_pointer(&got), "/events");
        got_free(&got);
    }
}

static void it_is_open_on_the_public_listener_for_a_key_alone(void **state)
{
    struct stand *stand = *state;
    const char *id = new_mail(stand);
    const char *body =
        arena_printf(&stand->arena, "{\"events\":[{\"id\":\"p\",\"email_id\":\"%s\",\"type\":\"delivered\"}]}", id).ptr;
    struct exchange call = {.method = "POST", .path = "/hooks/delivery", .body = body, .public_door = true};
    struct got got = stand_call(stand, call);
    assert_int_equal(got.status, 401);
    got_free(&got);
    call.who = DELIVERY_KEY;
    got = stand_call(stand, call);
    assert_int_equal(got.status, 200);
    got_free(&got);
    assert_string_equal(mail_verdict(stand, id), "delivered");
}

/* While the sender holds the email its own commit must not find another version. */
static void an_email_at_the_relay_just_now_asks_for_the_body_again(void **state)
{
    struct stand *stand = *state;
    struct email email;
    const char *held = new_mail(stand), *other = new_mail(stand);
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, str_of(held), &stand->arena, &email), RC_OK);
    email.status = EMAIL_SENDING;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = email.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
    const char *body = arena_printf(&stand->arena,
                                    "{\"events\":[{\"id\":\"h-1\",\"email_id\":\"%s\",\"type\":\"delivered\"},"
                                    "{\"id\":\"h-2\",\"email_id\":\"%s\",\"type\":\"delivered\"}]}",
                                    held, other)
                           .ptr;
    struct got got = post(stand, NULL, body);
    assert_int_equal(got.status, 503);
    assert_string_equal(got_header(&got, "Retry-After"), "5");
    got_free(&got);
    assert_string_equal(mail_verdict(stand, other), "delivered");
    email.status = EMAIL_SENT;
    email.version++;
    write.expect = email.version;
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
    expect_counts(stand, NULL, body, "\"accepted\":1,\"repeated\":1,\"ignored\":0,\"rejected\":[]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_event_is_taken_once),
        cmocka_unit_test(the_token_of_the_envelope_names_the_email_too),
        cmocka_unit_test(four_providers_are_understood),
        cmocka_unit_test(a_token_of_a_link_is_none_of_an_envelope),
        cmocka_unit_test(an_email_that_is_not_there_or_never_left_is_rejected_and_the_rest_is_taken),
        cmocka_unit_test(a_bad_body_is_named_by_its_field_and_nothing_of_it_is_taken),
        cmocka_unit_test(a_thousand_events_are_the_most),
        cmocka_unit_test(it_is_open_on_the_public_listener_for_a_key_alone),
        cmocka_unit_test(an_email_at_the_relay_just_now_asks_for_the_body_again),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}
