/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/draft_reply.c. */
#include "core/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define WHOLE                                                                                                         \
    "{\"subject\":\"A note about mugs\",\"preheader\":\"What is on the shelf\",\"paragraphs\":[{\"text\":\"Hello.\"," \
    "\"facts\":[\"F1\",\"F2\"]},{\"text\":\"Bye.\",\"facts\":[]}],\"picks\":[{\"product_id\":\"m1\",\"reason\":\"A "  \
    "mug.\",\"facts\":[\"F2\"]}],\"cta_label\":\"Have a look\",\"cta_target\":\"shop\",\"sign_off\":\"The team\","    \
    "\"abstain\":false,\"abstain_reason\":\"\"}"

/* WHOLE with `from` replaced by `to`, once; `from` must be there. */
static struct str changed(const char *from, const char *to, struct arena *arena)
{
    const char *at = strstr(WHOLE, from);
    assert_non_null(at);
    return arena_printf(arena, "%.*s%s%s", (int)(at - WHOLE), WHOLE, to, at + strlen(from));
}

static bool has_problem(const struct problems *problems, const char *pointer, const char *rule)
{
    for (size_t i = 0; i < problems->count; i++)
        if (str_equal(problems->items[i].pointer, str_of(pointer)) && str_equal(problems->items[i].rule, str_of(rule)))
            return true;
    return false;
}

static void a_whole_reply_is_read_and_written_back_the_same(void **state)
{
    struct arena arena = {0};
    struct draft draft;
    struct problems problems = {.count = 0};
    struct buf text = {0};
    struct json_out out;
    (void)state;
    assert_int_equal(draft_from_reply(STR(WHOLE), &arena, &draft, &problems), RC_OK);
    assert_int_equal(draft.paragraph_count, 2);
    assert_int_equal(draft.paragraphs[0].fact_count, 2);
    assert_int_equal(draft.pick_count, 1);
    assert_true(str_equal(draft.picks[0].product_id, STR("m1")));
    assert_false(draft.abstain);
    json_out_init(&out, &text);
    draft_to_reply(&draft, &out);
    assert_string_equal(text.ptr, WHOLE);
    buf_clear(&text);
    arena_clear(&arena);
}

static void a_reply_that_breaks_its_form_is_refused_with_the_place_named(void **state)
{
    static const struct {
        const char *from, *to, *pointer, *rule;
    } rows[] = {
        {"\"subject\":\"A note about mugs\",", "", "/subject", "required"},
        {",\"abstain_reason\":\"\"", "", "/abstain_reason", "required"},
        {"\"A note about mugs\"", "7", "/subject", "type"},
        {"\"A note about mugs\"", "null", "/subject", "type"},
        {"\"A note about mugs\"", "[\"A note\"]", "/subject", "type"},
        {"\"abstain\":false", "\"abstain\":\"no\"", "/abstain", "type"},
        {"\"abstain\":false", "\"abstain\":0", "/abstain", "type"},
        {"\"abstain\":false", "\"abstain\":false,\"html\":\"<b>\"", "/html", "unknown"},
        {"\"abstain\":false", "\"abstain\":false,\"recipient\":\"x\"", "/recipient", "unknown"},
        {"{\"text\":\"Bye.\",\"facts\":[]}", "\"Bye.\"", "/paragraphs/1", "type"},
        {"{\"text\":\"Bye.\",\"facts\":[]}", "{\"text\":\"Bye.\"}", "/paragraphs/1/facts", "required"},
        {"{\"text\":\"Bye.\",\"facts\":[]}", "{\"facts\":[]}", "/paragraphs/1/text", "required"},
        {"{\"text\":\"Bye.\",\"facts\":[]}", "{\"text\":\"Bye.\",\"facts\":[],\"url\":\"u\"}", "/paragraphs/1/url",
         "unknown"},
        {"\"facts\":[\"F1\",\"F2\"]", "\"facts\":\"F1\"", "/paragraphs/0/facts", "type"},
        {"\"facts\":[\"F1\",\"F2\"]", "\"facts\":[1]", "/paragraphs/0/facts", "type"},
        {"\"facts\":[\"F1\",\"F2\"]", "\"facts\":[\"\"]", "/paragraphs/0/facts", "type"},
        {"\"facts\":[\"F1\",\"F2\"]", "\"facts\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]",
         "/paragraphs/0/facts", "type"},
        {"\"picks\":[{", "\"picks\":[7,{", "/picks/0", "type"},
        {"\"picks\":[{", "\"picks\":[{},{},{},{", "/picks", "type"},
        {"\"product_id\":\"m1\",", "", "/picks/0/product_id", "required"},
        {"\"product_id\":\"m1\"", "\"product_id\":1", "/picks/0/product_id", "type"},
        {"\"reason\":\"A mug.\"", "\"reason\":\"A mug.\",\"price_minor\":1", "/picks/0/price_minor", "unknown"},
        {"{\"subject\"", "[{\"subject\"", "", "json"},
        {"\"abstain_reason\":\"\"}", "\"abstain_reason\":\"", "", "json"}, /* truncated */
        {"\"abstain_reason\":\"\"}", "\"abstain_reason\":\"\"} Here you go!", "", "json"},
        {"{\"subject\"", "```json\n{\"subject\"", "", "json"},
        {"A note about mugs", "A note \\u0000 about mugs", "", "json"},
        {"A note about mugs", "A note \xFF about mugs", "", "json"},
        {"A note about mugs", "A note \\ud800 about mugs", "", "json"},
        {"\"abstain\":false", "\"abstain\":false,\"abstain\":true", "", "json"}, /* which of them is meant? */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena = {0};
        struct draft draft;
        struct problems problems = {.items[0].pointer = STR_NONE};
        enum rc rc = draft_from_reply(changed(rows[i].from, rows[i].to, &arena), &arena, &draft, &problems);
        if (rc != RC_INVALID || !has_problem(&problems, rows[i].pointer, rows[i].rule))
            fail_msg("row %zu: rc=%s, the first of %zu problems: %.*s", i, rc_name(rc), problems.count,
                     STR_ARG(problems.items[0].pointer));
        arena_clear(&arena);
    }
}

static void what_is_no_object_at_all_is_refused(void **state)
{
    static const struct {
        const char *raw, *rule;
    } rows[] = {
        {"", "json"},       {"   ", "json"},    {"Sorry, I cannot do that.", "json"}, {"null", "type"}, {"[]", "type"},
        {"\"{}\"", "type"}, {"{}", "required"}, {"{\"error\":{}}", "unknown"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena = {0};
        struct draft draft;
        struct problems problems = {.count = 0};
        assert_int_equal(draft_from_reply(str_of(rows[i].raw), &arena, &draft, &problems), RC_INVALID);
        bool found = false;
        for (size_t p = 0; p < problems.count; p++)
            found = found || str_equal(problems.items[p].rule, str_of(rows[i].rule));
        assert_true(found);
        assert_int_equal(draft.paragraph_count, 0);
        assert_true(str_equal(draft.subject, STR(""))); /* never absent: it can be shown and checked */
        arena_clear(&arena);
    }
}

static void a_text_over_its_size_is_refused_and_not_kept(void **state)
{
    struct arena arena = {0};
    struct draft draft;
    struct problems problems = {.count = 0};
    char *text = arena_new(&arena, 70000, 1);
    (void)state;
    memset(text, 'a', 4001);
    assert_int_equal(draft_from_reply(changed("A note about mugs", text, &arena), &arena, &draft, &problems),
                     RC_INVALID);
    assert_true(has_problem(&problems, "/subject", "length"));
    assert_true(str_equal(draft.subject, STR("")));
    assert_int_equal(draft.paragraph_count, 2); /* the rest is there to be looked at */
    memset(text, ' ', 69999);
    problems.count = 0;
    assert_int_equal(draft_from_reply(changed("{\"subject\"", arena_printf(&arena, "%s{\"subject\"", text).ptr, &arena),
                                      &arena, &draft, &problems),
                     RC_INVALID);
    assert_true(has_problem(&problems, "", "length"));
    arena_clear(&arena);
}

static void an_entry_that_cannot_be_read_has_empty_texts(void **state)
{
    struct arena arena = {0};
    struct draft draft;
    struct problems problems = {.count = 0};
    (void)state;
    struct str raw = changed("[{\"text\":\"Hello.\"", "[null,{\"text\":\"Hello.\"", &arena);
    assert_int_equal(draft_from_reply(raw, &arena, &draft, &problems), RC_INVALID);
    assert_int_equal(draft.paragraph_count, 3);
    assert_true(str_is_empty(draft.paragraphs[0].text));
    assert_true(str_equal(draft.paragraphs[1].text, STR("Hello.")));
    arena_clear(&arena);
}

static void a_reply_nested_without_end_is_refused(void **state)
{
    struct arena arena = {0};
    struct draft draft;
    struct problems problems = {.count = 0};
    char *text = arena_new(&arena, 60001, 1);
    (void)state;
    memset(text, '[', 60000);
    assert_int_equal(draft_from_reply(str_of(text), &arena, &draft, &problems), RC_INVALID);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_reply_is_read_and_written_back_the_same),
        cmocka_unit_test(a_reply_that_breaks_its_form_is_refused_with_the_place_named),
        cmocka_unit_test(what_is_no_object_at_all_is_refused),
        cmocka_unit_test(a_text_over_its_size_is_refused_and_not_kept),
        cmocka_unit_test(an_entry_that_cannot_be_read_has_empty_texts),
        cmocka_unit_test(a_reply_nested_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
