/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/draft.c. */
#include "core/draft.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static enum rc read_paragraphs(const char *text, struct arena *arena, struct draft *draft, struct problems *problems)
{
    struct json *document = NULL;
    struct json_error error;
    assert_int_equal(json_parse(str_of(text), &document, &error), RC_OK);
    enum rc rc = draft_paragraphs_from_json(document, arena, draft, problems);
    json_free(document);
    return rc;
}

static void paragraphs_written_are_read_back(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buf buf = {0};
    struct json_out out;
    struct draft draft = {0}, read = {0};
    struct problems problems = {0};
    draft.paragraph_count = 2;
    draft.paragraphs[0] = (struct draft_paragraph){STR("Say \"hi\" \xC3\xA9"), {STR("F1"), STR("F2")}, 2};
    draft.paragraphs[1] = (struct draft_paragraph){STR("No facts"), {{0}}, 0};
    json_out_init(&out, &buf);
    draft_paragraphs_to_json(&draft, &out);
    assert_string_equal(buf.ptr, "[{\"text\":\"Say \\\"hi\\\" \xC3\xA9\",\"facts\":[\"F1\",\"F2\"]},"
                                 "{\"text\":\"No facts\",\"facts\":[]}]");
    assert_int_equal(read_paragraphs(buf.ptr, &arena, &read, &problems), RC_OK);
    assert_int_equal(read.paragraph_count, 2);
    assert_true(str_equal(read.paragraphs[0].text, draft.paragraphs[0].text));
    assert_int_equal(read.paragraphs[0].fact_count, 2);
    assert_true(str_equal(read.paragraphs[0].facts[1], STR("F2")));
    assert_int_equal(read.paragraphs[1].fact_count, 0);
    buf_clear(&buf);
    arena_clear(&arena);
}

static void an_edit_may_leave_facts_out(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct draft draft = {0};
    struct problems problems = {0};
    assert_int_equal(read_paragraphs("[{\"text\":\"Hello\"}]", &arena, &draft, &problems), RC_OK);
    assert_int_equal(draft.paragraph_count, 1);
    arena_clear(&arena);
}

static void every_fault_of_form_has_its_pointer(void **state)
{
    (void)state;
    static const struct {
        const char *json, *pointer, *rule;
    } ROWS[] = {
        {"{}", "/paragraphs", "type"},
        {"[]", "/paragraphs", "type"},
        {"[1,2,3,4,5,6,7,8,9]", "/paragraphs", "type"},
        {"[{\"text\":\"ok\"},7]", "/paragraphs/1", "type"},
        {"[{\"text\":7}]", "/paragraphs/0/text", "type"},
        {"[{\"facts\":[]}]", "/paragraphs/0/text", "type"},
        {"[{\"text\":\"two\\nlines\"}]", "/paragraphs/0/text", NULL},
        {"[{\"text\":\"hidden\\u200b\"}]", "/paragraphs/0/text", NULL},
        {"[{\"text\":\"ok\",\"facts\":\"F1\"}]", "/paragraphs/0/facts", "type"},
        {"[{\"text\":\"ok\",\"facts\":[1]}]", "/paragraphs/0/facts", "type"},
        {"[{\"text\":\"ok\",\"facts\":[\"\"]}]", "/paragraphs/0/facts", "type"},
        {"[{\"text\":\"ok\",\"facts\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}]", "/paragraphs/0/facts",
         "type"},
        {"[{\"text\":\"ok\",\"html\":\"<b>\"}]", "/paragraphs/0/html", "unknown"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct draft draft = {0};
        struct problems problems = {0};
        if (read_paragraphs(ROWS[i].json, &arena, &draft, &problems) != RC_INVALID || problems.count != 1)
            fail_msg("%s: not refused once", ROWS[i].json);
        assert_string_equal(problems.items[0].pointer.ptr, ROWS[i].pointer);
        if (ROWS[i].rule != NULL)
            assert_true(str_equal(problems.items[0].rule, str_of(ROWS[i].rule)));
        assert_int_equal(draft.paragraph_count, 0);
        arena_clear(&arena);
    }
}

static void picks_of_a_stored_email_give_their_ids_and_reasons(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct json *document = NULL;
    struct json_error error;
    struct draft draft = {0};
    struct str text =
        STR("[{\"product_id\":\"p1\",\"name\":\"Tea\",\"price_minor\":900,\"reason\":\"Calm\",\"facts\":[\"F3\"]}]");
    assert_int_equal(json_parse(text, &document, &error), RC_OK);
    assert_int_equal(draft_picks_from_json(document, &arena, &draft), RC_OK);
    json_free(document);
    assert_int_equal(draft.pick_count, 1);
    assert_true(str_equal(draft.picks[0].product_id, STR("p1")));
    assert_true(str_equal(draft.picks[0].reason, STR("Calm")));
    assert_true(str_equal(draft.picks[0].facts[0], STR("F3")));
    arena_clear(&arena);
}

static void broken_picks_are_refused_whole(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "{}",
        "[1]",
        "[{}]",
        "[{\"product_id\":\"\"}]",
        "[{\"product_id\":\"a\",\"facts\":{}}]",
        "[{\"product_id\":\"a\"},{\"product_id\":\"b\"},{\"product_id\":\"c\"},{\"product_id\":\"d\"}]"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct arena arena = {0};
        struct json *document = NULL;
        struct json_error error;
        struct draft draft = {0};
        assert_int_equal(json_parse(str_of(BAD[i]), &document, &error), RC_OK);
        assert_int_equal(draft_picks_from_json(document, &arena, &draft), RC_INVALID);
        assert_int_equal(draft.pick_count, 0);
        json_free(document);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_written_are_read_back),
        cmocka_unit_test(an_edit_may_leave_facts_out),
        cmocka_unit_test(every_fault_of_form_has_its_pointer),
        cmocka_unit_test(picks_of_a_stored_email_give_their_ids_and_reasons),
        cmocka_unit_test(broken_picks_are_refused_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
