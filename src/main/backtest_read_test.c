/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/backtest_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/time_text.h"
#include "core/field.h"

#define DAY_2026_03_01 20513

struct text {
    const char *ptr;
    size_t left;
};

static enum rc read_text(void *ctx, char *out, size_t size, size_t *got)
{
    struct text *text = ctx;
    *got = text->left < size ? text->left : size;
    memcpy(out, text->ptr, *got);
    text->ptr += *got;
    text->left -= *got;
    return RC_OK;
}

struct bench {
    struct arena arena;
    struct str_list maps;
    struct backtest_file file;
    struct replay_history history;
    struct str why;
};

static enum rc read_file(struct bench *bench, const char *content, struct str zone, struct str currency)
{
    struct text text = {content, strlen(content)};
    struct replay_builder builder = {.rows = NULL};
    bench->why = STR_NONE;
    bench->file = (struct backtest_file){.read = read_text,
                                         .read_ctx = &text,
                                         .maps = &bench->maps,
                                         .time_zone = zone,
                                         .currency = currency,
                                         .latest_ms = INT64_C(1793000000000)}; /* 2026-10-26 */
    enum rc rc = backtest_read(&bench->file, &builder, &bench->arena, &bench->why);
    if (rc == RC_OK)
        replay_finish(&builder, bench->file.currency, &bench->arena, &bench->history);
    replay_builder_clear(&builder);
    return rc;
}

static void rows_become_visits(void **state)
{
    struct bench bench = {.maps = {.count = 0}};
    (void)state;
    assert_int_equal(read_file(&bench,
                               "client_id,ordered_at,total,status,automatic,note\n"
                               "a,2026-03-01,10.50,shipped,,x\n"
                               "a,2026-03-01T22:00:00Z,1,placed,no,x\n" /* the same day */
                               "a,2026-03-05,7,cancelled,,x\n"
                               "a,2026-03-06,7,,true,x\n"     /* a subscription's renewal */
                               "a,2026-03-07,7,returned,,x\n" /* a visit whose value is taken back */
                               "b,2026-03-02,,PLACED,0,x\n",  /* of unknown value */
                               STR("UTC"), STR_NONE),
                     RC_OK);
    assert_int_equal(bench.file.rows, 6);
    assert_int_equal(bench.file.counted, 4);
    assert_int_equal(bench.file.not_counted, 2);
    assert_int_equal(bench.file.rejected, 0);
    assert_true(str_equal(bench.file.ignored, STR("note")));
    assert_true(str_equal(bench.file.currency, STR("USD")));
    assert_int_equal(bench.history.client_count, 2);
    assert_int_equal(bench.history.visit_count, 3);
    assert_int_equal(bench.history.from_day, DAY_2026_03_01);
    assert_int_equal(bench.history.to_day, DAY_2026_03_01 + 6);
    int64_t sum = 0, unknown = 0;
    for (size_t v = 0; v < 3; v++) {
        unknown += bench.history.value_minor[v] == I64_NONE;
        sum += bench.history.value_minor[v] == I64_NONE ? 0 : bench.history.value_minor[v];
    }
    assert_int_equal(sum, 1150);
    assert_int_equal(unknown, 1);
    arena_clear(&bench.arena);
}

static void a_file_without_values_is_read(void **state)
{
    struct bench bench = {.maps = {.count = 0}};
    (void)state;
    assert_int_equal(read_file(&bench, "ordered_at,client_id\n2026-03-01,a\n2026-03-09,a\n", STR("UTC"), STR_NONE),
                     RC_OK);
    assert_int_equal(bench.history.visit_count, 2);
    assert_int_equal(bench.history.value_minor[0], I64_NONE);
    arena_clear(&bench.arena);
}

static void days_are_those_of_the_shop(void **state)
{
    static const struct {
        const char *when;
        int day; /* of March 2026 */
    } rows[] = {
        {"2026-03-01", 1},
        {"2026-03-01T23:30:00Z", 2}, /* half past midnight in Berlin */
        {"2026-03-01T23:30:00+01:00", 1},
        {"2026-03-01T23:30:00-05:00", 2},
        {"2026-03-01T23:30:00", 1}, /* no zone: the shop's own time */
        {"2026-03-01 23:30:00", 1},
        {"2026-03-01 23:30", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench bench = {.maps = {.count = 0}};
        struct str text = arena_printf(&bench.arena, "client_id,ordered_at\na,%s\n", rows[i].when);
        assert_int_equal(read_file(&bench, text.ptr, STR("Europe/Berlin"), STR_NONE), RC_OK);
        assert_int_equal(bench.file.counted, 1);
        assert_int_equal(bench.history.day[0], DAY_2026_03_01 + rows[i].day - 1);
        arena_clear(&bench.arena);
    }
}

static void totals_are_read_in_the_currency(void **state)
{
    static const struct {
        const char *total, *currency;
        int64_t want;
    } rows[] = {{"12.5", "EUR", 1250},          {"12.504", "EUR", 1250}, {"12.505", "EUR", 1251},
                {"12.9999999999", "EUR", 1300}, {"1250", "JPY", 1250},   {"1250.5", "JPY", 1251},
                {"1.2345", "KWD", 1235},        {"0", "EUR", 0},         {"", "EUR", I64_NONE}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench bench = {.maps = {.count = 0}};
        struct str text = arena_printf(&bench.arena, "client_id,ordered_at,total\na,2026-03-01,%s\n", rows[i].total);
        assert_int_equal(read_file(&bench, text.ptr, STR("UTC"), str_of(rows[i].currency)), RC_OK);
        assert_int_equal(bench.file.counted, 1);
        assert_int_equal(bench.history.value_minor[0], rows[i].want);
        arena_clear(&bench.arena);
    }
}

static void a_total_in_another_currency_is_unknown(void **state)
{
    struct bench bench = {.maps = {.count = 0}};
    (void)state;
    assert_int_equal(read_file(&bench,
                               "client_id,ordered_at,total,currency\n"
                               "a,2026-03-01,10,EUR\na,2026-03-02,10,USD\na,2026-03-03,10,\n",
                               STR("UTC"), STR_NONE),
                     RC_OK);
    assert_true(str_equal(bench.file.currency, STR("EUR"))); /* the first one named */
    assert_int_equal(bench.history.value_minor[0], 1000);
    assert_int_equal(bench.history.value_minor[1], I64_NONE);
    assert_int_equal(bench.history.value_minor[2], 1000);
    arena_clear(&bench.arena);
}

static void broken_rows_are_rejected_and_named(void **state)
{
    static const char *const rows[] = {
        "a,,5,EUR,placed\n",
        "a,yesterday,5,EUR,placed\n",
        ",2026-03-01,5,EUR,placed\n",
        "a,2026-02-30,5,EUR,placed\n",
        "a,2026-03-01,five,EUR,placed\n",
        "a,2026-03-01,-5,EUR,placed\n",
        "a,2026-03-01,5,XXQ,placed\n",
        "a,2026-03-01,5,EUR,lost\n",
        "a,2026-03-01,5,EUR\n",
        "a,2027-03-01,5,EUR,placed\n",
        "a,2026-03-01x10:00,5,EUR,placed\n",
        "a,2026-03-01,5.,EUR,placed\n",
        "a,2026-03-01,1.2.3,EUR,placed\n",
        "a,2026-03-01,\"5,EUR,placed\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench bench = {.maps = {.count = 0}};
        struct str text = arena_printf(
            &bench.arena, "client_id,ordered_at,total,currency,status\nb,2026-03-01,5,EUR,placed\n%s", rows[i]);
        assert_int_equal(read_file(&bench, text.ptr, STR("UTC"), STR_NONE), RC_OK);
        if (bench.file.rejected != 1)
            print_error("%s", rows[i]);
        assert_int_equal(bench.file.rejected, 1);
        assert_int_equal(bench.file.counted, 1);
        assert_int_equal(bench.file.rows, 2);
        assert_int_equal(bench.file.rejects[0].line, 3);
        assert_false(str_is_empty(bench.file.rejects[0].why));
        arena_clear(&bench.arena);
    }
}

static void only_the_first_rejects_are_kept(void **state)
{
    struct bench bench = {.maps = {.count = 0}};
    (void)state;
    assert_int_equal(
        read_file(&bench, "client_id,ordered_at\na,x\na,x\na,x\na,x\na,x\na,x\na,x\n", STR("UTC"), STR_NONE), RC_OK);
    assert_int_equal(bench.file.rejected, 7);
    assert_int_equal(bench.file.rejects[BACKTEST_REJECTS_SHOWN - 1].line, BACKTEST_REJECTS_SHOWN + 1);
    assert_int_equal(bench.history.visit_count, 0);
    arena_clear(&bench.arena);
}

static void the_header_must_do(void **state)
{
    static const char *const headers[] = {"", "client_id,total\n", "ordered_at\n", "client_id,ordered_at,client_id\n"};
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct bench bench = {.maps = {.count = 0}};
        assert_int_equal(read_file(&bench, headers[i], STR("UTC"), STR_NONE), RC_INVALID);
        assert_false(str_is_empty(bench.why));
        arena_clear(&bench.arena);
    }
    struct bench bench = {
        .maps = {.items = {STR_INIT("CustomerID=client_id"), STR_INIT("Date=ordered_at")}, .count = 2}};
    assert_int_equal(read_file(&bench, "CustomerID,Date\n17850,2026-03-01 08:26:00\n", STR("UTC"), STR_NONE), RC_OK);
    assert_int_equal(bench.file.counted, 1);
    arena_clear(&bench.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_visits),
        cmocka_unit_test(a_file_without_values_is_read),
        cmocka_unit_test(days_are_those_of_the_shop),
        cmocka_unit_test(totals_are_read_in_the_currency),
        cmocka_unit_test(a_total_in_another_currency_is_unknown),
        cmocka_unit_test(broken_rows_are_rejected_and_named),
        cmocka_unit_test(only_the_first_rejects_are_kept),
        cmocka_unit_test(the_header_must_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
