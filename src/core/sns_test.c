/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/sns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define ARN "arn:aws:sns:eu-west-1:123456789012:bounces"
#define CERT "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem"
#define AT 1772442000000LL /* 2026-03-02T09:00:00Z */
#define REST                                                                                          \
    ",\"TopicArn\":\"" ARN "\",\"Timestamp\":\"2026-03-02T09:00:00.000Z\",\"SigningCertURL\":\"" CERT \
    "\",\"Signature\":\"AA==\""

static enum sns_refusal read_text(const char *text, struct sns_message *out, struct json **body)
{
    if (json_parse(str_of(text), body, NULL) != RC_OK)
        fail_msg("%s", text);
    return sns_read(*body, out);
}

static void the_signed_text_has_the_lines_of_the_guide(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } ROWS[] = {
        {"{\"Type\":\"Notification\",\"MessageId\":\"id\",\"Message\":\"two\\nlines\",\"Subject\":\"s\","
         "\"SignatureVersion\":"
         "\"2\"" REST "}",
         "Message\ntwo\nlines\nMessageId\nid\nSubject\ns\nTimestamp\n2026-03-02T09:00:00.000Z\nTopicArn\n" ARN
         "\nType\nNotification\n"},
        {"{\"Type\":\"Notification\",\"MessageId\":\"id\",\"Message\":\"\",\"Subject\":null,\"SignatureVersion\":"
         "\"2\"" REST "}",
         "Message\n\nMessageId\nid\nTimestamp\n2026-03-02T09:00:00.000Z\nTopicArn\n" ARN "\nType\nNotification\n"},
        {"{\"Type\":\"SubscriptionConfirmation\",\"MessageId\":\"id\",\"Message\":\"m\",\"Token\":\"t\","
         "\"SubscribeURL\":\"u\","
         "\"SignatureVersion\":\"2\"" REST "}",
         "Message\nm\nMessageId\nid\nSubscribeURL\nu\nTimestamp\n2026-03-02T09:00:00.000Z\nToken\nt\nTopicArn\n" ARN
         "\nType\nSubscriptionConfirmation\n"},
        {"{\"Type\":\"UnsubscribeConfirmation\",\"MessageId\":\"id\",\"Message\":\"m\",\"Token\":\"t\","
         "\"SubscribeURL\":\"u\","
         "\"Subject\":\"unsigned\",\"SignatureVersion\":\"2\"" REST "}",
         "Message\nm\nMessageId\nid\nSubscribeURL\nu\nTimestamp\n2026-03-02T09:00:00.000Z\nToken\nt\nTopicArn\n" ARN
         "\nType\nUnsubscribeConfirmation\n"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct sns_message message;
        struct json *body;
        struct buf text = {0};
        assert_int_equal(read_text(ROWS[i].body, &message, &body), SNS_FINE);
        sns_signed_text(&message, &text);
        assert_string_equal(text.ptr, ROWS[i].text);
        buf_clear(&text);
        json_free(body);
    }
}

static void what_is_no_message_is_refused_and_version_1_by_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum sns_refusal refusal;
    } ROWS[] = {
        {"[]", SNS_NO_MESSAGE},
        {"{\"Type\":\"Notification\"}", SNS_NO_MESSAGE},
        {"{\"Type\":\"Else\",\"MessageId\":\"id\",\"Message\":\"m\",\"SignatureVersion\":\"2\"" REST "}",
         SNS_NO_MESSAGE},
        {"{\"Type\":\"Notification\",\"MessageId\":7,\"Message\":\"m\",\"SignatureVersion\":\"2\"" REST "}",
         SNS_NO_MESSAGE},
        {"{\"Type\":\"SubscriptionConfirmation\",\"MessageId\":\"id\",\"Message\":\"m\",\"SignatureVersion\":\"2\"" REST
         "}",
         SNS_NO_MESSAGE},
        {"{\"Type\":\"Notification\",\"MessageId\":\"id\",\"Message\":\"m\",\"SignatureVersion\":\"1\"" REST "}",
         SNS_OLD_SIGNATURE},
        {"{\"Type\":\"Notification\",\"MessageId\":\"id\",\"Message\":\"m\",\"SignatureVersion\":2" REST "}",
         SNS_OLD_SIGNATURE},
        {"{\"Type\":\"Notification\",\"MessageId\":\"id\",\"Message\":\"m\"" REST "}", SNS_OLD_SIGNATURE},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct sns_message message;
        struct json *body;
        if (read_text(ROWS[i].body, &message, &body) != ROWS[i].refusal)
            fail_msg("%s", ROWS[i].body);
        json_free(body);
    }
}

static void a_certificate_comes_from_the_topics_own_host_alone(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.cn/a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
        "https://sns.evil.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:443/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://user@sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
        "https://sns.eu-west-1.amazonaws.com\\@evil.example/a.pem",
        "https://SNS.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com./a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem?x=.pem",
        "https://sns.eu-west-1.amazonaws.com/a?.pem",
        "https://sns.eu-west-1.amazonaws.com/a#.pem",
        "https://sns.eu-west-1.amazonaws.com/../a.pem",
        "https://sns.eu-west-1.amazonaws.com/%2e%2e/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem.txt",
        "https://sns.eu-west-1.amazonaws.com/.pem",
        "https://sns.eu-west-1.amazonaws.com/a b.pem",
        "https://sns.eu-west-1.amazonaws.com",
        "https://s3.amazonaws.com/bucket/a.pem",
        "https://sns.amazonaws.com/a.pem",
        "file:///etc/a.pem",
        "",
    };
    assert_true(sns_cert_url_is_good(STR(CERT), STR(ARN)));
    assert_true(sns_cert_url_is_good(STR("https://sns.cn-north-1.amazonaws.com.cn/a.pem"),
                                     STR("arn:aws-cn:sns:cn-north-1:1:t")));
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (sns_cert_url_is_good(str_of(BAD[i]), STR(ARN)))
            fail_msg("%s", BAD[i]);
}

static void a_subscription_is_confirmed_at_that_host_alone(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&Token=1",
        "https://sns.eu-west-1.amazonaws.com/other?Action=ConfirmSubscription&Token=1",
        "https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription&Token=1",
        "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1",
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1 HTTP",
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1#x",
    };
    assert_true(sns_subscribe_url_is_good(
        STR("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" ARN "&Token=2336412f"),
        STR(ARN)));
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (sns_subscribe_url_is_good(str_of(BAD[i]), STR(ARN)))
            fail_msg("%s", BAD[i]);
}

static void an_issuer_is_fetched_from_amazon_alone(void **state)
{
    (void)state;
    static const char *const BAD[] = {"http://crt.amazontrust.com.evil.example/r2m01.cer",
                                      "http://evil.example/.amazontrust.com/r.cer",
                                      "http://crt.r2m01.amazontrust.com:80/r2m01.cer",
                                      "http://crt.x@y.amazontrust.com/r.cer",
                                      "ftp://crt.r2m01.amazontrust.com/r2m01.cer",
                                      "http://crt.r2m01.amazontrust.com/../r2m01.cer",
                                      "http://crt.r2m01.amazontrust.com/r2m01.exe",
                                      "http://crt.r2m01.amazontrust.com",
                                      ""};
    assert_true(sns_issuer_url_is_good(STR("http://crt.r2m01.amazontrust.com/r2m01.cer")));
    assert_true(sns_issuer_url_is_good(STR("https://crt.sca1b.amazontrust.com/sca1b.cer")));
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (sns_issuer_url_is_good(str_of(BAD[i])))
            fail_msg("%s", BAD[i]);
}

static void only_listed_topics_within_the_hour_are_let_in(void **state)
{
    (void)state;
    const struct sns_message good = {.topic_arn = STR(ARN), .cert_url = STR(CERT), .at = AT};
    static const struct {
        const char *topics;
        int64_t now;
        enum sns_refusal refusal;
    } ROWS[] = {
        {ARN, AT, SNS_FINE},
        {"arn:aws:sns:eu-west-1:1:x, " ARN, AT, SNS_FINE},
        {ARN, AT + SNS_PATIENCE_MS, SNS_FINE},
        {ARN, AT + SNS_PATIENCE_MS + 1, SNS_OUT_OF_TIME},
        {ARN, AT - SNS_PATIENCE_MS - 1, SNS_OUT_OF_TIME},
        {ARN "x", AT, SNS_OTHER_TOPIC},
        {"arn:aws:sns:eu-west-1:123456789012:bounce", AT, SNS_OTHER_TOPIC},
        {NULL, AT, SNS_OTHER_TOPIC},
        {"", AT, SNS_OTHER_TOPIC},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_int_equal(sns_judge(&good, str_of(ROWS[i].topics), ROWS[i].now), ROWS[i].refusal);
    struct sns_message other = good;
    other.cert_url = STR("https://sns.evil.com/a.pem");
    assert_int_equal(sns_judge(&other, STR(ARN), AT), SNS_BAD_CERT_URL);
}

static void what_is_no_topic_has_no_host(void **state)
{
    (void)state;
    static const char *const BAD[] = {"arn:aws:sns:evil.com/:1:t", "arn:aws:sqs:eu-west-1:1:t", "arn:aws:sns:eu-west-1",
                                      "sns:eu-west-1:1:t",         "arn:aws:sns::1:t",          ""};
    struct arena arena = {0};
    struct str names[SNS_NAMES_MAX];
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        assert_true(str_is_none(sns_host(str_of(BAD[i]), &arena)));
        assert_int_equal(sns_certificate_names(str_of(BAD[i]), &arena, names), 0);
    }
    assert_int_equal(sns_certificate_names(STR(ARN), &arena, names), 4);
    assert_string_equal(names[1].ptr, "sns-signing.eu-west-1.amazonaws.com");
    assert_string_equal(names[3].ptr, "sns.amazonaws.com");
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signed_text_has_the_lines_of_the_guide),
        cmocka_unit_test(what_is_no_message_is_refused_and_version_1_by_its_name),
        cmocka_unit_test(a_certificate_comes_from_the_topics_own_host_alone),
        cmocka_unit_test(a_subscription_is_confirmed_at_that_host_alone),
        cmocka_unit_test(an_issuer_is_fetched_from_amazon_alone),
        cmocka_unit_test(only_listed_topics_within_the_hour_are_let_in),
        cmocka_unit_test(what_is_no_topic_has_no_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
