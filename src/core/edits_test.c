/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/edits.c. */
#include "core/edits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct draft sample(void)
{
    struct draft draft = {.subject = STR("A subject"), .preheader = STR("A preheader"), .paragraph_count = 2};
    draft.paragraphs[0] = (struct draft_paragraph){STR("One."), {STR("F1"), STR("F2")}, 2};
    draft.paragraphs[1] = (struct draft_paragraph){STR("Two."), {STR("F3")}, 1};
    return draft;
}

static void change_nothing(struct draft *draft) { (void)draft; }
static void change_subject(struct draft *draft) { draft->subject = STR("Another \"subject\""); }
static void change_preheader(struct draft *draft) { draft->preheader = STR(""); }
static void change_text(struct draft *draft) { draft->paragraphs[1].text = STR("Two, mended."); }
static void change_facts(struct draft *draft) { draft->paragraphs[0].fact_count = 1; }
static void add_paragraph(struct draft *draft) { draft->paragraphs[draft->paragraph_count++].text = STR("Three."); }
static void drop_paragraph(struct draft *draft) { draft->paragraph_count--; }

#define ENTRY(changes) "{\"at\":\"2026-11-25T00:00:00Z\",\"by\":\"staff:s1\",\"changes\":[" changes "]}"
#define CHANGE(field, before, after) "{\"field\":\"" field "\",\"before\":" before ",\"after\":" after "}"

static void each_changed_field_is_kept_as_it_was_and_as_it_is(void **state)
{
    static const struct {
        void (*change)(struct draft *draft);
        const char *expected; /* NULL: nothing is added */
    } rows[] = {
        {change_nothing, NULL},
        {change_subject, ENTRY(CHANGE("subject", "\"A subject\"", "\"Another \\\"subject\\\"\""))},
        {change_preheader, ENTRY(CHANGE("preheader", "\"A preheader\"", "\"\""))},
        {change_text, ENTRY(CHANGE("paragraphs/1", "\"Two.\"", "\"Two, mended.\""))},
        {change_facts, ENTRY(CHANGE("paragraphs/0/facts", "\"F1 F2\"", "\"F1\""))},
        {add_paragraph,
         ENTRY(CHANGE("paragraphs/2", "null", "\"Three.\"") "," CHANGE("paragraphs/2/facts", "null", "\"\""))},
        {drop_paragraph,
         ENTRY(CHANGE("paragraphs/1", "\"Two.\"", "null") "," CHANGE("paragraphs/1/facts", "\"F3\"", "null"))},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena = {0};
        struct draft before = sample(), after = sample();
        rows[i].change(&after);
        struct edit_entry entry = {STR("staff:s1"), 1795564800000, &before, &after};
        struct str edits = edits_append(STR_NONE, &entry, &arena);
        if (rows[i].expected == NULL)
            assert_true(str_is_none(edits));
        else
            assert_true(str_equal(edits, arena_printf(&arena, "[%s]", rows[i].expected)));
        arena_clear(&arena);
    }
}

static void an_edit_is_added_behind_those_before_it(void **state)
{
    struct arena arena = {0};
    struct draft before = sample(), after = sample();
    struct edit_entry entry = {STR("staff:s1"), 1795564800000, &before, &after};
    (void)state;
    change_text(&after);
    struct str once = edits_append(STR("[]"), &entry, &arena), twice = edits_append(once, &entry, &arena);
    struct json *list = NULL;
    assert_int_equal(json_parse(twice, &list, NULL), RC_OK);
    assert_int_equal(json_size(list), 2);
    assert_true(str_starts_with(twice, (struct str){once.ptr, once.len - 1}));
    json_free(list);
    assert_true(str_equal(edits_append(STR("{}"), &entry, &arena), STR("{}"))); /* no array: left as it is */
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_changed_field_is_kept_as_it_was_and_as_it_is),
        cmocka_unit_test(an_edit_is_added_behind_those_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
