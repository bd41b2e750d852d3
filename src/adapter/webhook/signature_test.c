/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the signature: the example of the specification's own libraries, and which secrets are none. */
#include "adapter/webhook/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/hash.h"

#define ID STR("msg_p5jXN8AQM9LWM0D4loKWxJek")
#define BODY STR("{\"test\": 2432232314}")
#define AT_S 1614265330

static void it_is_the_one_of_the_specification(void **state)
{
    struct arena arena = {0};
    struct str key;
    (void)state;
    assert_int_equal(signature_key(STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &arena, &key), RC_OK);
    assert_int_equal(key.len, 24);
    assert_string_equal(signature_make(key, ID, AT_S, BODY, &arena).ptr,
                        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    arena_clear(&arena);
}

/* Reckoned by another program's HMAC. */
static void a_plain_secret_is_its_own_key(void **state)
{
    struct arena arena = {0};
    struct str key;
    (void)state;
    assert_int_equal(signature_key(STR("a plain secret of thirty-one ch"), &arena, &key), RC_OK);
    assert_string_equal(signature_make(key, ID, AT_S, BODY, &arena).ptr,
                        "v1,39b6mshXVBmwqOM55wZS4N5ww41wIC764g/TDSVdxVA=");
    arena_clear(&arena);
}

static void id_instant_and_body_are_all_signed(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct str key = STR("a plain secret of thirty-one ch"), was = signature_make(key, ID, AT_S, BODY, &arena);
    assert_false(str_equal(was, signature_make(key, STR("msg_other"), AT_S, BODY, &arena)));
    assert_false(str_equal(was, signature_make(key, ID, AT_S + 1, BODY, &arena)));
    assert_false(str_equal(was, signature_make(key, ID, AT_S, STR("{}"), &arena)));
    assert_false(str_equal(was, signature_make(STR("another secret of thirty-one ch"), ID, AT_S, BODY, &arena)));
    arena_clear(&arena);
}

static void what_is_no_key_is_refused(void **state)
{
    static const char *const BAD[] = {"whsec_", "whsec_short", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
                                      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZI"};
    struct arena arena = {0};
    struct str key;
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_int_equal(signature_key(str_of(BAD[i]), &arena, &key), RC_INVALID);
    arena_clear(&arena);
}

int main(void)
{
    hash_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_one_of_the_specification),
        cmocka_unit_test(a_plain_secret_is_its_own_key),
        cmocka_unit_test(id_instant_and_body_are_all_signed),
        cmocka_unit_test(what_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
