/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TOKEN "BAETk0xN"

static enum rc read_text(enum provider provider, const char *text, struct arena *arena, struct reports *out,
                         struct problems *problems, struct json **body)
{
    struct json_error error;
    *problems = (struct problems){.count = 0};
    if (json_parse(str_of(text), body, &error) != RC_OK)
        fail_msg("%s: %s", text, error.text);
    return provider_read(provider, *body, arena, out, problems);
}

/* One event, as its provider writes it, and what must come of it. kind -1: passed over. */
struct row {
    enum provider provider;
    const char *text;
    int kind;
    const char *id, *status;
};

static const struct row ROWS[] = {
    {PROVIDER_POSTMARK,
     "{\"RecordType\":\"Bounce\",\"ID\":4323372036854775807,\"Type\":\"HardBounce\",\"TypeCode\":1,\"MessageID\":"
     "\"883953f4\","
     "\"Metadata\":{\"rekindle\":\"" TOKEN
     "\",\"x\":\"y\"},\"Details\":\"smtp;550 5.1.1 no such user\",\"Inactive\":true}",
     NOTICE_HARD_BOUNCE, "Bounce 883953f4 4323372036854775807", "5.1.1"},
    {PROVIDER_POSTMARK,
     "{\"RecordType\":\"Bounce\",\"ID\":7,\"Type\":\"Transient\",\"MessageID\":\"m\",\"Metadata\":{\"rekindle\":"
     "\"" TOKEN "\"}}",
     NOTICE_SOFT_BOUNCE, "Bounce m 7", NULL},
    {PROVIDER_POSTMARK,
     "{\"RecordType\":\"Bounce\",\"ID\":7,\"Type\":\"AutoResponder\",\"MessageID\":\"m\",\"Metadata\":{\"rekindle\":"
     "\"" TOKEN "\"}}",
     -1, NULL, NULL},
    {PROVIDER_POSTMARK, "{\"RecordType\":\"Delivery\",\"MessageID\":\"m\",\"Metadata\":{\"rekindle\":\"" TOKEN "\"}}",
     NOTICE_DELIVERED, "Delivery m ", NULL},
    {PROVIDER_POSTMARK,
     "{\"RecordType\":\"SpamComplaint\",\"ID\":9,\"MessageID\":\"m\",\"Metadata\":{\"rekindle\":\"" TOKEN "\"}}",
     NOTICE_COMPLAINT, "SpamComplaint m 9", NULL},
    {PROVIDER_POSTMARK,
     "{\"RecordType\":\"SubscriptionChange\",\"SuppressSending\":true,\"SuppressionReason\":\"ManualSuppression\","
     "\"MessageID\":\"m\",\"Metadata\":{\"rekindle\":\"" TOKEN "\"}}",
     NOTICE_UNSUBSCRIBED, "SubscriptionChange m ", NULL},
    {PROVIDER_POSTMARK,
     "{\"RecordType\":\"SubscriptionChange\",\"SuppressSending\":false,\"SuppressionReason\":null,\"MessageID\":\"m\","
     "\"Metadata\":{\"rekindle\":\"" TOKEN "\"}}",
     -1, NULL, NULL},
    {PROVIDER_POSTMARK, "{\"RecordType\":\"Open\",\"MessageID\":\"m\",\"Metadata\":{\"rekindle\":\"" TOKEN "\"}}", -1,
     NULL, NULL},
    {PROVIDER_POSTMARK,
     "{\"RecordType\":\"Bounce\",\"ID\":7,\"Type\":\"HardBounce\",\"MessageID\":\"m\",\"Metadata\":{}}", -1, NULL,
     NULL},
    {PROVIDER_SENDGRID,
     "{\"event\":\"bounce\",\"type\":\"bounce\",\"status\":\"5.0.0\",\"reason\":\"500 unknown "
     "recipient\",\"sg_event_id\":\"e1\","
     "\"timestamp\":1513299569,\"rekindle\":\"" TOKEN "\"}",
     NOTICE_HARD_BOUNCE, "e1", "5.0.0"},
    {PROVIDER_SENDGRID, "{\"event\":\"bounce\",\"type\":\"blocked\",\"sg_event_id\":\"e2\",\"rekindle\":\"" TOKEN "\"}",
     NOTICE_SOFT_BOUNCE, "e2", NULL},
    {PROVIDER_SENDGRID,
     "{\"event\":\"dropped\",\"reason\":\"Bounced Address\",\"sg_event_id\":\"e3\",\"rekindle\":\"" TOKEN "\"}",
     NOTICE_HARD_BOUNCE, "e3", NULL},
    {PROVIDER_SENDGRID,
     "{\"event\":\"dropped\",\"reason\":\"Unsubscribed Address\",\"sg_event_id\":\"e3\",\"rekindle\":\"" TOKEN "\"}",
     NOTICE_UNSUBSCRIBED, "e3", NULL},
    {PROVIDER_SENDGRID,
     "{\"event\":\"dropped\",\"reason\":\"Recipient List over Package "
     "Quota\",\"sg_event_id\":\"e3\",\"rekindle\":\"" TOKEN "\"}",
     NOTICE_SOFT_BOUNCE, "e3", NULL},
    {PROVIDER_SENDGRID,
     "{\"event\":\"delivered\",\"response\":\"250 2.0.0 OK\",\"sg_event_id\":\"e4\",\"rekindle\":\"" TOKEN "\"}",
     NOTICE_DELIVERED, "e4", "2.0.0"},
    {PROVIDER_SENDGRID, "{\"event\":\"spamreport\",\"sg_event_id\":\"e5\",\"rekindle\":\"" TOKEN "\"}",
     NOTICE_COMPLAINT, "e5", NULL},
    {PROVIDER_SENDGRID,
     "{\"event\":\"group_unsubscribe\",\"sg_message_id\":\"s1\",\"timestamp\":12,\"rekindle\":\"" TOKEN "\"}",
     NOTICE_UNSUBSCRIBED, "group_unsubscribe s1 12", NULL},
    {PROVIDER_SENDGRID, "{\"event\":\"deferred\",\"sg_event_id\":\"e6\",\"rekindle\":\"" TOKEN "\"}", -1, NULL, NULL},
    {PROVIDER_SENDGRID, "{\"event\":\"open\",\"sg_event_id\":\"e6\",\"rekindle\":\"" TOKEN "\"}", -1, NULL, NULL},
    {PROVIDER_MAILGUN,
     "{\"signature\":{},\"event-data\":{\"event\":\"failed\",\"severity\":\"permanent\",\"id\":\"CP\",\"reason\":"
     "\"bounce\","
     "\"delivery-status\":{\"code\":550,\"enhanced-code\":\"5.1.1\",\"message\":\"no such user\"},"
     "\"user-variables\":{\"rekindle\":\"" TOKEN "\"}}}",
     NOTICE_HARD_BOUNCE, "CP", "5.1.1"},
    {PROVIDER_MAILGUN,
     "{\"event-data\":{\"event\":\"failed\",\"severity\":\"permanent\",\"id\":\"CP\",\"reason\":\"old\","
     "\"user-variables\":{\"rekindle\":\"" TOKEN "\"}}}",
     NOTICE_SOFT_BOUNCE, "CP", NULL},
    {PROVIDER_MAILGUN,
     "{\"event-data\":{\"event\":\"failed\",\"severity\":\"temporary\",\"id\":\"CP\",\"reason\":\"generic\","
     "\"user-variables\":{\"rekindle\":\"" TOKEN "\"}}}",
     NOTICE_SOFT_BOUNCE, "CP", NULL},
    {PROVIDER_MAILGUN,
     "{\"event-data\":{\"event\":\"failed\",\"severity\":\"permanent\",\"id\":\"CP\",\"reason\":\"suppress-"
     "unsubscribe\","
     "\"user-variables\":{\"rekindle\":\"" TOKEN "\"}}}",
     NOTICE_UNSUBSCRIBED, "CP", NULL},
    {PROVIDER_MAILGUN, "{\"event-data\":{\"event\":\"complained\",\"user-variables\":{\"rekindle\":\"" TOKEN "\"}}}",
     NOTICE_COMPLAINT, TOKEN " complaint", NULL},
    {PROVIDER_MAILGUN,
     "{\"event-data\":{\"event\":\"clicked\",\"id\":\"CP\",\"user-variables\":{\"rekindle\":\"" TOKEN "\"}}}", -1, NULL,
     NULL},
    {PROVIDER_BREVO,
     "{\"event\":\"hard_bounce\",\"email\":\"a@b.example\",\"id\":26224,\"ts_event\":1604933654,\"message-id\":\"<m@s>"
     "\","
     "\"X-Mailin-custom\":\"" TOKEN "\",\"reason\":\"550 5.1.10 unknown\"}",
     NOTICE_HARD_BOUNCE, "hard_bounce <m@s> 1604933654", "5.1.10"},
    {PROVIDER_BREVO, "{\"event\":\"blocked\",\"ts_event\":1,\"message-id\":\"m\",\"X-Mailin-custom\":\"" TOKEN "\"}",
     NOTICE_SOFT_BOUNCE, "blocked m 1", NULL},
    {PROVIDER_BREVO, "{\"event\":\"spam\",\"ts_event\":1,\"message-id\":\"m\",\"X-Mailin-custom\":\"" TOKEN "\"}",
     NOTICE_COMPLAINT, "spam m 1", NULL},
    {PROVIDER_BREVO,
     "{\"event\":\"unsubscribed\",\"ts_event\":1,\"message-id\":\"m\",\"X-Mailin-custom\":\"" TOKEN "\"}",
     NOTICE_UNSUBSCRIBED, "unsubscribed m 1", NULL},
    {PROVIDER_BREVO,
     "{\"event\":\"unique_opened\",\"ts_event\":1,\"message-id\":\"m\",\"X-Mailin-custom\":\"" TOKEN "\"}", -1, NULL,
     NULL},
};

static void each_providers_words_become_ours(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const struct row *row = &ROWS[i];
        struct arena arena = {0};
        struct reports reports;
        struct problems problems;
        struct json *body;
        assert_int_equal(read_text(row->provider, row->text, &arena, &reports, &problems, &body), RC_OK);
        bool kept = row->kind >= 0;
        if (reports.count != (kept ? 1 : 0) || reports.ignored != (kept ? 0 : 1))
            fail_msg("%s: %zu kept, %zu ignored", row->text, reports.count, reports.ignored);
        if (kept) {
            const struct report *report = &reports.items[0];
            if ((int)report->kind != row->kind || !str_equal(report->id, str_of(row->id)) ||
                !str_equal(report->status, str_of(row->status)) || !str_equal(report->token, STR(TOKEN)))
                fail_msg("%s: kind %d, id %.*s, status %.*s", row->text, (int)report->kind, STR_ARG(report->id),
                         STR_ARG(report->status));
        }
        json_free(body);
        arena_clear(&arena);
    }
}

static void a_refusal_of_the_sender_suppresses_nobody(void **state)
{
    (void)state;
    assert_int_equal(report_kind(NOTICE_HARD_BOUNCE, STR("5.7.1")), NOTICE_SOFT_BOUNCE);
    assert_int_equal(report_kind(NOTICE_HARD_BOUNCE, STR("5.7.515")), NOTICE_SOFT_BOUNCE);
    assert_int_equal(report_kind(NOTICE_HARD_BOUNCE, STR("5.1.1")), NOTICE_HARD_BOUNCE);
    assert_int_equal(report_kind(NOTICE_HARD_BOUNCE, STR_NONE), NOTICE_HARD_BOUNCE);
    assert_int_equal(report_kind(NOTICE_COMPLAINT, STR("5.7.1")), NOTICE_COMPLAINT);
}

static void a_list_is_read_event_by_event(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct reports reports;
    struct problems problems;
    struct json *body;
    const char *text = "[{\"event\":\"delivered\",\"sg_event_id\":\"a\",\"rekindle\":\"" TOKEN "\"},"
                       "{\"event\":\"processed\",\"sg_event_id\":\"b\",\"rekindle\":\"" TOKEN "\"},"
                       "{\"event\":\"bounce\",\"sg_event_id\":\"c\"},"
                       "{\"event\":\"spamreport\",\"sg_event_id\":\"d\",\"rekindle\":\"" TOKEN "\"}]";
    assert_int_equal(read_text(PROVIDER_SENDGRID, text, &arena, &reports, &problems, &body), RC_OK);
    assert_int_equal(reports.count, 2);
    assert_int_equal(reports.ignored, 2);
    assert_true(str_equal(reports.items[1].id, STR("d")));
    json_free(body);
    assert_int_equal(read_text(PROVIDER_SENDGRID, "[]", &arena, &reports, &problems, &body), RC_OK);
    assert_int_equal(reports.count, 0);
    json_free(body);
    arena_clear(&arena);
}

static void what_a_provider_does_not_send_is_named(void **state)
{
    (void)state;
    static const struct {
        enum provider provider;
        const char *text, *pointer;
    } BAD[] = {{PROVIDER_POSTMARK, "{\"event\":\"delivered\"}", "/RecordType"},
               {PROVIDER_SENDGRID, "[{\"event\":\"open\"},{\"RecordType\":\"Open\"}]", "/1/event"},
               {PROVIDER_SENDGRID, "[[]]", "/0/event"},
               {PROVIDER_MAILGUN, "{\"event\":\"delivered\"}", "/event-data"},
               {PROVIDER_BREVO, "17", "/event"}};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct arena arena = {0};
        struct reports reports;
        struct problems problems;
        struct json *body;
        assert_int_equal(read_text(BAD[i].provider, BAD[i].text, &arena, &reports, &problems, &body), RC_INVALID);
        assert_int_equal(problems.count, 1);
        assert_string_equal(problems.items[0].pointer.ptr, BAD[i].pointer);
        json_free(body);
        arena_clear(&arena);
    }
}

static void members_of_odd_types_are_passed_over(void **state)
{
    (void)state;
    static const struct {
        enum provider provider;
        const char *text;
    } ODD[] = {{PROVIDER_POSTMARK, "{\"RecordType\":5,\"Metadata\":[],\"ID\":{}}"},
               {PROVIDER_POSTMARK, "{\"RecordType\":\"Bounce\",\"Metadata\":{\"rekindle\":5}}"},
               {PROVIDER_SENDGRID, "[{\"event\":null,\"rekindle\":{}}]"},
               {PROVIDER_MAILGUN, "{\"event-data\":[{}]}"},
               {PROVIDER_BREVO, "{\"event\":[],\"ts_event\":{},\"X-Mailin-custom\":1}"}};
    for (size_t i = 0; i < sizeof ODD / sizeof ODD[0]; i++) {
        struct arena arena = {0};
        struct reports reports;
        struct problems problems;
        struct json *body;
        assert_int_equal(read_text(ODD[i].provider, ODD[i].text, &arena, &reports, &problems, &body), RC_OK);
        assert_int_equal(reports.count, 0);
        assert_int_equal(reports.ignored, 1);
        json_free(body);
        arena_clear(&arena);
    }
}

static void each_provider_has_its_one_header(void **state)
{
    (void)state;
    static const struct {
        enum provider provider;
        const char *name, *value;
    } HEADERS[] = {{PROVIDER_NONE, NULL, NULL},
                   {PROVIDER_POSTMARK, "X-PM-Metadata-rekindle", TOKEN},
                   {PROVIDER_SENDGRID, "X-SMTPAPI", "{\"unique_args\":{\"rekindle\":\"" TOKEN "\"}}"},
                   {PROVIDER_MAILGUN, "X-Mailgun-Variables", "{\"rekindle\":\"" TOKEN "\"}"},
                   {PROVIDER_BREVO, "X-Mailin-custom", TOKEN},
                   {PROVIDER_SES, "X-SES-MESSAGE-TAGS", "rekindle=" TOKEN}};
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        struct arena arena = {0};
        struct str name, value;
        provider_header(HEADERS[i].provider, STR(TOKEN), &arena, &name, &value);
        assert_true(str_equal(name, str_of(HEADERS[i].name)));
        assert_true(str_equal(value, str_of(HEADERS[i].value)));
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_providers_words_become_ours),
        cmocka_unit_test(a_refusal_of_the_sender_suppresses_nobody),
        cmocka_unit_test(a_list_is_read_event_by_event),
        cmocka_unit_test(what_a_provider_does_not_send_is_named),
        cmocka_unit_test(members_of_odd_types_are_passed_over),
        cmocka_unit_test(each_provider_has_its_one_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
