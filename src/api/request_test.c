/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void escapes_are_decoded_whole_or_refused(void **state)
{
    static const struct {
        const char *in;
        struct str out; /* none: refused */
    } ROWS[] = {
        {"plain", STR_INIT("plain")},
        {"a%20b", STR_INIT("a b")},
        {"%c3%A9", STR_INIT("\xc3\xa9")},
        {"%00", STR_INIT("\0")},
        {"", STR_INIT("")},
        {"%2", {NULL, 0}},
        {"%", {NULL, 0}},
        {"a%zz", {NULL, 0}},
        {"%2fx", STR_INIT("/x")},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct str out;
        enum rc rc = request_decode(str_of(ROWS[i].in), &arena, &out);
        assert_int_equal(rc, str_is_none(ROWS[i].out) ? RC_INVALID : RC_OK);
        if (rc == RC_OK)
            assert_true(str_equal(out, ROWS[i].out));
    }
    arena_clear(&arena);
}

static void a_parameter_that_stands_twice_or_holds_controls_is_refused(void **state)
{
    const struct pair query[] = {{STR("a"), STR("1")},
                                 {STR("b"), STR("x%00")},
                                 {STR("c"), STR("1")},
                                 {STR("c"), STR("1")},
                                 {STR("d"), STR("%ff")}};
    struct arena arena = {0};
    const struct request request = {.arena = &arena, .query = query, .query_count = 5};
    struct str out;
    (void)state;
    assert_int_equal(request_query(&request, "a", &out), RC_OK);
    assert_int_equal(request_query(&request, "b", &out), RC_INVALID);
    assert_int_equal(request_query(&request, "c", &out), RC_INVALID);
    assert_int_equal(request_query(&request, "d", &out), RC_INVALID);
    assert_int_equal(request_query(&request, "e", &out), RC_NOT_FOUND);
    arena_clear(&arena);
}

static void a_cookie_is_found_by_its_whole_name(void **state)
{
    const struct pair headers[] = {{STR("cookie"), STR("xrk_session=no; rk_session=yes; other")}};
    const struct request request = {.headers = headers, .header_count = 1};
    (void)state;
    assert_true(str_equal(request_cookie(&request, "rk_session"), STR("yes")));
    assert_true(str_is_none(request_cookie(&request, "session")));
    assert_true(str_is_none(request_cookie(&request, "other")));
}

static void a_content_type_is_compared_without_parameters_and_case(void **state)
{
    const struct pair headers[] = {{STR("Content-Type"), STR("Application/JSON ; charset=utf-8")}};
    const struct request request = {.headers = headers, .header_count = 1};
    (void)state;
    assert_true(request_has_type(&request, "application/json"));
    assert_false(request_has_type(&request, "application/jsonx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_are_decoded_whole_or_refused),
        cmocka_unit_test(a_parameter_that_stands_twice_or_holds_controls_is_refused),
        cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
        cmocka_unit_test(a_content_type_is_compared_without_parameters_and_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
