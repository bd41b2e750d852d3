/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/mail_url/mail_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct mail_url_form MAILBOX = {.plain = "imap",
                                             .encrypted = "imaps",
                                             .rule = "it must be imaps://",
                                             .has_path = true,
                                             .needs_login = true};

static void a_url_is_taken_apart(void **state)
{
    struct mail_url url;
    struct str why;
    (void)state;
    assert_int_equal(
        mail_url_parse(STR("imaps://b%40x:p%3Aw@mail.example:1993/INBOX%2FReturned"), &MAILBOX, &url, &why), RC_OK);
    assert_string_equal(url.origin, "imaps://mail.example:1993");
    assert_string_equal(url.path, "INBOX%2FReturned");
    assert_string_equal(url.user, "b@x");
    assert_string_equal(url.password, "p:w");
    assert_false(url.is_loopback);
    mail_url_clear(&url);
    assert_int_equal(mail_url_parse(STR("imap://u:p@[::1]/"), &MAILBOX, &url, &why), RC_OK);
    assert_string_equal(url.origin, "imap://[::1]");
    assert_null(url.path);
    assert_true(url.is_loopback);
    mail_url_clear(&url);
}

static void what_libcurl_would_read_more_out_of_it_is_refused(void **state)
{
    static const struct {
        const char *url, *reason;
    } BAD[] = {{"imaps://mail.example/INBOX", "user and password"},
               {"imaps://u@mail.example/INBOX", "user and password"},
               {"smtps://u:p@mail.example", "it must be imaps://"},
               {"imaps://u:p@mail.example/INBOX;UID=1", "options"},
               {"imaps://u;AUTH=PLAIN:p@mail.example/INBOX", "options"},
               {"imaps://u:p@mail.example/INBOX?ALL", "neither"},
               {"imaps://u:p@mail.example/INBOX#1", "neither"},
               {"imaps://u:p@mail.example/IN BOX", "one word"},
               {"imaps://u:p%0a@mail.example/INBOX", "user and password"},
               {"", "one word"}};
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct mail_url url;
        struct str why = STR("");
        if (mail_url_parse(str_of(BAD[i].url), &MAILBOX, &url, &why) != RC_INVALID ||
            !str_contains(why, str_of(BAD[i].reason)))
            fail_msg("%s: %.*s", BAD[i].url, STR_ARG(why));
    }
}

static void only_a_whole_loopback_address_is_this_machine(void **state)
{
    static const struct {
        const char *url;
        bool is_loopback;
    } ROWS[] = {{"imap://u:p@127.0.0.1", true},
                {"imap://u:p@127.8.9.10:143", true},
                {"imap://u:p@localhost", true},
                {"imap://u:p@127.0.0.1.evil.example", false},
                {"imap://u:p@localhost.evil.example", false},
                {"imap://u:p@10.0.0.1", false}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct mail_url url;
        struct str why = STR("");
        assert_int_equal(mail_url_parse(str_of(ROWS[i].url), &MAILBOX, &url, &why), RC_OK);
        if (url.is_loopback != ROWS[i].is_loopback)
            fail_msg("%s", ROWS[i].url);
        mail_url_clear(&url);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(what_libcurl_would_read_more_out_of_it_is_refused),
        cmocka_unit_test(only_a_whole_loopback_address_is_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
