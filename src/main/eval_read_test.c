/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "main/test_folder.h"

#define BRIEF                                                                                                          \
    "{\"id\":\"b1\",\"locale\":\"en-GB\",\"facts\":[{\"id\":\"F1\",\"kind\":\"shop\",\"text\":\"Leaf\"},"              \
    "{\"id\":\"F2\",\"kind\":\"purchase\",\"text\":\"Sencha\"},{\"id\":\"F3\",\"kind\":\"flavour\",\"text\":\"Mint\"}" \
    "],"                                                                                                               \
    "\"products\":[{\"id\":\"p1\",\"name\":\"Pearls\",\"category\":\"Tea\",\"price_minor\":900,\"currency\":\"GBP\"}]" \
    ","

struct bench {
    struct test_folder folder;
    struct eval_set set;
    struct arena arena;
    struct str why;
};

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){.why = STR_NONE};
    test_folder_make(&bench.folder);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    test_folder_clear(&bench->folder);
    eval_set_clear(&bench->set);
    arena_clear(&bench->arena);
    return 0;
}

static enum rc read_briefs(struct bench *bench, const char *text)
{
    const char *path = test_path(&bench->folder, "briefs.jsonl");
    test_write(path, text);
    return eval_read_briefs(path, &bench->set, &bench->why);
}

/* Reads all replies; how many there were, or the fault in *rc. */
static int64_t read_replies(struct bench *bench, const char *text, struct eval_reply *last, enum rc *rc)
{
    const char *path = test_path(&bench->folder, "replies.jsonl");
    struct eval_lines lines;
    int64_t count = 0;
    test_write(path, text);
    assert_int_equal(eval_open(path, &lines, &bench->arena, &bench->why), RC_OK);
    while ((*rc = eval_next_reply(&lines, &bench->set, &bench->arena, last, &bench->why)) == RC_OK)
        count++;
    eval_close(&lines);
    return count;
}

static void a_brief_has_its_facts_products_and_brand(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(
        read_briefs(bench, "\n" BRIEF "\"brand\":{\"tone\":\"dry\",\"competitors\":[\"Rival\"],\"x\":1}}\r\n"), RC_OK);
    const struct eval_brief *brief = eval_set_find(&bench->set, STR("b1"));
    assert_non_null(brief);
    assert_int_equal(brief->brief.fact_count, 3);
    assert_int_equal(brief->brief.facts[1].kind, FACT_BOUGHT);
    assert_int_equal(brief->brief.facts[2].kind, FACT_PRODUCT); /* a kind that we do not know names goods */
    assert_true(str_equal(brief->brief.shop_name, STR("Leaf")));
    assert_int_equal(brief->brief.products[0].price_minor, 900);
    assert_true(str_equal(brief->policy.brand_tone, STR("dry")));
    assert_true(str_equal(brief->policy.brand_competitors, STR("[\"Rival\"]")));
    assert_true(str_equal(brief->policy.brand_banned, STR("[]")));
    assert_true(str_equal(brief->policy.brand_sign_offs, STR("[]"))); /* none is demanded */
}

static void a_thousand_briefs_are_found_by_their_ids(void **state)
{
    struct bench *bench = *state;
    struct buf text = {0};
    for (int i = 0; i < 1000; i++)
        buf_printf(&text, "{\"id\":\"b%d\",\"facts\":[],\"products\":[]}\n", i);
    assert_int_equal(read_briefs(bench, text.ptr), RC_OK);
    for (int i = 0; i < 1000; i++) {
        struct str id = arena_printf(&bench->arena, "b%d", i);
        assert_non_null(eval_set_find(&bench->set, id));
        assert_true(str_equal(eval_set_find(&bench->set, id)->id, id));
    }
    assert_null(eval_set_find(&bench->set, STR("b1000")));
    buf_clear(&text);
}

static void a_bad_brief_is_told_by_line_field_and_rule(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *text, *told[3];
    } ROWS[] = {
        {"{\"id\":\"b1\",\"facts\":[],\"products\":[]}\n{\"id\":3,\"facts\":[],\"products\":[]}",
         {"line 2", "/id", "type"}},
        {"{\"id\":\"\",\"facts\":[],\"products\":[]}", {"line 1", "/id", "length"}},
        {"{\"id\":\"b\",\"products\":[]}", {"line 1", "/facts", "required"}},
        {"{\"id\":\"b\",\"facts\":{},\"products\":[]}", {"line 1", "/facts", "type"}},
        {"{\"id\":\"b\",\"facts\":[{\"id\":\"F1\",\"kind\":\"shop\"}],\"products\":[]}",
         {"line 1", "/facts/0/text", "required"}},
        {"{\"id\":\"b\",\"facts\":[{\"id\":\"F1\",\"kind\":\"shop\",\"text\":\"x\"},{\"id\":\"F1\",\"kind\":\"shop\","
         "\"text\":\"y\"}],\"products\":[]}",
         {"line 1", "/facts/1/id", "unique"}},
        {"{\"id\":\"b\",\"facts\":[],\"products\":[{\"id\":\"p\"}]}", {"line 1", "/products/0/name", "required"}},
        {"{\"id\":\"b\",\"facts\":[],\"products\":[],\"locale\":\"English\"}", {"line 1", "/locale", "locale"}},
        {"{\"id\":\"b\",\"facts\":[],\"products\":[],\"brand\":{\"sign_offs\":\"x\"}}",
         {"line 1", "/brand/sign_offs", "type"}},
        {"{\"id\":\"b\",\"facts\":[],\"products\":[],\"brand\":{\"competitors\":[1]}}",
         {"line 1", "/brand/competitors", "type"}},
        {"{\"id\":\"b\",\"facts\":[],\"products\":[]}\n\n{\"id\":\"b\",\"facts\":[],\"products\":[]}",
         {"line 3", "/id", "unique"}},
        {"{\"id\":\"b\"", {"line 1", "json", ""}},
        {"[]", {"line 1", "type", ""}},
        {"\n", {"no brief", "", ""}},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        assert_int_equal(read_briefs(bench, ROWS[i].text), RC_INVALID);
        assert_true(str_contains(bench->why, STR("briefs.jsonl")));
        for (size_t t = 0; t < 3; t++)
            if (!str_contains(bench->why, str_of(ROWS[i].told[t])))
                fail_msg("row %zu: %.*s", i, STR_ARG(bench->why));
        eval_set_clear(&bench->set);
    }
}

static void a_reply_is_a_text_or_the_object_itself(void **state)
{
    struct bench *bench = *state;
    struct eval_reply reply;
    enum rc rc;
    assert_int_equal(read_briefs(bench, BRIEF "\"brand\":{}}"), RC_OK);
    assert_int_equal(read_replies(bench, "{\"brief_id\":\"b1\",\"raw\":\"{ }\",\"label\":\"clean\"}\n", &reply, &rc),
                     1);
    assert_int_equal(rc, RC_NOT_FOUND);
    assert_true(str_equal(reply.raw, STR("{ }")));
    assert_int_equal(reply.label, EVAL_CLEAN);
    assert_int_equal(
        read_replies(bench, "\n{\"brief_id\":\"b1\",\"raw\":{\"a\":[1]},\"label\":\"planted\",\"class\":\"price\"}",
                     &reply, &rc),
        1);
    assert_true(str_equal(reply.raw, STR("{\"a\":[1]}")));
    assert_true(str_equal(reply.class_name, STR("price")));
    assert_int_equal(reply.line, 2);
    assert_int_equal(read_replies(bench, "{\"brief_id\":\"b1\",\"raw\":\"\"}", &reply, &rc), 1);
    assert_int_equal(reply.label, EVAL_UNLABELLED);
}

static void a_bad_reply_is_told_by_line_field_and_rule(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *text, *told[2];
    } ROWS[] = {
        {"{\"brief_id\":\"b2\",\"raw\":\"\"}", {"/brief_id", "unknown"}},
        {"{\"raw\":\"\"}", {"/brief_id", "required"}},
        {"{\"brief_id\":\"b1\"}", {"/raw", "required"}},
        {"{\"brief_id\":\"b1\",\"raw\":3}", {"/raw", "type"}},
        {"{\"brief_id\":\"b1\",\"raw\":null}", {"/raw", "type"}},
        {"{\"brief_id\":\"b1\",\"raw\":\"\",\"label\":\"good\"}", {"/label", "enum"}},
        {"{\"brief_id\":\"b1\",\"raw\":\"\",\"class\":1}", {"/class", "type"}},
        {"{\"brief_id\":\"b1\",\"raw\":\"\"} x", {"line 2", "json"}},
    };
    struct eval_reply reply;
    enum rc rc;
    assert_int_equal(read_briefs(bench, BRIEF "\"brand\":{}}"), RC_OK);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct str text = arena_printf(&bench->arena, "{\"brief_id\":\"b1\",\"raw\":\"\"}\n%s\n", ROWS[i].text);
        assert_int_equal(read_replies(bench, text.ptr, &reply, &rc), 1);
        assert_int_equal(rc, RC_INVALID);
        assert_true(str_contains(bench->why, STR("replies.jsonl, line 2")));
        for (size_t t = 0; t < 2; t++)
            if (!str_contains(bench->why, str_of(ROWS[i].told[t])))
                fail_msg("row %zu: %.*s", i, STR_ARG(bench->why));
    }
}

static void a_line_over_a_megabyte_is_refused_and_one_of_half_of_it_is_not(void **state)
{
    struct bench *bench = *state;
    struct eval_reply reply;
    struct buf text = {0};
    enum rc rc;
    assert_int_equal(read_briefs(bench, BRIEF "\"brand\":{}}"), RC_OK);
    for (size_t size = EVAL_LINE_MAX / 2; size <= EVAL_LINE_MAX + 100; size += EVAL_LINE_MAX / 2 + 100) {
        buf_reset(&text);
        buf_add_c(&text, "{\"brief_id\":\"b1\",\"raw\":\"");
        memset(buf_room(&text, size), 'x', size);
        text.len += size;
        buf_add_c(&text, "\"}\n{\"brief_id\":\"b1\",\"raw\":\"\"}\n");
        bool fits = size < EVAL_LINE_MAX;
        assert_int_equal(read_replies(bench, text.ptr, &reply, &rc), fits ? 2 : 0);
        assert_int_equal(rc, fits ? RC_NOT_FOUND : RC_INVALID);
    }
    buf_clear(&text);
}

static void a_missing_file_says_so(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(eval_read_briefs(test_path(&bench->folder, "none"), &bench->set, &bench->why), RC_IO);
    assert_true(str_contains(bench->why, STR("cannot open")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_brief_has_its_facts_products_and_brand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_thousand_briefs_are_found_by_their_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_brief_is_told_by_line_field_and_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reply_is_a_text_or_the_object_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_reply_is_told_by_line_field_and_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_over_a_megabyte_is_refused_and_one_of_half_of_it_is_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_missing_file_says_so, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
