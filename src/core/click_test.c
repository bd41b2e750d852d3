/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time_text.h"
#include "core/click.h"

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
#define IPHONE                                                                                                      \
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 " \
    "Mobile/15E148 Safari/604.1"
#define CHROME \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
#define LATE 60000

static const struct row {
    const char *agent, *purpose;
    int64_t after_ms; /* of the mail; I64_MIN: it never left */
    bool is_head, machine;
} ROWS[] = {
    {FIREFOX, NULL, LATE, false, false},
    {IPHONE, NULL, 10000, false, false},
    {CHROME, "", LATE, false, false},
    {CHROME, "prefetch", LATE, false, true},
    {CHROME, "prefetch;prerender", LATE, false, true},
    {IPHONE, "Preview", LATE, false, true},
    {FIREFOX, NULL, LATE, true, true},
    {FIREFOX, NULL, 9999, false, true},
    {FIREFOX, NULL, 0, false, true},
    {FIREFOX, NULL, -5000, false, true}, /* before it left: a clock that was put back */
    {FIREFOX, NULL, INT64_MIN, false, true},
    {NULL, NULL, LATE, false, true},
    {" ", NULL, LATE, false, true},
    {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", NULL, LATE, false, true},
    {"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", NULL, LATE, false,
     true},
    {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0", NULL, LATE, false,
     true},
    {"BarracudaCentral Web Scanner", NULL, LATE, false, true},
    {"Mozilla/5.0 (compatible; Proofpoint URL Defense)", NULL, LATE, false, true},
    {"Slackbot-LinkExpanding 1.0", NULL, LATE, false, true},
    {"python-requests/2.32.3", NULL, LATE, false, true},
    {"Go-http-client/1.1", NULL, LATE, false, true},
    {"curl/8.5.0", NULL, LATE, false, true},
};

static void a_click_is_a_persons_unless_something_speaks_against_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const struct row *row = &ROWS[i];
        int64_t sent_at = 1000000;
        struct click click = {.is_head = row->is_head,
                              .user_agent = str_of(row->agent),
                              .purpose = str_of(row->purpose),
                              .sent_at = row->after_ms == INT64_MIN ? TIME_NONE : sent_at,
                              .at = row->after_ms == INT64_MIN ? sent_at : sent_at + row->after_ms};
        if (click_is_machine(&click) != row->machine)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_click_is_a_persons_unless_something_speaks_against_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
