/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of failures by replies that the corpus of tests/bounces does not hold, and where tokens may stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/bounce.h"
#include "core/mime.h"

static void failures_are_judged_by_text_then_status_then_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *status, *said;
        enum bounce_kind kind;
    } ROWS[] = {
        {"5.1.1", "550 5.1.1 no thank you", BOUNCE_HARD},
        {"5.1.1", NULL, BOUNCE_HARD},
        {"5.2.1", NULL, BOUNCE_HARD},
        {"5.1.0", NULL, BOUNCE_SOFT},
        {"5.2.2", NULL, BOUNCE_SOFT},
        {"5.7.1", "550 5.7.1 user unknown, or you are", BOUNCE_SOFT}, /* 5.7.x is about us whatever it says */
        {"5.0.0", "550 sorry, no mailbox here by that name", BOUNCE_HARD},
        {"5.0.0", "550 sorry", BOUNCE_SOFT},
        {NULL, NULL, BOUNCE_SOFT},
        {"4.1.1", "450 4.1.1 user unknown, try later", BOUNCE_SOFT},
        {"5.0.0", "452 4.2.2 mailbox full", BOUNCE_SOFT},
        {"5.0.0", "smtp 550 5.1.1 gone", BOUNCE_HARD}, /* the server's own code where ours is vague */
        {"5.1.1", "550 user-unknown", BOUNCE_HARD},    /* signs between words do not matter */
        {"5.1.1", "550 5.1.1 <spam@policy.example> unknown user", BOUNCE_HARD}, /* an address is no reason */
        {"5.1.1", "550 rejected by SPAMHAUS", BOUNCE_SOFT},
        {"5.1.1", "550 this despamming box has no such user", BOUNCE_HARD}, /* words begin where they begin */
        {"5.4.1", "550 5.4.1 Recipient address rejected: Access denied", BOUNCE_HARD},
        {"5.7.1", "550 5.7.1 Recipient address rejected: Access denied", BOUNCE_SOFT},
        {"5.0.0", "client 192.5.1.1 was refused", BOUNCE_SOFT}, /* part of an IP address is no status */
        {"5.4.7", "delivery time expired", BOUNCE_SOFT},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        enum bounce_kind kind = bounce_of_failure(str_of(ROWS[i].status), str_of(ROWS[i].said));
        if (kind != ROWS[i].kind)
            fprintf(stderr, "row %zu: %s\n", i, ROWS[i].said);
        assert_int_equal(kind, ROWS[i].kind);
    }
}

static struct mime_read read_text(const char *text, struct arena *arena)
{
    struct mime_read read;
    assert_int_equal(mime_read(str_of(text), arena, &read), RC_OK);
    return read;
}

static void tokens_are_found_at_our_domain_only(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct mime_read read =
        read_text("To: Bounces <b+AAAA@Bounce.Shop.Example>, <B+BBBB@bounce.shop.example>\n"
                  "Cc: b+CCCC@bounce.shop.example.evil, xb+DDDD@bounce.shop.example, b+@bounce.shop.example\n"
                  "Delivered-To: b+EEEE@other.example\n"
                  "Received: from x by y for <b+AAAA@bounce.shop.example>; now\n"
                  "Subject: b+FFFF@bounce.shop.example\n\nb+GGGG@bounce.shop.example\n",
                  &arena);
    struct str tokens[BOUNCE_TOKENS_MAX];
    assert_int_equal(bounce_tokens(&read, 'b', STR("bounce.shop.example"), BOUNCE_TO_US, tokens), 2);
    assert_true(str_equal(tokens[0], STR("AAAA")));
    assert_true(str_equal(tokens[1], STR("BBBB")));
    assert_int_equal(bounce_tokens(&read, 'u', STR("bounce.shop.example"), BOUNCE_ANYWHERE, tokens), 0);
    assert_int_equal(bounce_tokens(&read, 'b', STR_NONE, BOUNCE_TO_US, tokens), 4); /* any domain when we have none */
    arena_clear(&arena);
}

static void what_is_no_report_of_a_mail_system_has_no_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        enum bounce_kind kind;
    } ROWS[] = {
        {"From: a@b.example\nSubject: Re: hello\n\n550 5.1.1 user unknown\n", BOUNCE_TO_CONFIRM},
        {"From: a@b.example\nAuto-Submitted: auto-replied\n\n550 5.1.1 user unknown\n", BOUNCE_NOTHING},
        {"From: a@b.example\nAuto-Submitted: no\n\nhello\n", BOUNCE_TO_CONFIRM},
        {"From: MAILER-DAEMON@b.example\nAuto-Submitted: auto-replied\n\n550 5.1.1 user unknown\n", BOUNCE_HARD},
        {"From: MAILER-DAEMON@b.example\nSubject: Warning: message delayed 24 hours\n\n550 5.1.1 user unknown\n",
         BOUNCE_DELAYED},
        {"From: postmaster@b.example\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
         "Action: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; x@y.example\n",
         BOUNCE_HARD},
        {"From: postmaster@b.example\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n",
         BOUNCE_NOTHING},
        {"From: a@b.example\nContent-Type: message/feedback-report\n\nFeedback-Type: ABUSE\n", BOUNCE_COMPLAINT},
        {"From: a@b.example\nContent-Type: message/feedback-report\n\nFeedback-Type: virus\n", BOUNCE_NOTHING},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct mime_read read = read_text(ROWS[i].message, &arena);
        struct bounce bounce;
        bounce_classify(&read, &bounce);
        assert_int_equal(bounce.kind, ROWS[i].kind);
        arena_clear(&arena);
    }
}

static int set_up(void **state)
{
    (void)state;
    mime_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_judged_by_text_then_status_then_nothing),
        cmocka_unit_test(tokens_are_found_at_our_domain_only),
        cmocka_unit_test(what_is_no_report_of_a_mail_system_has_no_verdict),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
