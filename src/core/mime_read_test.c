/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/mime.h"
#include "core/mime_read.h"

#define REPORT                                                                                                    \
    "From: MAILER-DAEMON@x.example\r\nSubject: =?utf-8?Q?=C3=A9chec?=\r\nMIME-Version: 1.0\r\n"                   \
    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"=b\"\r\n\r\n"                        \
    "--=b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n"    \
    "--=b\r\nContent-Type: message/delivery-status\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"        \
    "Reporting-MTA: dns; x.example\r\n\r\nFinal-Recipient: rfc822;a=40b.example\r\nAction: failed\r\n"            \
    "Diagnostic-Code: smtp; 550 5.1.1\r\n     user\r\n\t unknown\r\n\r\nFinal-Recipient: rfc822; c@d.example\r\n" \
    "--=b\r\nContent-Type: text/rfc822-headers\r\n\r\nReturn-Path: <b+T@bounce.example>\r\nTo: a@b.example\r\n"   \
    "--=b--\r\n"

static void the_fields_of_a_report_are_read_group_by_group(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct mime_read read;
    assert_int_equal(mime_read(STR(REPORT), &arena, &read), RC_OK);
    assert_int_equal(read.report, MIME_REPORT_STATUS);
    assert_int_equal(read.group_count, 3);
    assert_true(str_equal(mime_field(&read.groups[0], "reporting-mta"), STR("dns; x.example")));
    assert_true(str_equal(mime_field(&read.groups[1], "Final-Recipient"), STR("rfc822;a@b.example")));
    assert_true(str_equal(mime_field(&read.groups[1], "Diagnostic-Code"), STR("smtp; 550 5.1.1 user unknown")));
    assert_true(str_equal(mime_field(&read.groups[2], "Final-Recipient"), STR("rfc822; c@d.example")));
    assert_true(str_equal(mime_field(&read.returned, "Return-Path"), STR("<b+T@bounce.example>")));
    assert_true(str_equal(mime_field(&read.headers, "Subject"), STR("\xc3\xa9"
                                                                    "chec")));
    assert_true(str_equal(read.text, STR("hello")));
    assert_true(str_is_none(mime_field(&read.headers, "X-None")));
    arena_clear(&arena);
}

static void a_mail_within_a_mail_within_a_mail_is_not_believed(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct mime_read read;
    struct str inner = STR("From: a@b.example\nContent-Type: message/rfc822\n\n"
                           "Return-Path: <first@x.example>\nContent-Type: message/delivery-status\n\nAction: failed\n");
    assert_int_equal(mime_read(inner, &arena, &read), RC_OK);
    assert_int_equal(read.report, MIME_REPORT_NONE); /* the report is the returned mail's own, not the message's */
    assert_true(str_equal(mime_field(&read.returned, "Return-Path"), STR("<first@x.example>")));
    arena_clear(&arena);
}

static void what_is_too_large_or_no_message_is_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct mime_read read;
    char *large = arena_new(&arena, MIME_READ_MAX + 1, 1);
    for (size_t i = 0; i <= MIME_READ_MAX; i++)
        large[i] = 'x';
    assert_int_equal(mime_read((struct str){large, MIME_READ_MAX + 1}, &arena, &read), RC_LIMITED);
    assert_int_equal(mime_read(STR(""), &arena, &read), RC_INVALID);
    assert_int_equal(mime_read(STR_NONE, &arena, &read), RC_INVALID);
    struct str parts = arena_printf(&arena, "Content-Type: multipart/mixed; boundary=b\n\n%s",
                                    "--b\nContent-Type: message/rfc822\n\nSubject: x\n\n--b--\n");
    assert_int_equal(mime_read(parts, &arena, &read), RC_OK);
    arena_clear(&arena);
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
        cmocka_unit_test(the_fields_of_a_report_are_read_group_by_group),
        cmocka_unit_test(a_mail_within_a_mail_within_a_mail_is_not_believed),
        cmocka_unit_test(what_is_too_large_or_no_message_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
