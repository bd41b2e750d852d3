/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of step/send_message.c: the ways out that an email's headers offer. */
#include "step/send_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "core/mime.h"
#include "core/record.h"
#include "core/token.h"

#define EMAIL_ID "0192f0c1-2b3c-7d4e-8f50-0123456789ab"

struct stand {
    struct step_env env;
    struct email email;
    struct arena arena;
};

static int set_up(void **state)
{
    static struct stand stand;
    hash_init();
    mime_init();
    stand = (struct stand){.env = {.shop = {.name = STR("Kitchen Row"),
                                            .public_url = STR("https://mail.shop.example"),
                                            .mail_from = STR("hello@shop.example"),
                                            .bounce_domain = STR("bounce.shop.example"),
                                            .reads_mailbox = true}}};
    stand.env.clock = clock_new_manual(1795543391000);
    stand.env.link_keys.count = 1;
    stand.env.link_keys.keys[0].id = 1;
    memset(stand.env.link_keys.keys[0].key.bytes, 9, HASH_BYTES);
    record_init(RECORD_EMAIL, &stand.email);
    stand.email.id = STR(EMAIL_ID);
    stand.email.language = STR("en");
    stand.email.recipient = STR("ada@mail.example");
    stand.email.from_address = STR("hello@shop.example");
    stand.email.subject = STR("Tea");
    stand.email.text = stand.email.html = STR("x\n");
    *state = &stand;
    return 0;
}

static int tear_down(void **state)
{
    struct stand *stand = *state;
    clock_free(stand->env.clock);
    arena_clear(&stand->arena);
    return 0;
}

/* The message's header of that name, one line. */
static struct str header(struct stand *stand, const char *name)
{
    struct buf out = {0};
    assert_int_equal(send_message_build(&stand->env, &stand->email, NULL, &stand->arena, &out), RC_OK);
    struct str mark = arena_printf(&stand->arena, "\r\n%s: ", name), rest = arena_str(&stand->arena, buf_str(&out));
    size_t at = str_find(rest, mark);
    buf_clear(&out);
    if (at == SIZE_MAX)
        return STR_NONE;
    rest = (struct str){rest.ptr + at + mark.len, rest.len - at - mark.len};
    return str_cut(&rest, '\r');
}

static void a_mail_to_the_printed_address_names_the_email(void **state)
{
    struct stand *stand = *state;
    struct str ways = header(stand, "List-Unsubscribe"), token, email_id;
    str_cut(&ways, '+');
    token = str_cut(&ways, '@');
    assert_true(str_equal(ways, STR("bounce.shop.example?subject=unsubscribe>")));
    assert_int_equal(token_read(&stand->env.link_keys, TOKEN_UNSUBSCRIBE, token, &stand->arena, &email_id, NULL),
                     RC_OK);
    assert_true(str_equal(email_id, STR(EMAIL_ID)));
}

static void no_address_is_printed_whose_mail_nobody_reads(void **state)
{
    struct stand *stand = *state;
    for (int without = 0; without < 2; without++) {
        stand->env.shop.reads_mailbox = without == 0;
        stand->env.shop.bounce_domain = without == 0 ? STR_NONE : STR("bounce.shop.example");
        struct str ways = header(stand, "List-Unsubscribe");
        assert_true(str_starts_with(ways, STR("<https://mail.shop.example/u/")) && str_ends_with(ways, STR(">")));
        assert_false(str_contains(ways, STR("mailto")) || str_contains(ways, STR(",")));
    }
}

static void every_email_names_its_list_and_its_kind(void **state)
{
    struct stand *stand = *state;
    assert_true(str_equal(header(stand, "List-Unsubscribe-Post"), STR("List-Unsubscribe=One-Click")));
    assert_true(str_equal(header(stand, "List-Id"), STR("<rekindle.shop.example>")));
    assert_true(str_equal(header(stand, "Feedback-ID"), STR("en:engagement:rekindle")));
    stand->email.language = STR_NONE;
    assert_true(str_equal(header(stand, "Feedback-ID"), STR("none:engagement:rekindle")));
    assert_true(str_equal(header(stand, "Message-Id"), STR("<" EMAIL_ID "@shop.example>")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_mail_to_the_printed_address_names_the_email, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_address_is_printed_whose_mail_nobody_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_email_names_its_list_and_its_kind, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
