/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/email.c: the arrows that exist, and that there are no others. */
#include "core/email.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Written out apart from the table, in the words that staff and docs use. */
static const struct arrow {
    const char *from, *event, *to;
} ARROWS[] = {
    {"drafting", "drafted_clean", "in_review"},
    {"drafting", "drafted_hard", "blocked"},
    {"drafting", "draft_given_up", "draft_failed"},
    {"drafting", "cancel", "cancelled"},
    {"blocked", "edit_clean", "in_review"},
    {"blocked", "edit_hard", "blocked"},
    {"blocked", "regenerate", "drafting"},
    {"blocked", "cancel", "cancelled"},
    {"draft_failed", "retry", "drafting"},
    {"draft_failed", "cancel", "cancelled"},
    {"in_review", "approve", "approved"},
    {"in_review", "reject", "rejected"},
    {"in_review", "edit_clean", "in_review"},
    {"in_review", "edit_hard", "blocked"},
    {"in_review", "regenerate", "drafting"},
    {"in_review", "stale_picks", "in_review"},
    {"in_review", "cancel", "cancelled"},
    {"approved", "undo", "in_review"},
    {"approved", "claim", "sending"},
    {"approved", "stale_picks", "in_review"},
    {"approved", "hold", "held"},
    {"approved", "cancel", "cancelled"},
    {"held", "unhold", "approved"},
    {"held", "hold", "held"},
    {"held", "cancel", "cancelled"},
    {"sending", "accepted", "sent"},
    {"sending", "rehearsed", "rehearsed"},
    {"sending", "deferred", "approved"},
    {"sending", "refused", "failed"},
    {"sending", "broken_after_dot", "uncertain"},
    {"uncertain", "resolve_sent", "sent"},
    {"uncertain", "resolve_failed", "failed"},
    {"failed", "retry", "approved"},
};

static const char *expected(int from, int event)
{
    for (size_t i = 0; i < sizeof(ARROWS) / sizeof(ARROWS[0]); i++)
        if (strcmp(ARROWS[i].from, EMAIL_STATUS_WORDS[from]) == 0 &&
            strcmp(ARROWS[i].event, EMAIL_EVENT_WORDS[event]) == 0)
            return ARROWS[i].to;
    return NULL;
}

static void every_state_and_event_does_what_is_written_or_is_a_bug(void **state)
{
    (void)state;
    size_t found = 0;
    for (int from = 0; from < EMAIL_STATUS_COUNT; from++) {
        for (int event = 0; event < EMAIL_EVENT_COUNT; event++) {
            enum email_status to = EMAIL_STATUS_COUNT;
            enum rc rc = email_next((enum email_status)from, (enum email_event)event, &to);
            const char *want = expected(from, event);
            assert_int_equal(rc, want ? RC_OK : RC_BUG);
            if (want)
                assert_string_equal(EMAIL_STATUS_WORDS[to], want);
            else
                assert_int_equal(to, EMAIL_STATUS_COUNT); /* untouched */
            found += want != NULL;
        }
    }
    assert_int_equal(found, sizeof(ARROWS) / sizeof(ARROWS[0]));
}

static void nothing_outside_the_enums_is_an_arrow(void **state)
{
    (void)state;
    enum email_status to = EMAIL_SENT;
    assert_int_equal(email_next(EMAIL_STATUS_COUNT, EMAIL_EV_CLAIM, &to), RC_BUG);
    assert_int_equal(email_next(EMAIL_APPROVED, EMAIL_EVENT_COUNT, &to), RC_BUG);
    assert_int_equal(email_next((enum email_status) - 1, EMAIL_EV_CLAIM, &to), RC_BUG);
}

static void only_what_is_over_is_final(void **state)
{
    (void)state;
    for (int s = 0; s < EMAIL_STATUS_COUNT; s++) {
        bool final = s == EMAIL_SENT || s == EMAIL_REHEARSED || s == EMAIL_REJECTED || s == EMAIL_CANCELLED;
        assert_int_equal(email_is_final((enum email_status)s), final);
    }
}

static void what_may_have_left_cannot_be_cancelled(void **state)
{
    (void)state;
    for (int s = 0; s < EMAIL_STATUS_COUNT; s++) {
        bool before = s == EMAIL_DRAFTING || s == EMAIL_BLOCKED || s == EMAIL_DRAFT_FAILED || s == EMAIL_IN_REVIEW ||
                      s == EMAIL_APPROVED || s == EMAIL_HELD;
        assert_int_equal(email_is_before_sending((enum email_status)s), before);
    }
}

static void words_are_as_many_as_the_enums(void **state)
{
    (void)state;
    for (int s = 0; s < EMAIL_STATUS_COUNT; s++)
        assert_non_null(EMAIL_STATUS_WORDS[s]);
    assert_null(EMAIL_STATUS_WORDS[EMAIL_STATUS_COUNT]);
    for (int e = 0; e < EMAIL_EVENT_COUNT; e++)
        assert_non_null(EMAIL_EVENT_WORDS[e]);
    assert_null(EMAIL_EVENT_WORDS[EMAIL_EVENT_COUNT]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event_does_what_is_written_or_is_a_bug),
        cmocka_unit_test(nothing_outside_the_enums_is_an_arrow),
        cmocka_unit_test(only_what_is_over_is_final),
        cmocka_unit_test(what_may_have_left_cannot_be_cancelled),
        cmocka_unit_test(words_are_as_many_as_the_enums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
