/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The command from its words to its exit code, and what it writes. */
#include "main/command.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/rand.h"
#include "main/backtest_html.h"
#include "main/test_folder.h"

enum { CLIENTS = 400, DAYS = 500, ARGS_MAX = 16 };

/* A shop of clients with a rate of their own, of whom one in six leaves after an order. */
static void write_shop(const char *path)
{
    FILE *file = fopen(path, "we");
    struct rand_stream random;
    assert_non_null(file);
    rand_seed(&random, 4);
    fprintf(file, "client_id,ordered_at,total\n");
    for (int i = 0; i < CLIENTS; i++) {
        double rate = rand_gamma(&random, 1.2, 1.2 * 30), day = 400 * rand_unit(&random);
        do {
            int d = (int)day;
            fprintf(file, "c%d,%04d-%02d-%02d,%d.50\n", i, 2024 + d / 336, 1 + d / 28 % 12, 1 + d % 28,
                    10 + (int)(50 * rand_unit(&random)));
            day += 1 + rand_exponential(&random, rate);
        } while (day < DAYS && rand_unit(&random) > 1.0 / 6);
    }
    assert_int_equal(fclose(file), 0);
}

struct bench {
    struct test_folder folder;
    char orders[128], page[128];
    struct buf out, err;
};

static void slurp(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "re");
    size_t got;
    buf_reset(out);
    assert_non_null(file);
    while ((got = fread(buf_room(out, 65536), 1, 65536, file)) > 0)
        out->len += got;
    buf_add_c(out, "");
    fclose(file);
}

/* Runs the command with stdout and stderr in files. */
static int run(struct bench *bench, const char *const *words)
{
    char *argv[ARGS_MAX] = {(char *)(uintptr_t) "backtest"};
    int argc = 1, saved[2] = {dup(1), dup(2)};
    char paths[2][128];
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    for (int i = 0; i < 2; i++) {
        snprintf(paths[i], sizeof paths[i], "%s", test_path(&bench->folder, i ? "err" : "out"));
        int fd = open(paths[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        fflush(i ? stderr : stdout);
        assert_true(dup2(fd, i + 1) >= 0);
        close(fd);
    }
    int code = cmd_backtest(argc, argv);
    for (int i = 0; i < 2; i++) {
        fflush(i ? stderr : stdout);
        dup2(saved[i], i + 1);
        close(saved[i]);
        slurp(paths[i], i ? &bench->err : &bench->out);
    }
    return code;
}

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){.out = {0}};
    hash_init();
    test_folder_make(&bench.folder);
    snprintf(bench.orders, sizeof bench.orders, "%s", test_path(&bench.folder, "or<b>ders.csv"));
    snprintf(bench.page, sizeof bench.page, "%s", test_path(&bench.folder, "page.html"));
    write_shop(bench.orders);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    test_folder_clear(&bench->folder);
    buf_clear(&bench->out);
    buf_clear(&bench->err);
    return 0;
}

static struct json *parsed(struct bench *bench)
{
    struct json *json = NULL;
    assert_int_equal(json_parse(str_trim(buf_str(&bench->out)), &json, NULL), RC_OK);
    return json;
}

static void it_writes_one_json_object_when_stdout_is_no_terminal(void **state)
{
    struct bench *bench = *state;
    const char *const words[] = {"--orders", bench->orders, NULL};
    assert_int_equal(run(bench, words), EXIT_DONE);
    struct json *json = parsed(bench);
    assert_int_equal(json_get_i64(json, "clients", 0), CLIENTS);
    assert_true(json_get_real(json, "alarms", 0) > 100);
    assert_true(json_get_real(json, "threshold", 0) > 49.9);
    assert_int_equal(json_size(json_get(json, "fixed")), 4);
    assert_false(str_is_empty(json_get_str(json, "sentence")));
    const struct json *shop = json_get(json, "shop");
    assert_true(json_get_real(shop, "emails_a_day", 0) > 0);
    assert_int_equal(json_size(json_get(shop, "lift")), 3);
    assert_int_equal(json_get_i64(json_get(json, "file"), "rejected", -1), 0);
    assert_int_equal(bench->err.len, 0);
    json_free(json);
}

static void the_same_rate_is_the_same_number_of_alarms(void **state)
{
    struct bench *bench = *state;
    const char *const words[] = {"--orders", bench->orders, "--same-rate-as=90", NULL};
    assert_int_equal(run(bench, words), EXIT_DONE);
    struct json *json = parsed(bench);
    const struct json *fixed = json_at(json_get(json, "fixed"), 1);
    assert_true(fabs(json_get_real(fixed, "days", 0) - 90) < 1e-12);
    assert_int_equal(json_get_i64(fixed, "alarms", 0), json_get_i64(json, "alarms", 1));
    json_free(json);
}

static void tuning_reports_the_later_part_twice(void **state)
{
    struct bench *bench = *state;
    const char *const words[] = {"--orders", bench->orders, "--tune", "--train-until", "2024-10-01", NULL};
    assert_int_equal(run(bench, words), EXIT_DONE);
    struct json *json = parsed(bench);
    const struct json *tuned = json_get(json, "tuned"), *normal = json_get(json, "default");
    assert_true(str_equal(json_get_str(tuned, "from"), STR("2024-10-02")));
    assert_true(str_equal(json_get_str(normal, "from"), STR("2024-10-02")));
    assert_true(str_equal(json_get_str(json_get(json_get(json, "tuning"), "trained"), "to"), STR("2024-10-01")));
    assert_true(fabs(json_get_real(normal, "threshold", 0) - 50) < 1e-12);
    assert_int_equal(json_size(json_get(json_get(json, "tuning"), "table")), 66);
    json_free(json);
}

static void the_page_needs_nothing_else_and_escapes_its_input(void **state)
{
    struct bench *bench = *state;
    const char *const words[] = {"--orders",  bench->orders,    "--tune", "--html",
                                 bench->page, "--gross-margin", "0.4",    NULL};
    assert_int_equal(run(bench, words), EXIT_DONE);
    slurp(bench->page, &bench->out);
    struct str page = buf_str(&bench->out);
    assert_true(str_starts_with(page, STR("<!doctype html>")));
    assert_true(str_contains(page, STR("or&lt;b&gt;ders.csv")));
    assert_false(str_contains(page, STR("or<b>ders")));
    assert_false(str_contains(page, str_of(bench->folder.path))); /* the name, not where it lies */
    static const char *const never[] = {"<script", "http://", "https://", "src=", "url(", "nan", "inf"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_false(str_contains(page, str_of(never[i])));
    static const char *const always[] = {"<svg",
                                         "minutes of review a day",
                                         "emails a day",
                                         "prefers-color-scheme",
                                         "a lift of 2 points",
                                         "@media print",
                                         "</html>"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        assert_true(str_contains(page, str_of(always[i])));
}

static void any_text_is_escaped(void **state)
{
    struct bench *bench = *state;
    buf_reset(&bench->out);
    html_add(&bench->out, (struct str){"<&>\"'\x01\xff ä", 10});
    assert_true(str_equal(buf_str(&bench->out), STR("&lt;&amp;&gt;&quot;&#39;?? ä")));
}

static void rejected_rows_are_told(void **state)
{
    struct bench *bench = *state;
    char path[128];
    snprintf(path, sizeof path, "%s", test_path(&bench->folder, "some.csv"));
    test_write(path, "client_id,ordered_at\na,2026-01-01\na,never\nb,2026-01-09\n");
    const char *const words[] = {"--orders", path, NULL};
    assert_int_equal(run(bench, words), EXIT_DONE);
    assert_true(str_contains(buf_str(&bench->err), STR("line 3: ordered_at")));
    assert_true(str_contains(buf_str(&bench->err), STR("1 of 3 rows were rejected")));
}

static void wrong_words_are_usage_errors_and_missing_files_are_not(void **state)
{
    struct bench *bench = *state;
    char empty[128], headless[128], none[128];
    snprintf(empty, sizeof empty, "%s", test_path(&bench->folder, "empty.csv"));
    test_write(empty, "client_id,ordered_at\n");
    snprintf(headless, sizeof headless, "%s", test_path(&bench->folder, "headless.csv"));
    test_write(headless, "client_id,total\na,5\n");
    snprintf(none, sizeof none, "%s", test_path(&bench->folder, "none.csv"));
    const struct {
        const char *words[6];
        int code;
        const char *says;
    } rows[] = {
        {{"--help"}, EXIT_DONE, ""},
        {{NULL}, EXIT_USAGE, "--orders"},
        {{"--orders", bench->orders, "--sooner"}, EXIT_USAGE, "--sooner"},
        {{"--orders", bench->orders, "more"}, EXIT_USAGE, "more"},
        {{"--orders", none}, EXIT_FAILED, "cannot open"},
        {{"--orders", empty}, EXIT_FAILED, "no order that counts"},
        {{"--orders", headless}, EXIT_USAGE, "no column ordered_at"},
        {{"--orders", bench->orders, "--train-until", "soon"}, EXIT_USAGE, "--train-until"},
        {{"--orders", bench->orders, "--train-until", "2020-01-01"}, EXIT_USAGE, "--train-until"},
        {{"--orders", bench->orders, "--train-until", "2030-01-01"}, EXIT_USAGE, "--train-until"},
        {{"--orders", bench->orders, "--same-rate-as", "0"}, EXIT_USAGE, "--same-rate-as"},
        {{"--orders", bench->orders, "--same-rate-as", "1e2"}, EXIT_USAGE, "--same-rate-as"},
        {{"--orders", bench->orders, "--gross-margin", "40"}, EXIT_USAGE, "--gross-margin"},
        {{"--orders", bench->orders, "--currency", "EURO"}, EXIT_USAGE, "--currency"},
        {{"--orders", bench->orders, "--time-zone", "Mars"}, EXIT_USAGE, "--time-zone"},
        {{"--orders", bench->orders, "--html", "/nowhere/at/all.html"}, EXIT_FAILED, "cannot write"},
        {{"--orders", bench->orders, "--map", "x=client_id"}, EXIT_USAGE, "--map"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int code = run(bench, rows[i].words);
        if (code != rows[i].code)
            print_error("row %zu: %d, not %d: %s\n", i, code, rows[i].code, bench->err.ptr);
        assert_int_equal(code, rows[i].code);
        assert_true(str_contains(buf_str(&bench->err), str_of(rows[i].says)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_writes_one_json_object_when_stdout_is_no_terminal),
        cmocka_unit_test(the_same_rate_is_the_same_number_of_alarms),
        cmocka_unit_test(tuning_reports_the_later_part_twice),
        cmocka_unit_test(the_page_needs_nothing_else_and_escapes_its_input),
        cmocka_unit_test(any_text_is_escaped),
        cmocka_unit_test(rejected_rows_are_told),
        cmocka_unit_test(wrong_words_are_usage_errors_and_missing_files_are_not),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
