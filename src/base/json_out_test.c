/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the writer makes is JSON, whatever it is given, and the reader gets back what was put in. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/utf8.h"

static void commas_and_colons_are_the_writers_business(void **state)
{
    (void)state;
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_pair_str(&out, "id", STR("o-1"));
    json_pair_i64(&out, "total", -5);
    json_pair_real(&out, "score", 41.5);
    json_pair_bool(&out, "open", false);
    json_pair_str(&out, "none", STR_NONE);
    json_pair_str(&out, "empty", STR(""));
    json_key(&out, "list");
    json_begin_array(&out);
    json_put_i64(&out, INT64_MIN);
    json_begin_array(&out);
    json_end_array(&out);
    json_begin_object(&out);
    json_end_object(&out);
    json_put_null(&out);
    json_put_bool(&out, true);
    json_put_raw(&out, STR("{\"raw\":1}"));
    json_put_raw(&out, STR_NONE);
    json_put_raw(&out, STR(""));
    json_put_real(&out, NAN);
    json_put_real(&out, -INFINITY);
    json_end_array(&out);
    json_end_object(&out);
    assert_string_equal(buf.ptr,
                        "{\"id\":\"o-1\",\"total\":-5,\"score\":41.5,\"open\":false,\"none\":null,\"empty\":\"\","
                        "\"list\":[-9223372036854775808,[],{},null,true,{\"raw\":1},null,null,null,null]}");
    assert_int_equal(out.depth, 0);
    buf_add_char(&buf, '\n');
    json_begin_array(&out); /* the next line of an NDJSON text */
    json_end_array(&out);
    assert_true(str_ends_with(buf_str(&buf), STR("}\n[]")));
    buf_clear(&buf);
}

static void escapes_are_those_of_rfc_8259(void **state)
{
    (void)state;
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_key(&out, "k\"\n");
    json_put_str(&out, (struct str){"\"\\/\b\f\n\r\t\x01\x1f\x7f\0\xc3\xb8", 14});
    json_end_object(&out);
    assert_string_equal(buf.ptr, "{\"k\\\"\\n\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000\xc3\xb8\"}");
    buf_clear(&buf);
}

static void bytes_that_are_not_utf8_become_the_replacement_mark(void **state)
{
    (void)state;
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    json_put_str(&out, STR("caf\xe9 \xf0\x9f\x98 \xed\xa0\x80"));
    assert_string_equal(
        buf.ptr, "\"caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    buf_clear(&buf);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = *seed;
    x ^= x >> 32;
    return x * 0x9e3779b97f4a7c15u;
}

static void random_texts_come_back_unchanged(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct buf buf = {0};
    for (int round = 0; round < 20000; round++) {
        char bytes[40];
        struct str text = {bytes, 0};
        uint64_t length = next(&seed) % sizeof(bytes);
        while (text.len < length) {
            uint64_t pick = next(&seed) >> 8;
            char kinds[] = {"\"\\\n\t/u\x01\x7f"[pick / 4 % 8], (char)(pick / 4), 'a', 'a'};
            bytes[text.len++] = kinds[pick % 4];
        }
        for (size_t i = 0; i < text.len; i++) {
            if (bytes[i] == '\0')
                bytes[i] = 'z'; /* the reader refuses NUL */
        }
        buf_reset(&buf);
        struct json_out out;
        json_out_init(&out, &buf);
        json_put_str(&out, text);
        struct json *back = NULL;
        assert_int_equal(json_parse(buf_str(&buf), &back, NULL), RC_OK); /* also when the bytes were no UTF-8 */
        assert_true(utf8_is_valid(json_str(back)));
        assert_int_equal(str_equal(json_str(back), text), utf8_is_valid(text));
        json_free(back);
    }
    buf_clear(&buf);
}

static void put_real(double value, struct buf *buf)
{
    buf_reset(buf);
    struct json_out out;
    json_out_init(&out, buf);
    json_put_real(&out, value);
}

static void reals_are_as_short_as_can_be(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } ROWS[] = {
        {0.0, "0"},
        {-0.0, "-0.0"},
        {1.0, "1"},
        {-3.0, "-3"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3.0, "0.3333333333333333"},
        {2.0 / 3.0, "0.6666666666666666"},
        {100000.5, "100000.5"},
        {999999999999999.0, "999999999999999"},
        {1e15, "1e+15"},
        {9007199254740993.0, "9007199254740992"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {5e-324, "5e-324"},
        {1.5e-310, "1.5e-310"},
        {1e-5, "1e-05"},
    };
    struct buf buf = {0};
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        put_real(ROWS[i].value, &buf);
        assert_string_equal(buf.ptr, ROWS[i].text);
    }
    buf_clear(&buf);
}

static void every_real_reads_back_the_same(void **state)
{
    (void)state;
    uint64_t seed = 3;
    struct buf buf = {0};
    int tried = 0;
    while (tried < 50000) {
        uint64_t bits = next(&seed);
        double value;
        memcpy(&value, &bits, sizeof(value));
        if (!isfinite(value))
            continue;
        if (tried++ % 2)
            value = (double)(int64_t)(bits >> 34) / 100; /* amounts, as they are usual */
        put_real(value, &buf);
        struct json *back = NULL;
        assert_int_equal(json_parse(buf_str(&buf), &back, NULL), RC_OK);
        double read = json_real(back);
        assert_memory_equal(&read, &value, sizeof(value));
        json_free(back);
    }
    buf_clear(&buf);
}

static void key_in_array(struct json_out *out)
{
    json_begin_array(out);
    json_key(out, "a");
}
static void member_without_key(struct json_out *out)
{
    json_begin_object(out);
    json_put_null(out);
}
static void key_without_value(struct json_out *out)
{
    json_begin_object(out);
    json_key(out, "a");
    json_end_object(out);
}
static void crossed_ends(struct json_out *out)
{
    json_begin_object(out);
    json_end_array(out);
}
static void end_without_begin(struct json_out *out) { json_end_object(out); }
static void too_deep(struct json_out *out)
{
    for (int i = 0; i < 65; i++)
        json_begin_array(out);
}

static void a_mixed_up_writer_aborts(void **state)
{
    (void)state;
    static void (*const BUGS[])(struct json_out *) = {key_in_array, member_without_key, key_without_value,
                                                      crossed_ends, end_without_begin,  too_deep};
    for (size_t i = 0; i < sizeof(BUGS) / sizeof(BUGS[0]); i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct rlimit no_core = {0, 0};
            (void)setrlimit(RLIMIT_CORE, &no_core);
            (void)signal(SIGABRT, SIG_DFL);
            (void)close(STDERR_FILENO);
            struct buf buf = {0};
            struct json_out out;
            json_out_init(&out, &buf);
            BUGS[i](&out);
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_colons_are_the_writers_business),
        cmocka_unit_test(escapes_are_those_of_rfc_8259),
        cmocka_unit_test(bytes_that_are_not_utf8_become_the_replacement_mark),
        cmocka_unit_test(random_texts_come_back_unchanged),
        cmocka_unit_test(reals_are_as_short_as_can_be),
        cmocka_unit_test(every_real_reads_back_the_same),
        cmocka_unit_test(a_mixed_up_writer_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
