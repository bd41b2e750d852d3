/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "main/command.h"

/* What one reading of a command line gave. */
struct got {
    struct str name, arguments[2];
    struct str_list maps;
    bool dry;
};

static int read_words(struct got *got, int argc, char **argv)
{
    *got = (struct got){.name = STR_NONE};
    const struct option_row rows[] = {
        {.name = "--name", .value = "NAME", .help = "a name", .text = &got->name},
        {.name = "--map", .value = "A=B", .help = "a map", .list = &got->maps},
        {.name = "--dry-run", .help = "a switch", .on = &got->dry},
    };
    const struct usage usage = {
        .synopsis = "test FILE [MORE]", .text = "A test.", .rows = rows, .row_count = 3, .least = 1, .most = 2};
    return options_read(&usage, argc, argv, got->arguments);
}

static void options_and_arguments_stand_in_any_order(void **state)
{
    (void)state;
    struct got got;
    char *words[] = {"test", "--dry-run", "file", "--name", "x", "--map=a=b", "--map", "c=d", "--", "--more"};
    assert_int_equal(read_words(&got, 10, words), OPTIONS_CONTINUE);
    assert_true(got.dry);
    assert_true(str_equal(got.name, STR("x")));
    assert_int_equal(got.maps.count, 2);
    assert_true(str_equal(got.maps.items[0], STR("a=b")));
    assert_true(str_equal(got.arguments[0], STR("file")));
    assert_true(str_equal(got.arguments[1], STR("--more")));
}

static void an_argument_left_out_is_absent(void **state)
{
    (void)state;
    struct got got;
    char *words[] = {"test", "file"};
    assert_int_equal(read_words(&got, 2, words), OPTIONS_CONTINUE);
    assert_true(str_is_none(got.arguments[1]));
    assert_true(str_is_none(got.name));
}

static void wrong_usage_has_its_own_exit_code(void **state)
{
    (void)state;
    struct got got;
    char *unknown[] = {"test", "file", "--nmae", "x"}, *no_value[] = {"test", "file", "--name"},
         *too_few[] = {"test", "--dry-run"}, *too_many[] = {"test", "a", "b", "c"},
         *valued[] = {"test", "a", "--dry-run=1"};
    assert_int_equal(read_words(&got, 4, unknown), EXIT_USAGE);
    assert_int_equal(read_words(&got, 3, no_value), EXIT_USAGE);
    assert_int_equal(read_words(&got, 2, too_few), EXIT_USAGE);
    assert_int_equal(read_words(&got, 4, too_many), EXIT_USAGE);
    assert_int_equal(read_words(&got, 3, valued), EXIT_USAGE);
}

static void help_is_no_fault(void **state)
{
    (void)state;
    struct got got;
    char *words[] = {"test", "--help"};
    assert_int_equal(read_words(&got, 2, words), EXIT_DONE);
}

static void every_command_has_help_and_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    static int (*const COMMANDS[])(int, char **) = {cmd_serve,  cmd_demo,   cmd_import, cmd_simulate, cmd_staff,
                                                    cmd_key,    cmd_jobs,   cmd_backup, cmd_restore,  cmd_erase,
                                                    cmd_export, cmd_doctor, cmd_config, cmd_version};
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        char *help[] = {"command", "--help", NULL}, *wrong[] = {"command", "--no-such-option", NULL};
        assert_int_equal(COMMANDS[i](2, help), EXIT_DONE);
        assert_int_equal(COMMANDS[i](2, wrong), EXIT_USAGE);
    }
}

static void a_number_is_plain_digits_within_its_bounds(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"", ".", "1.2.3", "-1", "1e3", " 1", "11", "nan", "0x1"};
    double value = 7;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_false(options_number(str_of(WRONG[i]), 0, 10, &value));
    assert_true(value >= 7 && value <= 7);
    assert_true(options_number(STR("2.5"), 0, 10, &value));
    assert_true(value >= 2.5 && value <= 2.5);
    assert_true(options_number(STR("10"), 0, 10, &value) && options_number(STR("0"), 0, 10, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_plain_digits_within_its_bounds),
        cmocka_unit_test(options_and_arguments_stand_in_any_order),
        cmocka_unit_test(an_argument_left_out_is_absent),
        cmocka_unit_test(wrong_usage_has_its_own_exit_code),
        cmocka_unit_test(help_is_no_fault),
        cmocka_unit_test(every_command_has_help_and_refuses_what_it_does_not_know),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
