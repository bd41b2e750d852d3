/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A text handed out in pieces of `piece` bytes, so that every boundary falls everywhere. */
struct pieces {
    const char *text;
    size_t length, at, piece;
};

static enum rc read_pieces(void *ctx, char *out, size_t size, size_t *got)
{
    struct pieces *pieces = ctx;
    size_t left = pieces->length - pieces->at;
    *got = left < pieces->piece ? left : pieces->piece;
    if (*got > size)
        *got = size;
    memcpy(out, pieces->text + pieces->at, *got);
    pieces->at += *got;
    return RC_OK;
}

/* Rows as text: fields in [], rows ended by ;, faults as !line: */
static void render(const char *text, size_t length, size_t piece, struct buf *out)
{
    struct pieces pieces = {.text = text, .length = length, .piece = piece};
    struct csv csv;
    struct csv_row row;
    enum rc rc;
    csv_init(&csv, read_pieces, &pieces);
    while ((rc = csv_next(&csv, &row)) == RC_OK) {
        buf_printf(out, "%s%lld:", row.fault ? "!" : "", (long long)row.line);
        for (size_t i = 0; i < row.count && !row.fault; i++)
            buf_printf(out, "[%.*s]", STR_ARG(row.fields[i]));
        buf_add_c(out, row.fault ? row.fault : "");
        buf_add_c(out, ";");
    }
    assert_int_equal(rc, RC_NOT_FOUND);
    csv_clear(&csv);
}

static void assert_rows(const char *text, size_t length, const char *want)
{
    for (size_t piece = 1; piece <= length + 1; piece++) {
        struct buf got = {0};
        render(text, length, piece, &got);
        assert_string_equal(got.ptr ? got.ptr : "", want);
        buf_clear(&got);
    }
}

static void reads_what_rfc_4180_says(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } ROWS[] = {
        {"", ""},
        {"a,b\n1,2\n", "1:[a][b];2:[1][2];"},
        {"a,b\r\n1,2\r\n", "1:[a][b];2:[1][2];"},
        {"a,b\n1,2", "1:[a][b];2:[1][2];"},
        {"a\n\n\r\nb\n", "1:[a];4:[b];"},
        {"\xEF\xBB\xBF"
         "a,b\n",
         "1:[a][b];"},
        {"a,,\n", "1:[a][][];"},
        {",\n", "1:[][];"},
        {"\"a\",\"b c\"\n", "1:[a][b c];"},
        {"\"a,b\",c\n", "1:[a,b][c];"},
        {"\"say \"\"hi\"\"\",c\n", "1:[say \"hi\"][c];"},
        {"\"\",\"\"\"\"\n", "1:[][\"];"},
        {"\"two\nlines\",x\nnext\n", "1:[two\nlines][x];3:[next];"},
        {"\"two\r\nlines\"\r\nnext\r\n", "1:[two\r\nlines];3:[next];"},
        {" a , b \n", "1:[ a ][ b ];"},
        {"\"a\"", "1:[a];"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_rows(ROWS[i].text, strlen(ROWS[i].text), ROWS[i].want);
}

static void goes_on_behind_the_first_line_of_a_broken_row(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } ROWS[] = {
        {"a\"b,c\nnext\n", "!1:has a quote inside a field that is not quoted;2:[next];"},
        {"\"a\"b,c\nnext\n", "!1:has text behind a closing quote;2:[next];"},
        {"\"a\n1,2\n3,4\n", "!1:has a quote that never closes;2:[1][2];3:[3][4];"},
        {"x\n\"", "1:[x];!2:has a quote that never closes;"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_rows(ROWS[i].text, strlen(ROWS[i].text), ROWS[i].want);
}

static void keeps_nul_bytes_for_the_rules_to_refuse(void **state)
{
    (void)state;
    struct pieces pieces = {.text = "a\0b,c\n", .length = 6, .piece = 2};
    struct csv csv;
    struct csv_row row;
    csv_init(&csv, read_pieces, &pieces);
    assert_int_equal(csv_next(&csv, &row), RC_OK);
    assert_int_equal(row.count, 2);
    assert_int_equal(row.fields[0].len, 3);
    csv_clear(&csv);
}

static void refuses_more_fields_than_a_row_may_have(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < CSV_FIELDS_MAX; i++)
        buf_add_c(&text, "x,");
    buf_add_c(&text, "x\nnext\n");
    struct buf got = {0};
    render(text.ptr, text.len, 1000, &got);
    assert_string_equal(got.ptr, "!1:has more fields than a row may have;2:[next];");
    buf_clear(&got);
    buf_clear(&text);
}

static void one_open_quote_in_a_large_file_costs_one_row(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_add_c(&text, "\"open\n");
    for (int i = 0; i < 200000; i++)
        buf_add_c(&text, "1,2345678\n");
    struct pieces pieces = {.text = text.ptr, .length = text.len, .piece = 65536};
    struct csv csv;
    struct csv_row row;
    int64_t good = 0, broken = 0;
    csv_init(&csv, read_pieces, &pieces);
    while (csv_next(&csv, &row) == RC_OK) {
        good += row.fault == NULL;
        broken += row.fault != NULL;
    }
    assert_int_equal(good, 200000);
    assert_int_equal(broken, 1);
    csv_clear(&csv);
    buf_clear(&text);
}

static void what_it_writes_it_reads(void **state)
{
    (void)state;
    static const char *const FIELDS[] = {"plain", "", "a,b", "say \"hi\"", "two\nlines", "cr\rhere"};
    struct buf text = {0};
    for (size_t i = 0; i < 6; i++) {
        buf_add_c(&text, i ? "," : "");
        csv_add(&text, str_of(FIELDS[i]));
    }
    buf_add_c(&text, "\n");
    struct pieces pieces = {.text = text.ptr, .length = text.len, .piece = 3};
    struct csv csv;
    struct csv_row row;
    csv_init(&csv, read_pieces, &pieces);
    assert_int_equal(csv_next(&csv, &row), RC_OK);
    assert_int_equal(row.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(str_equal(row.fields[i], str_of(FIELDS[i])));
    csv_clear(&csv);
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_rfc_4180_says),
        cmocka_unit_test(goes_on_behind_the_first_line_of_a_broken_row),
        cmocka_unit_test(keeps_nul_bytes_for_the_rules_to_refuse),
        cmocka_unit_test(refuses_more_fields_than_a_row_may_have),
        cmocka_unit_test(one_open_quote_in_a_large_file_costs_one_row),
        cmocka_unit_test(what_it_writes_it_reads),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
