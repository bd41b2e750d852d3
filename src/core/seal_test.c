/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/seal.c. The two digests were computed with Python's json and hashlib from the formulas in seal.h. */
#include "core/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct audit entry_of(void)
{
    return (struct audit){.id = STR("0192f0a1-0000-7000-8000-0000000000a1"),
                          .at = 1772409600000,
                          .actor = STR("rekindle"),
                          .action = STR("email.drafted"),
                          .subject = STR("0192f0a1-0000-7000-8000-0000000000e1"),
                          .detail = STR("{\"codes\":[\"number\"],\"say\":\"\xc3\xa9\"}"),
                          .salt = STR("00112233445566778899aabbccddeeff"),
                          .sealed = AUDIT_CHAINED,
                          .seal = STR("000000000002")};
}

static struct seal link_of(struct str before, struct str place, const struct audit *entry, struct arena *arena)
{
    struct seal seal = {.id = place, .audit_id = entry->id, .erased_at = TIME_NONE};
    seal.payload_hash = seal_payload_hash(entry, arena);
    seal.hash = seal_hash(before, &seal, arena);
    return seal;
}

static void the_hashes_are_the_documented_ones(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct audit entry = entry_of();
    struct seal seal = link_of(STR_NONE, STR("000000000001"), &entry, &arena);
    assert_string_equal(seal.payload_hash.ptr, "4916a1e7ee0de4111f1c59302b5a2f75a4c423bcfb002f948b10d676ab838e5d");
    assert_string_equal(seal.hash.ptr, "fdb9b26acd4d9c1088cb5943a2c17d94f9f4f30831eca9e912976cd7ced5722e");
    arena_clear(&arena);
}

static void places_sort_as_numbers(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(seal_place(1, &arena).ptr, "000000000001");
    assert_true(strcmp(seal_place(9, &arena).ptr, seal_place(10, &arena).ptr) < 0);
    assert_int_equal(seal_number(STR("000000000123")), 123);
    assert_int_equal(seal_number(STR("123")), 0);
    assert_int_equal(seal_number(STR("00000000012x")), 0);
    assert_int_equal(seal_number(STR_NONE), 0);
    arena_clear(&arena);
}

/* Every member of an entry is covered: another value makes another hash. */
static void no_member_of_an_entry_can_change_unseen(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct audit entry = entry_of(), other[7];
    struct str before = STR("before");
    struct seal seal = link_of(before, STR("000000000002"), &entry, &arena);
    assert_int_equal(seal_check(1, before, &seal, &entry, &arena), SEAL_HOLDS);
    for (size_t i = 0; i < 7; i++)
        other[i] = entry;
    other[0].id = STR("0192f0a1-0000-7000-8000-0000000000a2");
    other[1].at++;
    other[2].actor = STR("rekindlf");
    other[3].action = STR("email.edited");
    other[4].subject = STR_NONE;
    other[5].detail = STR("{\"codes\":[\"numbes\"],\"say\":\"\xc3\xa9\"}");
    other[6].salt = STR("10112233445566778899aabbccddeeff");
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(seal_check(1, before, &seal, &other[i], &arena), SEAL_ENTRY_CHANGED);
    /* what is moved from one member to the next is seen too */
    struct audit moved = entry;
    moved.actor = STR("rekindleemail.");
    moved.action = STR("drafted");
    assert_int_equal(seal_check(1, before, &seal, &moved, &arena), SEAL_ENTRY_CHANGED);
    /* nor can one entry stand for two links, or be called unchained */
    moved = entry;
    moved.seal = STR("000000000003");
    assert_int_equal(seal_check(1, before, &seal, &moved, &arena), SEAL_ENTRY_CHANGED);
    moved = entry;
    moved.sealed = AUDIT_UNCHAINED;
    assert_int_equal(seal_check(1, before, &seal, &moved, &arena), SEAL_ENTRY_CHANGED);
    arena_clear(&arena);
}

static void no_link_can_change_go_or_move_unseen(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct audit entry = entry_of();
    struct str before = STR("before");
    struct seal seal = link_of(before, STR("000000000002"), &entry, &arena), other = seal;
    assert_int_equal(seal_check(0, before, &seal, &entry, &arena), SEAL_MISSING);
    assert_int_equal(seal_check(2, before, &seal, &entry, &arena), SEAL_MISSING);
    assert_int_equal(seal_check(1, STR("another"), &seal, &entry, &arena), SEAL_BROKEN);
    assert_int_equal(seal_check(1, STR_NONE, &seal, &entry, &arena), SEAL_BROKEN);
    other.audit_id = STR("0192f0a1-0000-7000-8000-0000000000a2");
    assert_int_equal(seal_check(1, before, &other, &entry, &arena), SEAL_BROKEN);
    other = seal;
    other.payload_hash = seal.hash;
    assert_int_equal(seal_check(1, before, &other, &entry, &arena), SEAL_BROKEN);
    arena_clear(&arena);
}

static void only_an_erased_entry_may_be_gone(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct audit entry = entry_of();
    struct seal seal = link_of(STR("before"), STR("000000000002"), &entry, &arena);
    assert_int_equal(seal_check(1, STR("before"), &seal, NULL, &arena), SEAL_ENTRY_GONE);
    seal.erased_at = 5;
    assert_int_equal(seal_check(1, STR("before"), &seal, NULL, &arena), SEAL_HOLDS);
    assert_int_equal(seal_check(1, STR("before"), &seal, &entry, &arena), SEAL_ENTRY_BACK);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hashes_are_the_documented_ones),
        cmocka_unit_test(places_sort_as_numbers),
        cmocka_unit_test(no_member_of_an_entry_can_change_unseen),
        cmocka_unit_test(no_link_can_change_go_or_move_unseen),
        cmocka_unit_test(only_an_erased_entry_may_be_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
