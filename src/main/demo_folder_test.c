/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/demo_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "main/data_folder.h"
#include "main/file.h"
#include "main/test_folder.h"

static void somebodys_data_is_never_touched(void **state)
{
    (void)state;
    struct test_folder at;
    struct arena arena = {0};
    struct str why = STR_NONE;
    test_folder_make(&at);
    test_write(test_path(&at, "diary.txt"), "mine");
    assert_int_equal(demo_folder_renew(str_of(at.path), &arena, &why), RC_DENIED);
    assert_true(str_contains(why, STR("--data")));
    assert_true(file_exists(test_path(&at, "diary.txt")));
    assert_false(file_exists(test_path(&at, "lock")));
    test_folder_clear(&at);
    arena_clear(&arena);
}

static void a_former_demo_is_emptied_but_links_are_not_followed(void **state)
{
    (void)state;
    struct test_folder at, elsewhere;
    struct arena arena = {0};
    struct str why = STR_NONE;
    test_folder_make(&at);
    test_folder_make(&elsewhere);
    test_write(test_path(&elsewhere, "kept.txt"), "kept");
    assert_int_equal(demo_folder_renew(str_of(at.path), &arena, &why), RC_OK);
    assert_int_equal(mkdir(test_path(&at, "maildir"), 0700), 0);
    assert_int_equal(mkdir(test_path(&at, "maildir/new"), 0700), 0);
    test_write(test_path(&at, "maildir/new/m"), "mail");
    test_write(test_path(&at, DATABASE_FILE), "old");
    assert_int_equal(symlink(elsewhere.path, test_path(&at, "link")), 0);
    assert_int_equal(demo_folder_renew(str_of(at.path), &arena, &why), RC_OK);
    assert_false(file_exists(test_path(&at, DATABASE_FILE)));
    assert_false(file_exists(test_path(&at, "maildir")));
    assert_false(file_exists(test_path(&at, "link")));
    assert_true(file_exists(test_path(&elsewhere, "kept.txt")));
    test_folder_clear(&elsewhere);
    test_folder_clear(&at);
    arena_clear(&arena);
}

static void a_demo_that_runs_is_left_alone(void **state)
{
    (void)state;
    struct test_folder at;
    struct arena arena = {0};
    struct data_folder folder;
    struct folder_owner owner;
    struct str why = STR_NONE;
    test_folder_make(&at);
    assert_int_equal(demo_folder_renew(str_of(at.path), &arena, &why), RC_OK);
    assert_int_equal(data_folder_open(str_of(at.path), &arena, &folder, &owner, &why), RC_OK);
    test_write(test_path(&at, DATABASE_FILE), "in use");
    assert_int_equal(demo_folder_renew(str_of(at.path), &arena, &why), RC_BUSY);
    assert_true(file_exists(test_path(&at, DATABASE_FILE)));
    data_folder_close(&folder);
    test_folder_clear(&at);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(somebodys_data_is_never_touched),
        cmocka_unit_test(a_former_demo_is_emptied_but_links_are_not_followed),
        cmocka_unit_test(a_demo_that_runs_is_left_alone),
    };
    return cmocka_run_group_tests_name("demo_folder", tests, NULL, NULL);
}
