/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/slots.c. */
#include "core/slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct slot FIRST[] = {{.name = "name", .value = STR_INIT("cup")},
                                    {.name = "link", .value = STR_INIT("https://x.example/?a=1&b=2")}};
static const struct slot SECOND[] = {{.name = "name", .value = STR_INIT("{{shop}}")},
                                     {.name = "link", .value = STR_INIT("")}};
static const struct slots ITEMS[] = {{FIRST, 2}, {SECOND, 2}};
static const struct slot SLOTS[] = {{.name = "shop", .value = STR_INIT("Tea <&> \"Co\" 'x'")},
                                    {.name = "name", .value = STR_INIT("outer")},
                                    {.name = "gone", .value = STR_INIT("")},
                                    {.name = "items", .items = ITEMS, .count = 2},
                                    {.name = "none", .items = ITEMS, .count = 0}};
static const struct slots ALL = {SLOTS, 5};

static void marks_are_filled(void **state)
{
    (void)state;
    static const char *const ROWS[][2] = {
        {"", ""},
        {"plain } { text", "plain } { text"},
        {"<b>{{shop}}</b>", "<b>Tea &lt;&amp;&gt; &quot;Co&quot; &#39;x&#39;</b>"},
        {"[{{gone}}]", "[]"},
        {"{{#shop}}yes{{/shop}}{{^shop}}no{{/shop}}", "yes"},
        {"{{#gone}}yes{{/gone}}{{^gone}}no{{/gone}}", "no"},
        {"{{#none}}x{{/none}}{{^none}}empty{{/none}}", "empty"},
        {"{{#items}}({{name}}){{/items}}{{name}}", "(cup)({{shop}})outer"}, /* a value is not read as a mark */
        {"{{#items}}{{#link}}<a href=\"{{link}}\">{{/link}}{{^link}}-{{/link}}{{/items}}",
         "<a href=\"https://x.example/?a=1&amp;b=2\">-"},
        {"{{#items}}{{^gone}}{{#shop}}.{{/shop}}{{/gone}}{{/items}}", ".."}, /* names from around the item */
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct buf out = {0};
        buf_add_c(&out, "");
        assert_int_equal(slots_fill(str_of(ROWS[i][0]), &ALL, &out), RC_OK);
        assert_string_equal(out.len > 0 ? out.ptr : "", ROWS[i][1]);
        buf_clear(&out);
    }
}

static void a_mark_that_means_nothing_is_a_bug(void **state)
{
    (void)state;
    static const char *const ROWS[] = {"{{other}}",
                                       "{{}}",
                                       "{{#}}x{{/}}",
                                       "{{shop",
                                       "{{#shop}}no end",
                                       "{{#shop}}x{{/name}}",
                                       "{{/shop}}",
                                       "{{#other}}{{/other}}",
                                       "{{#items}}{{x}}{{/items}}",
                                       "{{#shop}}{{/shopping}}"};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct buf out = {0};
        assert_int_equal(slots_fill(str_of(ROWS[i]), &ALL, &out), RC_BUG);
        buf_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_filled),
        cmocka_unit_test(a_mark_that_means_nothing_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
