/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/token.c: links keep working across key rotation and nothing else opens them. */
#include "core/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define EMAIL_ID STR("0192f0c1-2b3c-7d4e-8f50-0123456789ab")

static struct token_keys one_key(uint8_t id, uint8_t fill)
{
    struct token_keys keys = {0};
    keys.count = 1;
    keys.keys[0].id = id;
    memset(keys.keys[0].key.bytes, fill, HASH_BYTES);
    return keys;
}

static void a_token_gives_its_email_and_link_back(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct token_keys keys = one_key(1, 7);
    const enum token_kind kinds[] = {TOKEN_UNSUBSCRIBE, TOKEN_CLICK, TOKEN_WHY, TOKEN_BOUNCE};
    for (size_t i = 0; i < 4; i++) {
        struct str token, email_id;
        uint8_t link = 99, want = kinds[i] == TOKEN_CLICK ? 5 : 0;
        assert_int_equal(token_make(&keys, kinds[i], EMAIL_ID, want, &arena, &token), RC_OK);
        assert_true(token.len <= 40);
        assert_int_equal(token_read(&keys, kinds[i], token, &arena, &email_id, &link), RC_OK);
        assert_true(str_equal(email_id, EMAIL_ID));
        assert_int_equal(link, want);
    }
    arena_clear(&arena);
}

static void a_token_of_one_kind_opens_nothing_of_another(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct token_keys keys = one_key(1, 7);
    struct str token, email_id;
    assert_int_equal(token_make(&keys, TOKEN_WHY, EMAIL_ID, 0, &arena, &token), RC_OK);
    assert_int_equal(token_read(&keys, TOKEN_UNSUBSCRIBE, token, &arena, &email_id, NULL), RC_INVALID);
    assert_int_equal(token_read(&keys, TOKEN_CLICK, token, &arena, &email_id, NULL), RC_INVALID);
    arena_clear(&arena);
}

static void an_old_token_works_after_the_key_ring_turned(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct token_keys keys = one_key(1, 7);
    struct str old_token, new_token, email_id;
    assert_int_equal(token_make(&keys, TOKEN_UNSUBSCRIBE, EMAIL_ID, 0, &arena, &old_token), RC_OK);
    keys.keys[1] = keys.keys[0];
    keys.keys[0].id = 2;
    memset(keys.keys[0].key.bytes, 8, HASH_BYTES);
    keys.count = 2;
    assert_int_equal(token_make(&keys, TOKEN_UNSUBSCRIBE, EMAIL_ID, 0, &arena, &new_token), RC_OK);
    assert_false(str_equal(old_token, new_token));
    assert_int_equal(token_read(&keys, TOKEN_UNSUBSCRIBE, old_token, &arena, &email_id, NULL), RC_OK);
    assert_int_equal(token_read(&keys, TOKEN_UNSUBSCRIBE, new_token, &arena, &email_id, NULL), RC_OK);
    struct token_keys stranger = one_key(1, 9);
    assert_int_equal(token_read(&stranger, TOKEN_UNSUBSCRIBE, old_token, &arena, &email_id, NULL), RC_INVALID);
    struct token_keys none = {0};
    assert_int_equal(token_read(&none, TOKEN_UNSUBSCRIBE, old_token, &arena, &email_id, NULL), RC_INVALID);
    arena_clear(&arena);
}

/* Every single-character change, cut and addition, also the spare bits of the last character. */
static void a_changed_token_is_refused(void **state)
{
    (void)state;
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. \n";
    struct arena arena = {0};
    struct token_keys keys = one_key(1, 7);
    struct str token, email_id;
    assert_int_equal(token_make(&keys, TOKEN_CLICK, EMAIL_ID, 3, &arena, &token), RC_OK);
    for (size_t at = 0; at < token.len; at++) {
        for (const char *c = ALPHABET; *c; c++) {
            struct str forged = arena_str(&arena, token);
            if (forged.ptr[at] == *c)
                continue;
            ((char *)(uintptr_t)forged.ptr)[at] = *c;
            assert_int_equal(token_read(&keys, TOKEN_CLICK, forged, &arena, &email_id, NULL), RC_INVALID);
        }
        struct str cut = {token.ptr, at};
        assert_int_equal(token_read(&keys, TOKEN_CLICK, cut, &arena, &email_id, NULL), RC_INVALID);
    }
    struct str longer = arena_printf(&arena, "%sA", token.ptr);
    assert_int_equal(token_read(&keys, TOKEN_CLICK, longer, &arena, &email_id, NULL), RC_INVALID);
    assert_int_equal(token_read(&keys, TOKEN_CLICK, STR_NONE, &arena, &email_id, NULL), RC_INVALID);
    arena_clear(&arena);
}

static void only_a_uuid_gets_a_token(void **state)
{
    (void)state;
    static const char *const BAD[] = {"",
                                      "x",
                                      "0192f0c1-2b3c-7d4e-8f50-0123456789a",
                                      "0192f0c1-2b3c-7d4e-8f50-0123456789abc",
                                      "0192f0c1+2b3c-7d4e-8f50-0123456789ab",
                                      "0192f0c1-2b3c-7d4e-8f50-0123456789ag",
                                      "0192F0C1-2B3C-7D4E-8F50-0123456789AB"};
    struct arena arena = {0};
    struct token_keys keys = one_key(1, 7), none = {0};
    struct str token = STR_NONE;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_int_equal(token_make(&keys, TOKEN_WHY, str_of(BAD[i]), 0, &arena, &token), RC_INVALID);
    assert_int_equal(token_make(&none, TOKEN_WHY, EMAIL_ID, 0, &arena, &token), RC_INVALID);
    assert_int_equal(token_make(&keys, TOKEN_WHY, EMAIL_ID, 1, &arena, &token), RC_INVALID);
    arena_clear(&arena);
}

static int start(void **state)
{
    (void)state;
    hash_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_gives_its_email_and_link_back),
        cmocka_unit_test(a_token_of_one_kind_opens_nothing_of_another),
        cmocka_unit_test(an_old_token_works_after_the_key_ring_turned),
        cmocka_unit_test(a_changed_token_is_refused),
        cmocka_unit_test(only_a_uuid_gets_a_token),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
