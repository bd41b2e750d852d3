/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/reply.c: which answers suppress an address, stop the relay, wait, or leave us uncertain. */
#include "core/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct row {
    enum reply_phase phase;
    const char *line; /* NULL: the connection broke */
    enum reply_class class;
} ROWS[] = {
    {REPLY_DOT, "250 2.0.0 Ok: queued as 4Z1", REPLY_ACCEPTED},
    {REPLY_DOT, "250 Ok 0100018c-id", REPLY_ACCEPTED},
    {REPLY_DOT, "251 user not local; will forward", REPLY_ACCEPTED},
    {REPLY_DOT, "250", REPLY_ACCEPTED},
    {REPLY_DOT, NULL, REPLY_UNKNOWN},
    {REPLY_DOT, "354 go on", REPLY_UNKNOWN},
    {REPLY_DOT, "garbage from a broken server", REPLY_UNKNOWN},
    {REPLY_DOT, "2500 odd", REPLY_UNKNOWN},
    {REPLY_DOT, "", REPLY_UNKNOWN},
    {REPLY_DOT, "451 4.3.0 try later", REPLY_LATER},
    {REPLY_DOT, "550 5.6.0 content", REPLY_REFUSED},
    {REPLY_DOT, "554 transaction failed", REPLY_REFUSED},
    {REPLY_DOT, "550 5.1.1 no such user", REPLY_BAD_ADDRESS},
    {REPLY_DOT, "550 mailbox unavailable", REPLY_REFUSED},
    {REPLY_DOT, "552 5.2.2 over quota", REPLY_MAILBOX_FULL},
    {REPLY_DOT, "552 quota", REPLY_MAILBOX_FULL},
    {REPLY_DOT, "552 5.3.4 message too big", REPLY_REFUSED},
    {REPLY_DOT, "550 5.7.26 unauthenticated email is not accepted", REPLY_OUR_FAULT},
    {REPLY_DOT, "550 5.7.515 access denied, sending domain does not pass", REPLY_OUR_FAULT},
    {REPLY_BODY, NULL, REPLY_LATER},
    {REPLY_BODY, "354 go on", REPLY_LATER},
    {REPLY_CONNECT, NULL, REPLY_LATER},
    {REPLY_CONNECT, "421 4.3.2 too busy", REPLY_SLOW_RELAY},
    {REPLY_CONNECT, "554 5.7.1 no service for you", REPLY_OUR_FAULT},
    {REPLY_CONNECT, "554 no service", REPLY_OUR_FAULT},
    {REPLY_CONNECT, "554 5.1.1 nonsense here", REPLY_OUR_FAULT},
    {REPLY_EHLO, "504 need a full name", REPLY_OUR_FAULT},
    {REPLY_TLS, "454 TLS not available", REPLY_SLOW_RELAY},
    {REPLY_AUTH, "535 5.7.8 bad credentials", REPLY_OUR_FAULT},
    {REPLY_AUTH, "535 bad", REPLY_OUR_FAULT},
    {REPLY_AUTH, "454 4.7.0 temporary authentication failure", REPLY_SLOW_RELAY},
    {REPLY_MAIL, "530 5.7.0 must issue STARTTLS", REPLY_OUR_FAULT},
    {REPLY_MAIL, "553 5.1.8 sender domain not found", REPLY_OUR_FAULT},
    {REPLY_MAIL, "553 sender refused", REPLY_OUR_FAULT},
    {REPLY_MAIL, "550 5.1.0 sender rejected", REPLY_OUR_FAULT},
    {REPLY_MAIL, "552 5.3.4 size", REPLY_REFUSED},
    {REPLY_MAIL, "452 4.3.1 disk full", REPLY_LATER},
    {REPLY_MAIL, "454 Throttling failure: Maximum sending rate exceeded.", REPLY_SLOW_RELAY},
    {REPLY_RCPT, "250 ok", REPLY_LATER},
    {REPLY_RCPT, "450 4.2.0 greylisted", REPLY_LATER},
    {REPLY_RCPT, "450 greylisted", REPLY_LATER},
    {REPLY_RCPT, "452 4.2.2 full for now", REPLY_LATER},
    {REPLY_RCPT, "550 no such user here", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "550-5.1.1 The email account does not exist", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "550 5.2.1 disabled", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "551 moved", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "553 5.1.3 bad syntax", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "553 mailbox name not allowed", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "550 5.1.7 bad sender", REPLY_OUR_FAULT},
    {REPLY_RCPT, "552 5.2.2 mailbox full", REPLY_MAILBOX_FULL},
    {REPLY_RCPT, "550 Relaying denied", REPLY_OUR_FAULT},
    {REPLY_RCPT, "550 SPF check failed", REPLY_OUR_FAULT},
    {REPLY_RCPT, "550 Your IP is on a list", REPLY_OUR_FAULT},
    {REPLY_RCPT, "554 5.7.1 Relay access denied", REPLY_OUR_FAULT},
    {REPLY_RCPT, "550 4.2.1 enhanced says later", REPLY_LATER},
    {REPLY_RCPT, "450 5.1.1 enhanced says never", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "550 5.1 no such user", REPLY_BAD_ADDRESS},
    {REPLY_RCPT, "550 5.4.1 no route", REPLY_REFUSED},
    {REPLY_DATA, "554 5.5.1 no valid recipients", REPLY_REFUSED},
    {REPLY_DATA, "421 closing", REPLY_SLOW_RELAY},
    {REPLY_DATA, NULL, REPLY_LATER},
};

static void every_known_answer_has_its_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        enum reply_class class = reply_classify(ROWS[i].phase, str_of(ROWS[i].line));
        if (class != ROWS[i].class)
            fail_msg("%s '%s': %s, expected %s", REPLY_PHASE_WORDS[ROWS[i].phase], ROWS[i].line ? ROWS[i].line : "-",
                     REPLY_CLASS_WORDS[class], REPLY_CLASS_WORDS[ROWS[i].class]);
    }
}

static void no_address_is_called_bad_before_it_was_named(void **state)
{
    (void)state;
    char line[32];
    for (int phase = REPLY_CONNECT; phase < REPLY_RCPT; phase++) {
        for (int code = 200; code < 600; code++) {
            snprintf(line, sizeof line, "%d 5.1.1 who", code);
            assert_int_not_equal(reply_classify((enum reply_phase)phase, str_of(line)), REPLY_BAD_ADDRESS);
            snprintf(line, sizeof line, "%d who", code);
            assert_int_not_equal(reply_classify((enum reply_phase)phase, str_of(line)), REPLY_BAD_ADDRESS);
        }
    }
}

static void only_a_2xx_after_the_dot_is_accepted(void **state)
{
    (void)state;
    char line[32];
    for (int phase = REPLY_CONNECT; phase <= REPLY_DOT; phase++) {
        for (int code = 0; code < 1000; code++) {
            snprintf(line, sizeof line, "%03d what", code);
            bool accepted = reply_classify((enum reply_phase)phase, str_of(line)) == REPLY_ACCEPTED;
            assert_int_equal(accepted, phase == REPLY_DOT && code / 100 == 2);
        }
    }
}

static void each_class_has_the_code_its_caller_needs(void **state)
{
    (void)state;
    assert_int_equal(reply_rc(REPLY_ACCEPTED), RC_OK);
    assert_int_equal(reply_rc(REPLY_LATER), RC_BUSY);
    assert_int_equal(reply_rc(REPLY_SLOW_RELAY), RC_BUSY);
    assert_int_equal(reply_rc(REPLY_BAD_ADDRESS), RC_DENIED);
    assert_int_equal(reply_rc(REPLY_MAILBOX_FULL), RC_DENIED);
    assert_int_equal(reply_rc(REPLY_REFUSED), RC_DENIED);
    assert_int_equal(reply_rc(REPLY_OUR_FAULT), RC_IO);
    assert_int_equal(reply_rc(REPLY_UNKNOWN), RC_UNCERTAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_known_answer_has_its_class),
        cmocka_unit_test(no_address_is_called_bad_before_it_was_named),
        cmocka_unit_test(only_a_2xx_after_the_dot_is_accepted),
        cmocka_unit_test(each_class_has_the_code_its_caller_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
