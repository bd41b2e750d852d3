/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of `rekindle simulate`: wrong values are refused by name, and the files say what was asked for. */
#include "main/command.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "main/file.h"
#include "main/test_folder.h"

#define MOST 24

/* Runs the command with the folder and what else is given, separated by spaces. */
static int run(const char *folder, const char *options)
{
    char text[512], *words[MOST] = {"simulate", "--out-dir"};
    int count = 2;
    snprintf(text, sizeof text, "%s --to 2026-01-01 --clients 400 %s", folder, options);
    for (char *word = text, *space; word; word = space) {
        space = strchr(word, ' ');
        if (space)
            *space++ = '\0';
        if (*word)
            words[count++] = word;
    }
    words[count] = NULL;
    return cmd_simulate(count, words);
}

static size_t rows_of(struct test_folder *folder, const char *name, const char *with)
{
    struct arena arena = {0};
    struct str rest;
    size_t rows = 0;
    assert_int_equal(file_read(test_path(folder, name), 1 << 24, &arena, &rest), RC_OK);
    for (struct str line = str_cut(&rest, '\n'); !str_is_empty(line); line = str_cut(&rest, '\n'))
        rows += str_contains(line, str_of(with));
    arena_clear(&arena);
    return rows;
}

static void a_wrong_value_is_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"--gap 0",
                                        "--gap 4000",
                                        "--gap 7d",
                                        "--gap -7",
                                        "--gap 1.2.3",
                                        "--gap .",
                                        "--leave 1",
                                        "--leave nan",
                                        "--rate-shape 0",
                                        "--gap-shape 0",
                                        "--unknown-value 1.1",
                                        "--effect 5",
                                        "--effect inf",
                                        "--effect 1e-2",
                                        "--holdout-share 1",
                                        "--salt ab",
                                        "--effect",
                                        "--no-season=1",
                                        "--clients 0",
                                        "--seed -1",
                                        "--from 2026-01-01"};
    struct test_folder folder;
    test_folder_make(&folder);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_equal(run(folder.path, WRONG[i]), EXIT_USAGE);
    assert_false(file_exists(test_path(&folder, "orders.csv")));
    test_folder_clear(&folder);
}

static void an_experiment_is_told_in_a_file_of_its_own(void **state)
{
    (void)state;
    struct test_folder folder;
    test_folder_make(&folder);
    assert_int_equal(run(folder.path, ""), EXIT_DONE);
    size_t orders = rows_of(&folder, "orders.csv", "o-");
    assert_false(file_exists(test_path(&folder, "experiment.csv")));
    assert_int_equal(run(folder.path, "--effect 0.5 --holdout-share 0.4"), EXIT_DONE);
    size_t treated = rows_of(&folder, "experiment.csv", ",treated,"),
           made = rows_of(&folder, "experiment.csv", ",true");
    size_t held = rows_of(&folder, "experiment.csv", ",holdout,");
    assert_true(treated > 100 && held > 60 && made > treated / 4);
    assert_int_equal(rows_of(&folder, "experiment.csv", "holdout,true"), 0);
    assert_int_equal(rows_of(&folder, "orders.csv", "o-"), orders + made);
    assert_int_equal(run(folder.path, "--holdout-share 0.4"), EXIT_DONE);
    assert_int_equal(rows_of(&folder, "experiment.csv", ",true"), 0);
    assert_int_equal(rows_of(&folder, "experiment.csv", ",holdout,"), held);
    assert_int_equal(run(folder.path, "--holdout-share 0.4 --salt other"), EXIT_DONE);
    assert_int_not_equal(rows_of(&folder, "experiment.csv", ",holdout,"), held);
    assert_int_equal(run(folder.path, ""), EXIT_DONE); /* and no file of an earlier shop stays behind */
    assert_false(file_exists(test_path(&folder, "experiment.csv")));
    test_folder_clear(&folder);
}

static void the_model_is_as_the_options_say(void **state)
{
    (void)state;
    struct test_folder folder;
    test_folder_make(&folder);
    assert_int_equal(run(folder.path, "--gap 400 --leave 0"), EXIT_DONE);
    size_t seldom = rows_of(&folder, "orders.csv", "o-");
    assert_int_equal(run(folder.path, "--gap 7 --leave 0 --no-season --gap-shape 4 --rate-shape 8"), EXIT_DONE);
    assert_true(rows_of(&folder, "orders.csv", "o-") > 15 * seldom);
    assert_int_equal(run(folder.path, "--unknown-value 1"), EXIT_DONE);
    assert_int_equal(rows_of(&folder, "orders.csv", "Z,,USD,"), rows_of(&folder, "orders.csv", "o-"));
    test_folder_clear(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_value_is_refused),
        cmocka_unit_test(an_experiment_is_told_in_a_file_of_its_own),
        cmocka_unit_test(the_model_is_as_the_options_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
