/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/ses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MAIL \
    "\"mail\":{\"messageId\":\"m-1\",\"source\":\"b+TOK@bounce.shop.example\",\"destination\":[\"a@b.example\"]}"

static const struct {
    const char *text;
    enum rc rc;
    int kind;
    const char *id, *status;
} ROWS[] = {
    {"{\"notificationType\":\"Bounce\",\"bounce\":{\"feedbackId\":\"f-1\",\"bounceType\":\"Permanent\","
     "\"bounceSubType\":"
     "\"General\",\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\",\"action\":\"failed\",\"status\":\"5.1.1\","
     "\"diagnosticCode\":\"smtp; 550 5.1.1 unknown\"}],\"new\":{\"member\":[]}}," MAIL "}",
     RC_OK, NOTICE_HARD_BOUNCE, "f-1", "5.1.1"},
    {"{\"eventType\":\"Bounce\",\"bounce\":{\"feedbackId\":\"f-2\",\"bounceType\":\"Permanent\",\"bounceSubType\":"
     "\"OnAccountSuppressionList\",\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\"}]}," MAIL "}",
     RC_OK, NOTICE_HARD_BOUNCE, "f-2", NULL},
    {"{\"notificationType\":\"Bounce\",\"bounce\":{\"feedbackId\":\"f-3\",\"bounceType\":\"Transient\","
     "\"bounceSubType\":"
     "\"MailboxFull\",\"bouncedRecipients\":[{\"status\":\"5.2.2\"}]}," MAIL "}",
     RC_OK, NOTICE_SOFT_BOUNCE, "f-3", "5.2.2"},
    {"{\"notificationType\":\"Bounce\",\"bounce\":{\"feedbackId\":\"f-4\",\"bounceType\":\"Transient\","
     "\"bounceSubType\":"
     "\"General\",\"bouncedRecipients\":[{\"status\":\"5.1.1\"}]}," MAIL "}",
     RC_OK, NOTICE_SOFT_BOUNCE, "f-4", "5.1.1"},
    {"{\"notificationType\":\"Bounce\",\"bounce\":{\"feedbackId\":\"f-5\",\"bounceType\":\"Undetermined\"}," MAIL "}",
     RC_OK, NOTICE_SOFT_BOUNCE, "f-5", NULL},
    {"{\"notificationType\":\"Bounce\",\"bounce\":{\"feedbackId\":\"f-6\",\"bounceType\":\"Permanent\","
     "\"bouncedRecipients\":"
     "[{\"diagnosticCode\":\"smtp; 550-5.7.26 unauthenticated\"}]}," MAIL "}",
     RC_OK, NOTICE_SOFT_BOUNCE, "f-6", "5.7.26"},
    {"{\"notificationType\":\"Complaint\",\"complaint\":{\"feedbackId\":\"f-7\",\"complaintFeedbackType\":\"abuse\"}"
     "," MAIL "}",
     RC_OK, NOTICE_COMPLAINT, "f-7", NULL},
    {"{\"eventType\":\"Complaint\",\"complaint\":{\"feedbackId\":\"f-8\"}," MAIL "}", RC_OK, NOTICE_COMPLAINT, "f-8",
     NULL},
    {"{\"notificationType\":\"Complaint\",\"complaint\":{\"feedbackId\":\"f-9\",\"complaintFeedbackType\":\"not-spam\"}"
     "," MAIL "}",
     RC_NOT_FOUND, 0, NULL, NULL},
    {"{\"notificationType\":\"Delivery\",\"delivery\":{\"smtpResponse\":\"250 ok\"}," MAIL "}", RC_OK, NOTICE_DELIVERED,
     "Delivery m-1", NULL},
    {"{\"eventType\":\"Open\",\"open\":{}," MAIL "}", RC_NOT_FOUND, 0, NULL, NULL},
    {"{\"eventType\":\"DeliveryDelay\",\"deliveryDelay\":{}," MAIL "}", RC_NOT_FOUND, 0, NULL, NULL},
    {"{\"notificationType\":\"AmazonSnsSubscriptionSucceeded\",\"message\":\"hello\"}", RC_NOT_FOUND, 0, NULL, NULL},
    {"{\"notificationType\":\"Delivery\",\"mail\":{\"source\":\"news@shop.example\",\"messageId\":\"m\"}}",
     RC_NOT_FOUND, 0, NULL, NULL},
    {"{\"notificationType\":\"Delivery\",\"mail\":{\"source\":\"b+TOK\",\"messageId\":\"m\"}}", RC_NOT_FOUND, 0, NULL,
     NULL},
    {"{\"notificationType\":\"Bounce\",\"bounce\":[],\"mail\":7}", RC_NOT_FOUND, 0, NULL, NULL},
    {"{\"hello\":1}", RC_INVALID, 0, NULL, NULL},
    {"Successfully validated SNS topic for Amazon SES event publishing.", RC_INVALID, 0, NULL, NULL},
    {"", RC_INVALID, 0, NULL, NULL},
};

static void both_shapes_of_ses_become_reports(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct report report;
        enum rc rc = ses_read(str_of(ROWS[i].text), &arena, &report);
        if (rc != ROWS[i].rc)
            fail_msg("%s: %s", ROWS[i].text, rc_name(rc));
        if (rc == RC_OK && ((int)report.kind != ROWS[i].kind || !str_equal(report.id, str_of(ROWS[i].id)) ||
                            !str_equal(report.status, str_of(ROWS[i].status)) || !str_equal(report.token, STR("TOK"))))
            fail_msg("%s: kind %d id %.*s status %.*s token %.*s", ROWS[i].text, (int)report.kind, STR_ARG(report.id),
                     STR_ARG(report.status), STR_ARG(report.token));
        arena_clear(&arena);
    }
}

static void several_recipients_are_one_mail(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct report report;
    const char *text = "{\"notificationType\":\"Bounce\",\"bounce\":{\"feedbackId\":\"f\",\"bounceType\":\"Permanent\","
                       "\"bouncedRecipients\":["
                       "{\"emailAddress\":\"x@b.example\"},{\"emailAddress\":\"a@b.example\",\"status\":\"5.1.2\"},"
                       "{\"emailAddress\":\"y@b.example\",\"status\":\"5.7.1\"}]}," MAIL "}";
    assert_int_equal(ses_read(str_of(text), &arena, &report), RC_OK);
    assert_true(str_equal(report.status, STR("5.1.2")));
    assert_int_equal(report.kind, NOTICE_HARD_BOUNCE);
    arena_clear(&arena);
}

static void the_token_is_found_wherever_ses_leaves_it(void **state)
{
    (void)state;
    static const char *const MAILS[] = {"{\"source\":\"b+TOK@d.example\",\"messageId\":\"m\"}",
                                        "{\"source\":\"hello@shop.example\",\"commonHeaders\":{\"returnPath\":\"<b+TOK@"
                                        "d.example>\"},\"messageId\":\"m\"}",
                                        "{\"source\":\"hello@shop.example\",\"tags\":{\"ses:caller\":[\"x\"],"
                                        "\"rekindle\":[\"TOK\"]},\"messageId\":\"m\"}",
                                        "{\"source\":\"hello@shop.example\",\"headers\":[{\"name\":\"From\",\"value\":"
                                        "\"x\"},{\"name\":\"X-SES-Message-Tags\","
                                        "\"value\":\"rekindle=TOK\"}],\"messageId\":\"m\"}"};
    for (size_t i = 0; i < sizeof MAILS / sizeof MAILS[0]; i++) {
        struct arena arena = {0};
        struct report report;
        struct str text = arena_printf(&arena, "{\"eventType\":\"Delivery\",\"mail\":%s}", MAILS[i]);
        assert_int_equal(ses_read(text, &arena, &report), RC_OK);
        assert_string_equal(report.token.ptr, "TOK");
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_shapes_of_ses_become_reports),
        cmocka_unit_test(several_recipients_are_one_mail),
        cmocka_unit_test(the_token_is_found_wherever_ses_leaves_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
