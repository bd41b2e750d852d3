/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /hooks/ses: what Amazon signed is taken once; whatever differs from that in one thing is refused, says why in the log
 * once, and changes nothing. Certificates are made here, by an authority that stands for Amazon's; what would be fetched
 * comes from a list. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/x509_testing.h"
#include "hooks/mail.h"

#define ARN "arn:aws:sns:eu-west-1:123456789012:bounces"
#define HOST "sns.eu-west-1.amazonaws.com"
#define CERT "https://" HOST "/SimpleNotificationService-"
#define ISSUER "http://crt.middle.amazontrust.com/middle.cer"
#define CONFIRM "https://" HOST "/?Action=ConfirmSubscription&TopicArn=" ARN "&Token=2336412f"
#define ID "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e7001"
#define PAGES_MAX 16

/* --- a web of a few pages ------------------------------------------------------------------------------------------- */

struct web {
    struct fetch port;
    struct {
        const char *url;
        struct str body;
    } pages[PAGES_MAX];
    size_t count;
    int asked;
    bool down;
};

static enum rc web_get(struct fetch *fetch, const struct fetch_wish *wish, struct arena *arena, struct str *body,
                       struct str *why)
{
    struct web *web = (struct web *)fetch;
    web->asked++;
    *why = STR("it could not be reached");
    if (web->down)
        return RC_IO;
    assert_true(wish->may_be_plain == str_starts_with(wish->url, STR("http://")));
    for (size_t i = 0; i < web->count; i++) {
        if (!str_equal(wish->url, str_of(web->pages[i].url)))
            continue;
        *body = arena_str(arena, web->pages[i].body);
        return RC_OK;
    }
    *why = STR("it answered that it has no such thing");
    return RC_NOT_FOUND;
}

static void web_add(struct web *web, const char *url, struct str body)
{
    assert_true(web->count < PAGES_MAX);
    web->pages[web->count].url = url;
    web->pages[web->count++].body = body;
}

/* --- the house ------------------------------------------------------------------------------------------------------ */

static struct house {
    struct stand *stand;
    struct web web;
    struct x509_roots *roots;
    struct sns_trust *trust;
    struct test_signer *root, *middle, *leaf, *stranger, *expired, *other_host;
} house;

static void add_signer(struct test_signer **out, const char *name, const struct test_certificate *certificate,
                       const struct test_signer *by)
{
    struct arena *arena = &house.stand->arena;
    *out = test_signer_new(certificate, by);
    if (name != NULL)
        web_add(&house.web, arena_printf(arena, CERT "%s.pem", name).ptr, test_signer_pem(*out, arena));
}

static void make_signers(void)
{
    int64_t now = clock_wall();
    add_signer(&house.root, NULL, &(struct test_certificate){.host = "Root", .is_authority = true}, NULL);
    add_signer(&house.middle, NULL, &(struct test_certificate){.host = "Middle", .is_authority = true}, house.root);
    add_signer(&house.leaf, "good", &(struct test_certificate){.host = "sns.amazonaws.com", .issuer_url = ISSUER},
               house.middle);
    add_signer(&house.stranger, "self", &(struct test_certificate){.host = "sns.amazonaws.com"}, NULL);
    add_signer(&house.expired, "expired",
               &(struct test_certificate){.host = "sns.amazonaws.com",
                                          .issuer_url = ISSUER,
                                          .from_ms = now - 2 * TIME_DAY_MS,
                                          .until_ms = now - TIME_DAY_MS},
               house.middle);
    add_signer(&house.other_host, "other",
               &(struct test_certificate){.host = "sns.us-east-1.amazonaws.com", .issuer_url = ISSUER}, house.middle);
    web_add(&house.web, ISSUER, test_signer_der(house.middle, &house.stand->arena));
    web_add(&house.web, CERT "html.pem", STR("<html>not a certificate</html>"));
    web_add(&house.web, CONFIRM, STR("<ConfirmSubscriptionResponse/>"));
}

static void open_roots(void)
{
    char path[] = "/tmp/rekindle-roots-XXXXXX";
    int fd = mkstemp(path);
    struct str pem = test_signer_pem(house.root, &house.stand->arena);
    assert_int_equal(write(fd, pem.ptr, pem.len), pem.len);
    close(fd);
    assert_int_equal(x509_roots_open(str_of(path), &house.roots), RC_OK);
    unlink(path);
}

/* A memory of certificates that knows none yet. */
static void forget_certificates(void)
{
    struct sns_trust *old = house.trust;
    house.trust = sns_trust_new(&house.web.port, house.roots);
    stand_restart(house.stand, (struct api_options){.ses_topics = STR("arn:aws:sns:eu-west-1:1:another, " ARN),
                                                    .ses_trust = house.trust,
                                                    .fetch = &house.web.port});
    sns_trust_free(old);
    house.web.asked = 0;
}

static int setup(void **state)
{
    static const struct fetch_vtable VTABLE = {.get = web_get};
    if (stand_setup(state) != 0)
        return -1;
    house.stand = *state;
    house.web.port.vtable = &VTABLE;
    make_signers();
    open_roots();
    forget_certificates();
    mail_sent(house.stand, ID, "ses-1");
    return 0;
}

static int teardown(void **state)
{
    struct test_signer *const signers[] = {house.root,     house.middle,  house.leaf,
                                           house.stranger, house.expired, house.other_host};
    api_stop(house.stand->api);
    house.stand->api = NULL;
    sns_trust_free(house.trust);
    x509_roots_close(house.roots);
    for (size_t i = 0; i < sizeof signers / sizeof signers[0]; i++)
        test_signer_free(signers[i]);
    return stand_teardown(state);
}

/* --- messages ------------------------------------------------------------------------------------------------------- */

/* What a message says; each member left out is that of a good one. */
struct wish {
    const char *type, *id, *message, *topic, *cert, *version, *subscribe_url;
    int64_t age_ms;
    const struct test_signer *signer;
    bool with_sha1;
    const char *altered; /* the message as it is sent, when that is not what was signed */
};

static const char *or_else(const char *text, const char *fallback) { return text != NULL ? text : fallback; }

static const char *bounce_of(const char *id, const char *feedback)
{
    struct arena *arena = &house.stand->arena;
    return arena_printf(
               arena,
               "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"feedbackId\":\"%s\","
               "\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\",\"status\":\"5.1.1\"}]},\"mail\":{"
               "\"messageId\":\"m\",\"source\":\"b+%s@bounce.shop.example\"}}",
               feedback, mail_token(house.stand, id))
        .ptr;
}

static const char *make(struct wish wish)
{
    struct arena *arena = &house.stand->arena;
    struct buf signed_text = {0}, body = {0};
    struct json_out out;
    const char *type = or_else(wish.type, "Notification"), *id = or_else(wish.id, "sns-1");
    const char *message = or_else(wish.message, "{}"), *topic = or_else(wish.topic, ARN);
    const char *url = or_else(wish.subscribe_url, CONFIRM);
    bool notifies = strcmp(type, "Notification") == 0;
    struct str at = time_to_text(clock_wall() - wish.age_ms, arena);
    buf_printf(&signed_text, "Message\n%s\nMessageId\n%s\n", message, id);
    if (!notifies)
        buf_printf(&signed_text, "SubscribeURL\n%s\n", url);
    buf_printf(&signed_text, "Timestamp\n%.*s\n", STR_ARG(at));
    if (!notifies)
        buf_add_c(&signed_text, "Token\n2336412f\n");
    buf_printf(&signed_text, "TopicArn\n%s\nType\n%s\n", topic, type);
    struct str signature =
        test_signer_sign(wish.signer != NULL ? wish.signer : house.leaf, buf_str(&signed_text), wish.with_sha1, arena);
    json_out_init(&out, &body);
    json_begin_object(&out);
    json_pair_str(&out, "Type", str_of(type));
    json_pair_str(&out, "MessageId", str_of(id));
    json_pair_str(&out, "TopicArn", str_of(topic));
    json_pair_str(&out, "Message", str_of(or_else(wish.altered, message)));
    json_pair_str(&out, "Timestamp", at);
    json_pair_str(&out, "SignatureVersion", str_of(or_else(wish.version, "2")));
    json_pair_str(&out, "Signature", hash_to_base64(signature.ptr, signature.len, arena));
    json_pair_str(&out, "SigningCertURL", str_of(or_else(wish.cert, CERT "good.pem")));
    if (!notifies) {
        json_pair_str(&out, "Token", STR("2336412f"));
        json_pair_str(&out, "SubscribeURL", str_of(url));
    }
    json_pair_str(&out, "UnknownMember", STR("tolerated"));
    json_end_object(&out);
    const char *text = arena_str(arena, buf_str(&body)).ptr;
    buf_clear(&signed_text);
    buf_clear(&body);
    return text;
}

static struct got post(const char *body)
{
    return stand_call(house.stand, (struct exchange){.method = "POST",
                                                     .path = "/hooks/ses",
                                                     .body = body,
                                                     .type = "text/plain; charset=UTF-8",
                                                     .public_door = true});
}

/* What the program logs while `body` is posted, as text in the arena. */
static struct str logged_by(const char *body, struct got *got)
{
    char path[] = "/tmp/rekindle-log-XXXXXX", text[8192];
    int fd = mkstemp(path), kept = dup(2);
    unlink(path);
    log_set_level(LOG_WARN);
    dup2(fd, 2);
    *got = post(body);
    dup2(kept, 2);
    log_set_level(LOG_ERROR);
    ssize_t size = pread(fd, text, sizeof text, 0);
    close(fd);
    close(kept);
    assert_true(size >= 0);
    return arena_str(&house.stand->arena, (struct str){text, (size_t)size});
}

static int count_of(const char *text, const char *needle)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, needle)) != NULL; at += strlen(needle))
        count++;
    return count;
}

static void expect_refused(const char *body, int status, const char *rule)
{
    struct got got;
    struct str before = mail_state(house.stand, ID, "ses-1");
    const char *log = logged_by(body, &got).ptr;
    if (got.status != status || strcmp(got_rule(&got), rule) != 0)
        fail_msg("%s: %d %s", rule, got.status, got.body);
    char line[100];
    snprintf(line, sizeof line, "ses_refused why=%s ", rule);
    if (count_of(log, line) != 1 || count_of(log, "\n") != 1)
        fail_msg("%s is not logged once: %s", rule, log);
    assert_true(str_equal(mail_state(house.stand, ID, "ses-1"), before));
    got_free(&got);
}

static void expect_counts(const char *body, const char *counts)
{
    struct got got = post(body);
    if (got.status != 200 || strstr(got.body, counts) == NULL)
        fail_msg("%d %s", got.status, got.body);
    got_free(&got);
}

#define ONE "\"accepted\":1,\"repeated\":0,\"ignored\":0,\"rejected\":[]"
#define AGAIN "\"accepted\":0,\"repeated\":1,\"ignored\":0,\"rejected\":[]"
#define PASSED_OVER "\"accepted\":0,\"repeated\":0,\"ignored\":1,\"rejected\":[]"

/* --- promises ------------------------------------------------------------------------------------------------------- */

static void whatever_amazon_did_not_sign_changes_nothing(void **state)
{
    (void)state;
    const char *bounce = bounce_of(ID, "forged-1"), *delivery = bounce_of(ID, "forged-2");
    const struct {
        struct wish wish;
        const char *rule;
    } ROWS[] = {
        {{.version = "1"}, "old_signature"},
        {{.version = "1", .with_sha1 = true}, "old_signature"},
        {{.with_sha1 = true}, "bad_signature"},
        {{.signer = house.stranger}, "bad_signature"},
        {{.signer = house.middle}, "bad_signature"},
        {{.altered = delivery}, "bad_signature"},
        {{.topic = "arn:aws:sns:eu-west-1:999999999999:bounces"}, "other_topic"},
        {{.topic = "arn:aws:sns:us-east-1:123456789012:bounces"}, "other_topic"},
        {{.cert = "https://sns.evil.com/a.pem"}, "bad_cert_url"},
        {{.cert = "https://" HOST ".evil.example/a.pem"}, "bad_cert_url"},
        {{.cert = "https://amazonaws.com.evil/a.pem"}, "bad_cert_url"},
        {{.cert = "https://sns.us-east-1.amazonaws.com/a.pem"}, "bad_cert_url"},
        {{.cert = "http://" HOST "/SimpleNotificationService-good.pem"}, "bad_cert_url"},
        {{.cert = "https://" HOST ":443/SimpleNotificationService-good.pem"}, "bad_cert_url"},
        {{.cert = "https://amazon@" HOST "/SimpleNotificationService-good.pem"}, "bad_cert_url"},
        {{.cert = "https://" HOST "/SimpleNotificationService-good.pem?x"}, "bad_cert_url"},
        {{.cert = CERT "self.pem", .signer = house.stranger}, "bad_certificate"},
        {{.cert = CERT "expired.pem", .signer = house.expired}, "bad_certificate"},
        {{.cert = CERT "other.pem", .signer = house.other_host}, "bad_certificate"},
        {{.cert = CERT "html.pem"}, "bad_certificate"},
        {{.cert = CERT "missing.pem"}, "bad_certificate"},
        {{.age_ms = 61 * TIME_MINUTE_MS}, "out_of_time"},
        {{.age_ms = -61 * TIME_MINUTE_MS}, "out_of_time"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct wish wish = ROWS[i].wish;
        wish.message = bounce;
        expect_refused(make(wish), 403, ROWS[i].rule);
    }
    expect_refused("{\"notificationType\":\"Bounce\"}", 400, "no_message");
    expect_refused("hello", 400, "no_message");
    expect_refused("", 400, "no_message");
    forget_certificates();
}

static void what_cannot_be_ours_is_refused_before_anything_is_fetched(void **state)
{
    (void)state;
    forget_certificates();
    expect_refused(make((struct wish){.topic = ARN "x"}), 403, "other_topic");
    expect_refused(make((struct wish){.cert = "https://sns.evil.com/a.pem"}), 403, "bad_cert_url");
    expect_refused(make((struct wish){.version = "1"}), 403, "old_signature");
    expect_refused(make((struct wish){.age_ms = 2 * TIME_HOUR_MS}), 403, "out_of_time");
    assert_int_equal(house.web.asked, 0);
}

static void a_bounce_that_amazon_signed_is_taken_and_said_again_it_is_repeated(void **state)
{
    (void)state;
    forget_certificates();
    const char *bounce = bounce_of(ID, "feedback-1"), *body = make((struct wish){.message = bounce});
    expect_counts(body, ONE);
    assert_string_equal(mail_verdict(house.stand, ID), "hard_bounce");
    expect_counts(body, AGAIN);                                                  /* the same message */
    expect_counts(make((struct wish){.message = bounce, .id = "sns-2"}), AGAIN); /* SNS says it twice */
    assert_int_equal(mail_notices(house.stand, ID), 1);
    assert_int_equal(house.web.asked, 2); /* the certificate and its issuer, once */
}

static void a_delivery_after_a_bounce_does_not_make_it_good(void **state)
{
    (void)state;
    const char *late =
        arena_printf(&house.stand->arena,
                     "{\"eventType\":\"Delivery\",\"delivery\":{},\"mail\":{\"messageId\":\"late\",\"source\":"
                     "\"b+%s@bounce.shop.example\"}}",
                     mail_token(house.stand, ID))
            .ptr;
    expect_counts(make((struct wish){.message = late}), ONE);
    assert_string_equal(mail_verdict(house.stand, ID), "hard_bounce");
}

static void what_is_about_other_mail_is_passed_over(void **state)
{
    (void)state;
    static const char *const MESSAGES[] = {"{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\"},"
                                           "\"mail\":{\"source\":\"news@shop.example\"}}",
                                           "{\"eventType\":\"Open\",\"mail\":{}}",
                                           "Successfully validated SNS topic for Amazon SES event publishing.", ""};
    for (size_t i = 0; i < sizeof MESSAGES / sizeof MESSAGES[0]; i++)
        expect_counts(make((struct wish){.message = MESSAGES[i]}), PASSED_OVER);
    const char *forged =
        "{\"eventType\":\"Delivery\",\"mail\":{\"messageId\":\"m\",\"source\":\"b+forged@bounce.shop.example\"}}";
    expect_counts(make((struct wish){.message = forged}), "\"rule\":\"token\"");
}

static void raw_delivery_is_refused_by_its_name(void **state)
{
    (void)state;
    struct got got = stand_call(house.stand, (struct exchange){.method = "POST",
                                                               .path = "/hooks/ses",
                                                               .body = bounce_of(ID, "raw"),
                                                               .type = "text/plain",
                                                               .headers = "x-amz-sns-rawdelivery: true\r\n"});
    assert_int_equal(got.status, 403);
    assert_string_equal(got_rule(&got), "raw_delivery");
    got_free(&got);
}

static void the_log_says_what_is_wrong_with_a_certificate(void **state)
{
    (void)state;
    const struct {
        struct wish wish;
        const char *because;
    } ROWS[] = {{{.cert = CERT "expired.pem", .signer = house.expired}, "the certificate has expired"},
                {{.cert = CERT "other.pem", .signer = house.other_host}, "the certificate is of another host"},
                {{.cert = CERT "self.pem", .signer = house.stranger}, "the certificate signs itself"},
                {{.cert = CERT "html.pem"}, "what came is no certificate"}};
    forget_certificates();
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct got got;
        const char *log = logged_by(make(ROWS[i].wish), &got).ptr;
        if (strstr(log, ROWS[i].because) == NULL)
            fail_msg("%s: %s", ROWS[i].because, log);
        got_free(&got);
    }
}

static void without_the_certificate_nothing_is_decided(void **state)
{
    (void)state;
    struct str before = mail_state(house.stand, ID, "ses-1");
    forget_certificates();
    house.web.down = true;
    struct got got = post(make((struct wish){.message = bounce_of(ID, "down")}));
    assert_int_equal(got.status, 503);
    assert_string_equal(got_header(&got, "Retry-After"), "60");
    got_free(&got);
    house.web.down = false;
    assert_true(str_equal(mail_state(house.stand, ID, "ses-1"), before));
}

static void forged_messages_cannot_make_it_fetch_all_day(void **state)
{
    (void)state;
    forget_certificates();
    int refused = 0, put_off = 0;
    for (int i = 0; i < 3 * SNS_FETCHES_PER_MINUTE; i++) {
        const char *cert = arena_printf(&house.stand->arena, CERT "%d.pem", i).ptr;
        struct got got = post(make((struct wish){.cert = cert}));
        refused += got.status == 403;
        put_off += got.status == 503;
        got_free(&got);
    }
    assert_int_equal(house.web.asked, SNS_FETCHES_PER_MINUTE);
    assert_int_equal(refused, SNS_FETCHES_PER_MINUTE);
    assert_int_equal(put_off, 2 * SNS_FETCHES_PER_MINUTE);
    forget_certificates();
}

static struct got ask(const char *method, const char *path, const char *body)
{
    return stand_call(house.stand, (struct exchange){.who = ADMIN, .method = method, .path = path, .body = body});
}

static void expect_state(const char *state)
{
    struct got got = ask("GET", "/api/v1/ses-subscription", NULL);
    const struct json *mine = json_at(json_get(got.json, "items"), 1);
    assert_int_equal(got.status, 200);
    assert_int_equal(json_size(json_get(got.json, "items")), 2);
    assert_true(str_equal(json_get_str(mine, "topic_arn"), STR(ARN)));
    if (!str_equal(json_get_str(mine, "state"), str_of(state)))
        fail_msg("not %s: %s", state, got.body);
    assert_null(strstr(got.body, "Token"));
    got_free(&got);
}

#define CONFIRM_PATH "/api/v1/ses-subscription/confirm"
#define CONFIRM_BODY "{\"topic_arn\":\"" ARN "\"}"

static void a_subscription_waits_for_an_admin(void **state)
{
    (void)state;
    const char *question = make((struct wish){.type = "SubscriptionConfirmation", .id = "ask-1"});
    forget_certificates();
    expect_state("unasked");
    struct got got = ask("POST", CONFIRM_PATH, CONFIRM_BODY);
    assert_int_equal(got.status, 409);
    got_free(&got);
    expect_counts(question, PASSED_OVER);
    expect_state("waiting");
    assert_int_equal(house.web.asked, 2); /* for the certificate: the question itself was not answered */
    house.web.down = true;
    got = ask("POST", CONFIRM_PATH, CONFIRM_BODY);
    assert_int_equal(got.status, 503);
    got_free(&got);
    expect_state("waiting");
    house.web.down = false;
    got = ask("POST", CONFIRM_PATH, CONFIRM_BODY);
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "state"), "confirmed");
    got_free(&got);
    assert_int_equal(house.web.asked, 4);
    expect_counts(question, PASSED_OVER); /* played again, it does not wait again */
    expect_state("confirmed");
}

static void a_subscription_that_amazon_ended_is_shown_as_ended(void **state)
{
    (void)state;
    expect_counts(make((struct wish){.type = "UnsubscribeConfirmation", .id = "end-1"}), PASSED_OVER);
    expect_state("ended");
}

static void a_question_that_leads_elsewhere_is_not_kept(void **state)
{
    (void)state;
    static const char *const URLS[] = {"https://evil.example/?Action=ConfirmSubscription&Token=1",
                                       "https://" HOST "/?Action=Publish&Token=1",
                                       "http://" HOST "/?Action=ConfirmSubscription&Token=1",
                                       "https://" HOST ".evil.example/?Action=ConfirmSubscription&Token=1"};
    for (size_t i = 0; i < sizeof URLS / sizeof URLS[0]; i++)
        expect_refused(make((struct wish){.type = "SubscriptionConfirmation", .id = "ask-9", .subscribe_url = URLS[i]}),
                       403, "bad_subscribe_url");
    expect_state("ended");
}

static void without_topics_nothing_is_let_in(void **state)
{
    struct stand *stand = *state;
    stand_restart(stand, (struct api_options){0});
    expect_refused(make((struct wish){.message = bounce_of(ID, "none")}), 403, "other_topic");
    struct got got = ask("GET", "/api/v1/ses-subscription", NULL);
    assert_string_equal(got.body, "{\"items\":[]}");
    got_free(&got);
    forget_certificates();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_amazon_did_not_sign_changes_nothing),
        cmocka_unit_test(what_cannot_be_ours_is_refused_before_anything_is_fetched),
        cmocka_unit_test(a_bounce_that_amazon_signed_is_taken_and_said_again_it_is_repeated),
        cmocka_unit_test(a_delivery_after_a_bounce_does_not_make_it_good),
        cmocka_unit_test(what_is_about_other_mail_is_passed_over),
        cmocka_unit_test(raw_delivery_is_refused_by_its_name),
        cmocka_unit_test(the_log_says_what_is_wrong_with_a_certificate),
        cmocka_unit_test(without_the_certificate_nothing_is_decided),
        cmocka_unit_test(forged_messages_cannot_make_it_fetch_all_day),
        cmocka_unit_test(a_subscription_waits_for_an_admin),
        cmocka_unit_test(a_subscription_that_amazon_ended_is_shown_as_ended),
        cmocka_unit_test(a_question_that_leads_elsewhere_is_not_kept),
        cmocka_unit_test(without_topics_nothing_is_let_in),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
