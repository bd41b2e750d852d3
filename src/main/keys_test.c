/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "main/config.h"
#include "main/file.h"
#include "main/test_folder.h"

#define KEY_A "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEY_B "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

static void a_ring_of_link_keys_is_read_newest_first(void **state)
{
    (void)state;
    struct token_keys keys;
    assert_int_equal(keys_read_links(STR("7:" KEY_A ", 1:" KEY_B "\n"), &keys), RC_OK);
    assert_int_equal(keys.count, 2);
    assert_int_equal(keys.keys[0].id, 7);
    assert_int_equal(keys.keys[1].id, 1);
    assert_int_equal(keys.keys[1].key.bytes[0], 0xff);
    assert_int_equal(keys_read_links(STR("2:" KEY_A "\n1:" KEY_B "\n"), &keys), RC_OK);
    assert_int_equal(keys.count, 2);
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "", KEY_A, "0:" KEY_A, "256:" KEY_A, "1:abc", "1:" KEY_A ",1:" KEY_B, "1:" KEY_A ",,"};
    struct token_keys keys;
    struct hash_key key;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_int_not_equal(keys_read_links(str_of(WRONG[i]), &keys), RC_OK);
    assert_int_not_equal(keys_read_suppression(STR("abc"), &key), RC_OK);
    assert_int_equal(keys_read_suppression(STR(KEY_A "\n"), &key), RC_OK);
}

static void a_new_folder_gets_keys_that_only_the_owner_reads(void **state)
{
    (void)state;
    struct test_folder folder;
    struct arena arena = {0};
    struct config config = {.values[0].text = STR_NONE};
    struct keys first, again;
    struct str why = STR_NONE;
    struct stat found;
    test_folder_make(&folder);
    assert_int_equal(keys_load(&config, folder.path, true, &arena, &first, &why), RC_OK);
    assert_int_equal(stat(test_path(&folder, KEYS_SUPPRESSION_FILE), &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(stat(test_path(&folder, KEYS_LINKS_FILE), &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(keys_load(&config, folder.path, false, &arena, &again, &why), RC_OK);
    assert_memory_equal(&first.suppression, &again.suppression, sizeof first.suppression);
    assert_int_equal(again.links.count, 1);
    test_folder_clear(&folder);
    arena_clear(&arena);
}

static void a_shop_without_its_keys_is_refused_with_what_to_do(void **state)
{
    (void)state;
    struct test_folder folder;
    struct arena arena = {0};
    struct config config = {.values[0].text = STR_NONE};
    struct keys keys;
    struct str why = STR_NONE;
    test_folder_make(&folder);
    assert_int_equal(keys_load(&config, folder.path, false, &arena, &keys, &why), RC_NOT_FOUND);
    assert_true(str_contains(why, STR("REKINDLE_SUPPRESSION_KEY")));
    assert_false(file_exists(test_path(&folder, KEYS_FOLDER)));
    config.values[CONFIG_SUPPRESSION_KEY].text = STR(KEY_A);
    assert_int_equal(keys_load(&config, folder.path, false, &arena, &keys, &why), RC_NOT_FOUND);
    assert_true(str_contains(why, STR("REKINDLE_LINK_KEYS")));
    config.values[CONFIG_LINK_KEYS].text = STR("3:" KEY_B);
    assert_int_equal(keys_load(&config, folder.path, false, &arena, &keys, &why), RC_OK);
    test_folder_clear(&folder);
    arena_clear(&arena);
}

static void a_key_file_that_holds_no_key_is_refused(void **state)
{
    (void)state;
    struct test_folder folder;
    struct arena arena = {0};
    struct config config = {.values[0].text = STR_NONE};
    struct keys keys;
    struct str why = STR_NONE;
    test_folder_make(&folder);
    assert_int_equal(mkdir(test_path(&folder, KEYS_FOLDER), 0700), 0);
    test_write(test_path(&folder, KEYS_SUPPRESSION_FILE), "not a key\n");
    assert_int_equal(keys_load(&config, folder.path, true, &arena, &keys, &why), RC_CORRUPT);
    assert_false(str_contains(why, STR("not a key")));
    test_folder_clear(&folder);
    arena_clear(&arena);
}

static void fingerprints_tell_keys_apart_and_give_none_away(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct hash_key a, b;
    assert_int_equal(keys_read_suppression(STR(KEY_A), &a), RC_OK);
    assert_int_equal(keys_read_suppression(STR(KEY_B), &b), RC_OK);
    struct str of_a = keys_fingerprint(&a, &arena), of_b = keys_fingerprint(&b, &arena);
    assert_int_equal(of_a.len, 16);
    assert_false(str_equal(of_a, of_b));
    assert_false(str_contains(STR(KEY_A), of_a));
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_of_link_keys_is_read_newest_first),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(a_new_folder_gets_keys_that_only_the_owner_reads),
        cmocka_unit_test(a_shop_without_its_keys_is_refused_with_what_to_do),
        cmocka_unit_test(a_key_file_that_holds_no_key_is_refused),
        cmocka_unit_test(fingerprints_tell_keys_apart_and_give_none_away),
    };
    hash_init();
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
