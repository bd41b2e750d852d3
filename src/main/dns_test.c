/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rand.h"

#define TYPE_TXT 16
#define TYPE_CNAME 5

/* An answer about "x.example" with these records; `data` as it stands in the record. */
struct record {
    unsigned char type;
    const char *data;
    size_t size;
};
#define RECORD(type, data)          \
    {                               \
        type, data, sizeof data - 1 \
    }

static void add16(struct buf *out, size_t value)
{
    buf_add_char(out, (char)(value >> 8));
    buf_add_char(out, (char)(value & 255));
}

static void make_answer(const struct record *records, size_t count, struct buf *out)
{
    add16(out, 7);      /* id */
    add16(out, 0x8180); /* a response, no error */
    add16(out, 1);
    add16(out, count);
    add16(out, 0);
    add16(out, 0);
    buf_add(out, (struct str){"\1x\7example\0", 11});
    add16(out, TYPE_TXT);
    add16(out, 1);
    for (size_t i = 0; i < count; i++) {
        add16(out, 0xC00C); /* the name of the question */
        add16(out, records[i].type);
        add16(out, 1);
        add16(out, 0);
        add16(out, 300);
        add16(out, records[i].size);
        buf_add(out, (struct str){records[i].data, records[i].size});
    }
}

static void parts_are_joined_and_other_records_passed_over(void **state)
{
    static const struct record RECORDS[] = {RECORD(TYPE_CNAME, "\xc0\x0c"), RECORD(TYPE_TXT, "\4v=sp\3f1 \4-all"),
                                            RECORD(TYPE_TXT, "\0"), RECORD(TYPE_TXT, "\5hello")};
    struct buf answer = {0};
    struct arena arena = {0};
    struct str texts[DNS_TEXTS_MAX];
    size_t count;
    (void)state;
    make_answer(RECORDS, 4, &answer);
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_OK);
    assert_int_equal(count, 3);
    assert_string_equal(texts[0].ptr, "v=spf1 -all");
    assert_string_equal(texts[1].ptr, "");
    assert_string_equal(texts[2].ptr, "hello");
    arena_clear(&arena);
    buf_clear(&answer);
}

static void a_name_without_texts_is_not_found(void **state)
{
    static const struct record ALIAS[] = {RECORD(TYPE_CNAME, "\xc0\x0c")};
    struct buf answer = {0};
    struct arena arena = {0};
    struct str texts[DNS_TEXTS_MAX];
    size_t count;
    (void)state;
    make_answer(ALIAS, 1, &answer);
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_NOT_FOUND);
    assert_int_equal(count, 0);
    arena_clear(&arena);
    buf_clear(&answer);
}

static void more_texts_than_there_is_room_for_are_cut(void **state)
{
    struct record records[DNS_TEXTS_MAX + 5];
    struct buf answer = {0};
    struct arena arena = {0};
    struct str texts[DNS_TEXTS_MAX];
    size_t count;
    (void)state;
    for (size_t i = 0; i < DNS_TEXTS_MAX + 5; i++)
        records[i] = (struct record)RECORD(TYPE_TXT, "\1a");
    make_answer(records, DNS_TEXTS_MAX + 5, &answer);
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_OK);
    assert_int_equal(count, DNS_TEXTS_MAX);
    arena_clear(&arena);
    buf_clear(&answer);
}

/* A part that says it is longer than its record, an answer cut at every byte, and bytes turned over at random: never a byte
 * beyond the record (the sanitizers look), never a text longer than the answer. */
static void a_hostile_answer_is_read_within_its_bytes(void **state)
{
    static const struct record LYING[] = {RECORD(TYPE_TXT, "\377abc"), RECORD(TYPE_TXT, "\2ab\377")};
    struct buf answer = {0};
    struct str texts[DNS_TEXTS_MAX];
    struct rand_stream random;
    size_t count;
    (void)state;
    make_answer(LYING, 2, &answer);
    rand_seed(&random, 11);
    for (size_t i = 0; i < 20000; i++) {
        struct arena arena = {0};
        size_t size = i <= answer.len ? i : answer.len;
        unsigned char *copy = arena_new(&arena, size + 1, 1);
        memcpy(copy, answer.ptr, size);
        if (i > answer.len)
            for (int k = 0; k < 3; k++)
                copy[rand_u64(&random) % size] = (unsigned char)(rand_u64(&random) & 255);
        dns_read_texts(copy, size, &arena, texts, &count);
        assert_true(count <= DNS_TEXTS_MAX);
        for (size_t k = 0; k < count; k++)
            assert_true(texts[k].len <= size);
        arena_clear(&arena);
    }
    struct arena arena = {0};
    assert_int_equal(dns_read_texts((unsigned char *)answer.ptr, answer.len, &arena, texts, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_string_equal(texts[0].ptr, "abc");
    assert_string_equal(texts[1].ptr, "ab");
    arena_clear(&arena);
    buf_clear(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_joined_and_other_records_passed_over),
        cmocka_unit_test(a_name_without_texts_is_not_found),
        cmocka_unit_test(more_texts_than_there_is_room_for_are_cut),
        cmocka_unit_test(a_hostile_answer_is_read_within_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
