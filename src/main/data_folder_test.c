/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/data_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "main/test_folder.h"

static void the_second_to_come_learns_who_has_the_folder(void **state)
{
    (void)state;
    struct test_folder at;
    struct arena arena = {0};
    struct data_folder first, second;
    struct folder_owner owner;
    struct str why = STR_NONE;
    test_folder_make(&at);
    assert_int_equal(data_folder_open(str_of(at.path), &arena, &first, &owner, &why), RC_OK);
    struct folder_owner self = {
        .pid = 4711, .command = STR("serve"), .currency = STR("EUR"), .time_zone = STR("Europe/Berlin")};
    assert_int_equal(data_folder_describe(&first, &self), RC_OK);
    assert_int_equal(data_folder_open(str_of(at.path), &arena, &second, &owner, &why), RC_BUSY);
    assert_int_equal(owner.pid, 4711);
    assert_true(str_equal(owner.command, STR("serve")));
    assert_true(str_equal(owner.currency, STR("EUR")));
    assert_true(str_equal(owner.time_zone, STR("Europe/Berlin")));
    data_folder_close(&second);
    data_folder_close(&first);
    assert_int_equal(data_folder_open(str_of(at.path), &arena, &second, &owner, &why), RC_OK);
    data_folder_close(&second);
    test_folder_clear(&at);
    arena_clear(&arena);
}

static void a_missing_folder_is_made_for_the_owner_alone(void **state)
{
    (void)state;
    struct test_folder at;
    struct arena arena = {0};
    struct data_folder folder;
    struct folder_owner owner;
    struct str why = STR_NONE;
    struct stat found;
    test_folder_make(&at);
    struct str path = arena_str(&arena, str_of(test_path(&at, "data")));
    assert_int_equal(data_folder_open(path, &arena, &folder, &owner, &why), RC_OK);
    assert_true(folder.is_new);
    assert_int_equal(stat(path.ptr, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
    test_write(data_folder_file(&folder, DATABASE_FILE, &arena), "");
    data_folder_close(&folder);
    assert_int_equal(data_folder_open(path, &arena, &folder, &owner, &why), RC_OK);
    assert_false(folder.is_new);
    data_folder_close(&folder);
    test_folder_clear(&at);
    arena_clear(&arena);
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct data_folder folder;
    struct folder_owner owner;
    struct str why = STR_NONE;
    assert_int_equal(data_folder_open(STR("/nonexistent/parent/data"), &arena, &folder, &owner, &why), RC_IO);
    assert_true(str_contains(why, STR("/nonexistent/parent/data")));
    data_folder_close(&folder);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_to_come_learns_who_has_the_folder),
        cmocka_unit_test(a_missing_folder_is_made_for_the_owner_alone),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
    };
    return cmocka_run_group_tests_name("data_folder", tests, NULL, NULL);
}
