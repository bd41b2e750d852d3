/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Drafting with a writer that may fail in every way, and what people do with its drafts. */
#include "story_writer.h"

#include <string.h>

#include "core/call.h"
#include "core/check.h"
#include "core/draft.h"

static double begin(struct story *story)
{
    story_catalogue(story);
    story_regular(story, "c1");
    return story_due_day(story, "c1");
}

static struct call *calls_of(struct story *story, size_t *count)
{
    struct store_query query = STORE_QUERY(CALL_BY_TIME);
    struct store_page page;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    *count = page.count;
    return page.items;
}

static int64_t counted_for_person(struct story *story)
{
    struct person person;
    assert_int_equal(
        store_get(story->env.store, RECORD_PERSON, story_email(story, "c1").person, &story->arena, &person), RC_OK);
    return calls_recent(person.calls, clock_now(story->env.clock));
}

static const struct story_answer HARD = {.outcome = WRITER_ANSWERED, .reply = SAYS_HARD, .bill = WRITER_BILL_KNOWN};

static struct review review_of(struct story *story, struct email *out)
{
    struct email email = story_email(story, "c1");
    return (struct review){.actor = STR("staff:s1"), .email_id = email.id, .expect = email.version, .out = out};
}

/* --- outcomes of a call --- */

/* How a day ends that began with one such outcome, and what the moment after it looks like. */
static const struct outcome_row {
    struct story_answer answer;
    enum email_status at_once;
    const char *reason; /* at once */
    enum call_state call;
    int64_t counted; /* calls of the person: what brought nothing does not count */
    enum email_status later;
} OUTCOMES[] = {
    {{.outcome = WRITER_LIMITED}, EMAIL_DRAFTING, "limited", CALL_FREE, 0, EMAIL_IN_REVIEW},
    {{.outcome = WRITER_LIMITED, .retry_after_ms = 3600000}, EMAIL_DRAFTING, "limited", CALL_FREE, 0, EMAIL_IN_REVIEW},
    {{.outcome = WRITER_UNAVAILABLE}, EMAIL_DRAFTING, "unavailable", CALL_FREE, 0, EMAIL_IN_REVIEW},
    {{.outcome = WRITER_TIMED_OUT, .bill = WRITER_BILL_UNKNOWN},
     EMAIL_DRAFTING,
     "timed_out",
     CALL_UNKNOWN,
     0,
     EMAIL_IN_REVIEW},
    {{.outcome = WRITER_MISCONFIGURED}, EMAIL_DRAFTING, "misconfigured", CALL_FREE, 0, EMAIL_IN_REVIEW},
    {{.outcome = WRITER_REFUSED, .bill = WRITER_BILL_KNOWN},
     EMAIL_DRAFT_FAILED,
     "refused",
     CALL_SETTLED,
     1,
     EMAIL_DRAFT_FAILED},
};

static int64_t next_try(struct story *story)
{
    int64_t run_at;
    assert_int_equal(story->env.queue->vtable->earliest(story->env.queue, JOB_MASK(JOB_DRAFT), &run_at), RC_OK);
    return run_at;
}

static void try_outcome(struct story *story, const struct outcome_row *row)
{
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    size_t count;
    story_writer_says(writer, row->answer);
    story_to_day(story, due - 0.1);
    while (writer->calls == 0) /* to the very instant of the call: a try later than it is in the future */
        story_to_day_silently(story, (double)(clock_now(story->env.clock) - STORY_DAY_0 + 1000) / 86400000.0);
    struct email email = story_email(story, "c1");
    const struct call *calls = calls_of(story, &count);
    assert_int_equal(count, 1);
    assert_int_equal(email.status, row->at_once);
    assert_true(str_equal(email.reason, str_of(row->reason)));
    assert_int_equal(calls[0].state, row->call);
    assert_true(str_equal(calls[0].outcome, str_of(WRITER_OUTCOME_WORDS[row->answer.outcome])));
    assert_true(calls[0].error.len > 0); /* never swallowed */
    assert_int_equal(counted_for_person(story), row->counted);
    if (row->at_once == EMAIL_DRAFTING)
        assert_true(next_try(story) >= calls[0].at + row->answer.retry_after_ms);
    story_to_day(story, due + 0.9);
    assert_int_equal(story_email(story, "c1").status, row->later);
    assert_int_equal(writer->places, 0);
}

static void d08_each_failure_of_a_writer_is_kept_and_answered(void **state)
{
    struct story *story = *state;
    try_outcome(story, &OUTCOMES[0]);
    for (size_t i = 1; i < sizeof OUTCOMES / sizeof OUTCOMES[0]; i++) { /* a shop of its own for each */
        story_teardown(state);
        story_setup(state);
        try_outcome(*state, &OUTCOMES[i]);
    }
}

static void d29_a_writer_that_never_answers_ends_in_draft_failed_until_a_person_retries(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    writer->usual = (struct story_answer){.outcome = WRITER_UNAVAILABLE};
    story_to_day(story, due + 1);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_DRAFT_FAILED);
    assert_true(str_equal(email.reason, STR("unavailable")));
    assert_true(writer->calls > 5 && writer->calls < 30);
    size_t tried = writer->calls;
    story_to_day(story, due + 2);
    assert_int_equal(writer->calls, tried); /* nothing more by itself */
    writer->usual = (struct story_answer){.outcome = WRITER_ANSWERED, .bill = WRITER_BILL_KNOWN};
    struct email after;
    struct review review = review_of(story, &after);
    assert_int_equal(review_retry(&story->env, &review, &story->arena), RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
}

static void a_writer_that_says_not_now_before_the_call_leaves_no_trace(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    size_t count;
    story_to_day(story, due - 0.1);
    writer->admit = RC_LIMITED;
    writer->admit_count = 30; /* far more than the attempts of a failing job */
    writer->admit_wait_ms = 30000;
    story_to_day(story, due + 0.1);
    assert_int_equal(writer->admit_count, 0);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    calls_of(story, &count);
    assert_int_equal(count, 1);
}

static void a_degraded_writer_keeps_drafts_waiting_visibly(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_to_day(story, due - 0.1);
    writer->admit = RC_DENIED;
    writer->admit_count = SIZE_MAX;
    writer->admit_wait_ms = 600000;
    story_to_day(story, due + 1);
    assert_int_equal(story_email(story, "c1").status, EMAIL_DRAFTING);
    assert_true(str_equal(story_email(story, "c1").reason, STR("writer_degraded")));
    assert_int_equal(writer->calls, 0);
    writer->admit_count = 0;
    story_to_day(story, due + 1.1);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_true(str_is_none(story_email(story, "c1").reason));
}

static void a_draft_whose_program_stops_while_it_waits_is_made_by_the_next(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_to_day(story, due - 0.1);
    writer->admit = RC_BUSY;
    writer->admit_count = 1;
    story_to_day(story, due + 0.1); /* dropped once, and claimed again */
    assert_int_equal(writer->admit_count, 0);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_int_equal(writer->calls, 1);
}

/* --- drafts that do not pass --- */

static const char *promise_of(const char *code)
{
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++)
        if (strcmp(CHECK_RULES[i].code, code) == 0)
            return CHECK_RULES[i].promise;
    fail_msg("there is no rule %s", code);
    return "";
}

static void a_hard_finding_is_mended_once_with_its_code(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    size_t count;
    story_writer_says(writer, HARD);
    story_to_day(story, due + 0.1);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    assert_int_equal(email.regenerations, 1);
    assert_true(str_is_none(email.codes)); /* nothing is left to mend */
    assert_int_equal(writer->calls, 2);
    assert_null(strstr(writer->bodies[0], "the_last_draft_broke"));
    assert_non_null(strstr(writer->bodies[1], "the_last_draft_broke"));
    assert_non_null(strstr(writer->bodies[1], promise_of("price_or_currency")));
    assert_null(strstr(writer->bodies[1], "9.99")); /* the code is told, never the text */
    const struct call *calls = calls_of(story, &count);
    assert_int_equal(count, 2);
    assert_false(str_equal(calls[0].id, calls[1].id));
    size_t first = str_equal(calls[0].id, email.call_id) ? 1 : 0;
    assert_true(str_contains(calls[first].codes, STR("price_or_currency")));
    assert_true(str_contains(calls[first].raw, STR("9.99")));
}

static void a_second_hard_finding_is_for_people(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    writer->usual = HARD;
    story_to_day(story, due + 1);
    struct email email = story_email(story, "c1"), after;
    assert_int_equal(email.status, EMAIL_BLOCKED);
    assert_true(str_equal(email.reason, STR("hard_findings")));
    assert_int_equal(writer->calls, 2);
    assert_true(str_contains(email.codes, STR("price_or_currency")));
    /* a person asks again, with a wish: the codes go with it, and the program may ask once more by itself */
    struct review review = review_of(story, &after);
    review.hint = STR("Speak of the mugs, please");
    assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(writer->calls, 4);
    assert_non_null(strstr(writer->bodies[2], "Speak of the mugs, please"));
    assert_non_null(strstr(writer->bodies[2], promise_of("price_or_currency")));
    assert_non_null(strstr(writer->bodies[3], "Speak of the mugs, please"));
    assert_int_equal(story_email(story, "c1").status, EMAIL_BLOCKED);
}

static void d09_a_reply_that_holds_no_draft_never_becomes_an_email(void **state)
{
    static const char *const REPLIES[] = {NULL, "", "null", "{}", "Sorry, I cannot do that.", "{\"error\":{}}"};
    for (size_t i = 0; i < sizeof REPLIES / sizeof REPLIES[0]; i++) {
        struct story *story = *state;
        struct story_writer *writer = story_writer_use(story);
        double due = begin(story);
        writer->usual = (struct story_answer){
            .outcome = WRITER_ANSWERED, .reply = SAYS_UNREADABLE, .raw = REPLIES[i], .bill = WRITER_BILL_KNOWN};
        story_to_day(story, due + 1);
        struct email email = story_email(story, "c1");
        assert_int_equal(email.status, EMAIL_DRAFT_FAILED);
        assert_true(str_equal(email.reason, STR("bad_reply")));
        assert_true(str_is_none(email.subject) && str_is_none(email.html));
        assert_int_equal(writer->calls, 2); /* asked once more by itself, then people */
        story_teardown(state);
        story_setup(state);
    }
}

static void a_reply_that_breaks_its_form_but_can_be_read_is_shown_blocked(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    writer->usual = (struct story_answer){
        .outcome = WRITER_ANSWERED,
        .reply = SAYS_UNREADABLE,
        .raw = "{\"subject\":\"A note about our mugs\",\"paragraphs\":[{\"text\":\"Hello there.\",\"facts\":[]},7]}",
        .bill = WRITER_BILL_KNOWN};
    story_to_day(story, due + 1);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_BLOCKED);
    assert_int_equal(writer->calls, 2);
    assert_true(str_contains(email.text, STR("Hello there.")));
}

static void a_broken_reply_is_asked_for_once_more(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_writer_says(writer, (struct story_answer){.outcome = WRITER_BAD_REPLY, .bill = WRITER_BILL_KNOWN});
    story_to_day(story, due + 1);
    assert_int_equal(writer->calls, 2);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
}

static void a_writer_may_abstain_and_is_not_pressed(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    writer->usual = (struct story_answer){
        .outcome = WRITER_ANSWERED,
        .reply = SAYS_UNREADABLE,
        .raw = "{\"subject\":\"\",\"preheader\":\"\",\"paragraphs\":[],\"picks\":[],\"cta_label\":\"\",\"cta_target\":"
               "\"shop\",\"sign_off\":\"\",\"abstain\":true,\"abstain_reason\":\"nothing fits\"}",
        .bill = WRITER_BILL_KNOWN};
    story_to_day(story, due + 1);
    assert_int_equal(story_email(story, "c1").status, EMAIL_DRAFT_FAILED);
    assert_true(str_equal(story_email(story, "c1").reason, STR("writer_abstained")));
    assert_int_equal(writer->calls, 1);
}

/* --- a person's own limit, and what may leave --- */

static void two_calls(struct policy *policy) { policy->client_drafts = 2; }
static void one_call(struct policy *policy) { policy->client_drafts = 1; }

static void a_person_has_so_many_calls_in_thirty_days_and_no_more(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    story_policy(story, two_calls);
    double due = begin(story);
    writer->usual = HARD;
    story_to_day(story, due + 1);
    struct email after;
    struct review review = review_of(story, &after);
    assert_int_equal(story_email(story, "c1").status, EMAIL_BLOCKED);
    assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_INVALID);
    assert_string_equal(review.why, "client_cap");
    assert_int_equal(writer->calls, 2);
    story_to_day(story, due + 32); /* the window has moved on */
    review = review_of(story, &after);
    assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_OK);
}

static void the_programs_own_second_try_keeps_to_the_persons_limit(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    story_policy(story, one_call);
    double due = begin(story);
    story_writer_says(writer, HARD);
    story_to_day(story, due + 1);
    assert_int_equal(writer->calls, 1);
    assert_int_equal(story_email(story, "c1").status,
                     EMAIL_BLOCKED); /* what was written and paid for is people's to mend */
    assert_int_equal(counted_for_person(story), 1);
}

static void personal_data_in_a_wish_stops_the_call_before_anything_leaves(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_to_day(story, due + 0.1);
    assert_int_equal(writer->calls, 1);
    struct email after;
    struct review review = review_of(story, &after);
    review.hint = STR("Write to c1@example.com as if you knew her");
    assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_DRAFT_FAILED);
    assert_true(str_equal(email.reason, STR("personal_data")));
    assert_int_equal(writer->calls, 1);
    assert_int_equal(counted_for_person(story), 1);
    review = review_of(story, &after);
    assert_int_equal(review_retry(&story->env, &review, &story->arena), RC_OK); /* without the wish */
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_null(strstr(writer->bodies[1], "c1@example.com"));
}

static void a_wish_is_short_and_plain_text(void **state)
{
    struct story *story = *state;
    story_writer_use(story);
    story_to_day(story, begin(story) + 0.1);
    struct email after;
    char *words = arena_new(&story->arena, 400, 1);
    memset(words, 'a', 301);
    const struct str hints[] = {str_of(words), STR("two\nlines"), STR("hidden \xE2\x80\x8B"), STR("broken \xFF")};
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        struct review review = review_of(story, &after);
        review.hint = hints[i];
        assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_INVALID);
        assert_string_equal(review.why, "hint");
    }
}

/* --- people --- */

static void an_edit_is_kept_and_makes_an_earlier_approval_void(void **state)
{
    struct story *story = *state;
    story_to_day(story, begin(story) + 0.1);
    struct email before = story_email(story, "c1"), after;
    struct review review = review_of(story, &after);
    struct draft draft = {.subject = STR("Our mugs and the shelf beside"), .preheader = before.preheader};
    struct problems problems = {.count = 0};
    struct json *paragraphs;
    assert_int_equal(json_parse(before.paragraphs, &paragraphs, NULL), RC_OK);
    assert_int_equal(draft_paragraphs_from_json(paragraphs, &story->arena, &draft, &problems), RC_OK);
    json_free(paragraphs);
    assert_int_equal(review_edit(&story->env, &review, &draft, &story->arena), RC_OK);
    assert_int_equal(after.status, EMAIL_IN_REVIEW);
    struct json *edits;
    assert_int_equal(json_parse(after.edits, &edits, NULL), RC_OK);
    const struct json *changes = json_get(json_at(edits, 0), "changes");
    assert_int_equal(json_size(changes), 1);
    assert_true(str_equal(json_get_str(json_at(changes, 0), "field"), STR("subject")));
    assert_true(str_equal(json_get_str(json_at(changes, 0), "before"), before.subject));
    assert_true(str_equal(json_get_str(json_at(changes, 0), "after"), draft.subject));
    assert_true(str_equal(json_get_str(json_at(edits, 0), "by"), STR("staff:s1")));
    json_free(edits);
    assert_false(str_equal(after.content_hash, before.content_hash));
    review = review_of(story, &after);
    assert_int_equal(review_approve(&story->env, &review, before.content_hash, &story->arena), RC_INVALID);
    assert_string_equal(review.why, "hash_differs"); /* what was seen is not what would be sent */
}

static void an_approval_binds_the_text_as_it_is_stored(void **state)
{
    struct story *story = *state;
    double due = begin(story);
    story_to_day(story, due + 0.1);
    struct email email = story_approve(story, "c1");
    story_stop(story);
    email = story_email(story, "c1");
    email.html = arena_printf(&story->arena, "%.*s<!-- -->", STR_ARG(email.html)); /* somebody at the database */
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = email.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = clock_now(story->env.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    story_start(story);
    story_to_day(story, due + 1);
    assert_int_equal(story->relay.count, 0);
}

/* The checks of the client's newest email have a finding of the rule. */
static bool has_finding(struct story *story, const char *client, const char *code)
{
    struct json *checks = NULL;
    bool found = false;
    assert_int_equal(json_parse(story_email(story, client).checks, &checks, NULL), RC_OK);
    for (size_t i = 0; i < json_size(checks); i++)
        if (str_equal(json_get_str(json_at(checks, i), "code"), str_of(code)))
            found = found || !json_get_bool(json_at(checks, i), "passed");
    json_free(checks);
    return found;
}

static void two_people_do_not_get_the_same_letter_unnoticed(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    size_t count;
    story_catalogue(story);
    story_client(story, "c2", "c2@example.com");
    for (int day = 0; day <= 60; day += 20) {
        if (day > 0)
            story_to_day(story, day);
        story_order(story, "c2", day, 4000);
        if (day == 0)
            story_client(story, "c1", "c1@example.com");
        story_order(story, "c1", day, 4000);
    }
    double due = story_due_day(story, "c1") + 1;
    story_to_day(story, due);
    const struct call *calls = calls_of(story, &count);
    assert_int_equal(count, 2);
    assert_false(has_finding(story, "c1", "near_duplicate") && has_finding(story, "c2", "near_duplicate"));
    /* once more, and the model gives to the second what it gave to the first */
    struct email first = story_email(story, "c1"), second = story_email(story, "c2"), out;
    const struct call *own = str_equal(calls[0].email_id, first.id) ? &calls[0] : &calls[1];
    struct review review = {.actor = STR("staff:s1"), .email_id = second.id, .expect = second.version, .out = &out};
    writer->usual = (struct story_answer){
        .outcome = WRITER_ANSWERED, .reply = SAYS_UNREADABLE, .raw = own->raw.ptr, .bill = WRITER_BILL_KNOWN};
    assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_OK);
    story_to_day(story, due + 0.1);
    assert_true(has_finding(story, "c2", "near_duplicate"));
    assert_true(has_finding(story, "c2", "similar_subject"));
}

int writing_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(d08_each_failure_of_a_writer_is_kept_and_answered),
        STORY(d29_a_writer_that_never_answers_ends_in_draft_failed_until_a_person_retries),
        STORY(a_writer_that_says_not_now_before_the_call_leaves_no_trace),
        STORY(a_degraded_writer_keeps_drafts_waiting_visibly),
        STORY(a_draft_whose_program_stops_while_it_waits_is_made_by_the_next),
        STORY(a_hard_finding_is_mended_once_with_its_code),
        STORY(a_second_hard_finding_is_for_people),
        STORY(d09_a_reply_that_holds_no_draft_never_becomes_an_email),
        STORY(a_reply_that_breaks_its_form_but_can_be_read_is_shown_blocked),
        STORY(a_broken_reply_is_asked_for_once_more),
        STORY(a_writer_may_abstain_and_is_not_pressed),
        STORY(a_person_has_so_many_calls_in_thirty_days_and_no_more),
        STORY(the_programs_own_second_try_keeps_to_the_persons_limit),
        STORY(personal_data_in_a_wish_stops_the_call_before_anything_leaves),
        STORY(a_wish_is_short_and_plain_text),
        STORY(an_edit_is_kept_and_makes_an_earlier_approval_void),
        STORY(an_approval_binds_the_text_as_it_is_stored),
        STORY(two_people_do_not_get_the_same_letter_unnoticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
