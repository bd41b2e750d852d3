/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One call is one line, whatever the values hold, and a value can never pose as a field. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/thread.h"
#include "base/time_text.h"

static int real_stderr = -1;
static FILE *caught;

static int catch_stderr(void **state)
{
    (void)state;
    caught = tmpfile();
    real_stderr = dup(STDERR_FILENO);
    return caught != NULL && real_stderr >= 0 && dup2(fileno(caught), STDERR_FILENO) >= 0 ? 0 : -1;
}

static int release_stderr(void **state)
{
    (void)state;
    log_set_level(LOG_INFO);
    (void)dup2(real_stderr, STDERR_FILENO);
    (void)close(real_stderr);
    return fclose(caught);
}

/* All that was written since the last call, freed by buf_clear. */
static struct buf take_lines(void)
{
    struct buf text = {0};
    off_t size = lseek(fileno(caught), 0, SEEK_END);
    (void)lseek(fileno(caught), 0, SEEK_SET);
    ssize_t got = read(fileno(caught), buf_room(&text, (size_t)size), (size_t)size);
    assert_true(got == size);
    text.len = (size_t)size;
    text.ptr[text.len] = '\0';
    assert_int_equal(ftruncate(fileno(caught), 0), 0);
    (void)lseek(fileno(caught), 0, SEEK_SET);
    return text;
}

/* The one line there must be is `<instant> expected`. */
static void assert_line(const char *expected)
{
    struct buf text = take_lines();
    struct str rest = buf_str(&text);
    struct str line = str_cut(&rest, '\n');
    assert_true(str_equal(rest, STR("")));
    int64_t instant;
    assert_int_equal(time_from_text(str_cut(&line, ' '), &instant), RC_OK);
    assert_string_equal(str_is_none(line) ? "" : line.ptr, expected);
    buf_clear(&text);
}

/* assert_line compares up to the NUL, so the newline belongs to what is expected. */
static void a_line_is_time_level_event_and_fields(void **state)
{
    (void)state;
    log_info("change_relayed", "seq=%d jobs=%d", 12, 3);
    assert_line("info change_relayed seq=12 jobs=3\n");
    log_error("store_failed", "rc=%s", "io");
    assert_line("error store_failed rc=io\n");
    log_warn("relay_slow", NULL);
    assert_line("warn relay_slow\n");
    log_info("order_stored", "id=" LOG_STR " version=%lld share=%.2f", LOG_ARG(STR("o-17")), 5LL, 0.25);
    assert_line("info order_stored id=o-17 version=5 share=0.25\n");
}

static void the_level_decides_what_is_shown(void **state)
{
    (void)state;
    log_debug("hidden", "a=%d", 1);
    log_set_level(LOG_ERROR);
    log_warn("hidden", "a=%d", 1);
    struct buf text = take_lines();
    assert_int_equal(text.len, 0);
    buf_clear(&text);
    log_set_level(LOG_DEBUG);
    log_debug("shown", "a=%d", 1);
    assert_line("debug shown a=1\n");
}

static void values_that_could_mislead_are_quoted(void **state)
{
    (void)state;
    log_info("e", "why=%s next=%d", "connection refused", 1);
    assert_line("info e why=\"connection refused\" next=1\n");
    log_info("e", "why=%s id=%s", "x id=evil level=error", "mine");
    assert_line("info e why=\"x id=evil level=error\" id=mine\n");
    log_info("e", "why=%s b=%s", "say \"hi\" \\ bye", "");
    assert_line("info e why=\"say \\\"hi\\\" \\\\ bye\" b=\"\"\n");
    log_info("e", "at=%s:%d url=%s", "host name", 25, "a=b");
    assert_line("info e at=\"host name:25\" url=\"a=b\"\n");
    log_info("e", "why=\"%s, %s\" n=%d", "one", "two", 3);
    assert_line("info e why=\"one, two\" n=3\n");
    log_info("e", "done=100%% left=% d", 7);
    assert_line("info e done=100% left=\" 7\"\n");
}

static void no_newline_and_no_control_gets_through(void **state)
{
    (void)state;
    log_info("e", "why=%s", "x\n2026-01-01T00:00:00Z error forged id=1\r\n");
    assert_line("info e why=\"x\\n2026-01-01T00:00:00Z error forged id=1\\x0d\\n\"\n");
    log_info("e", "why=%s", "\x1b[2J\x7f");
    assert_line("info e why=\"\\x1b[2J\\x7f\"\n");
    log_info("e", "why=%s", "caf\xc3\xa9 \xe2\x80\xa8");
    assert_line("info e why=\"caf\\xc3\\xa9 \\xe2\\x80\\xa8\"\n");
    log_info("two\nlines", "a=%d", 1);
    assert_line("info \"two\\nlines\" a=1\n");
    log_info("e", "%s=%s", "k \n\"", "v");
    assert_line("info e k___=v\n");
}

static void a_value_with_our_own_separator_cannot_pose_as_a_field(void **state)
{
    (void)state;
    log_info("e", "why=%s n=%d", "x\x1fid=evil", 1);
    assert_line("info e fields=\"why=x\\x1fid=evil\\x1fn=1\"\n");
}

static void long_values_are_cut_and_the_line_still_ends(void **state)
{
    (void)state;
    char wide[20000];
    memset(wide, 'a', sizeof(wide) - 1);
    wide[sizeof(wide) - 1] = '\0';
    log_info("e", "why=%s n=%d", wide, 1);
    struct buf text = take_lines();
    assert_true(str_ends_with(buf_str(&text), STR("aaa... n=1\n")));
    assert_in_range(text.len, 1024, 1100);
    buf_clear(&text);
    memset(wide, '\x01', sizeof(wide) - 1);
    log_info("e", "a=%s b=%s c=%s n=%d", wide, wide, wide, 1);
    text = take_lines();
    assert_int_equal(text.len, 8192);
    assert_int_equal(text.ptr[8191], '\n');
    assert_int_equal(str_find(buf_str(&text), STR("\n")), 8191);
    buf_clear(&text);
}

static void errno_is_left_alone(void **state)
{
    (void)state;
    errno = ENOSPC;
    log_info("e", "a=%d", 1);
    assert_int_equal(errno, ENOSPC);
    assert_line("info e a=1\n");
}

static void chat(void *arg)
{
    for (int i = 0; i < 500; i++)
        log_info("chat", "who=%s n=%d", (const char *)arg, i);
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    char a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    char b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    struct thread threads[2];
    thread_start(&threads[0], "a", chat, a);
    thread_start(&threads[1], "b", chat, b);
    thread_join(&threads[0]);
    thread_join(&threads[1]);
    struct buf text = take_lines();
    struct str rest = buf_str(&text);
    int count = 0;
    for (; rest.len > 0; count++) {
        struct str line = str_cut(&rest, '\n');
        bool of_a = str_contains(line, str_of(a));
        bool of_b = str_contains(line, str_of(b));
        assert_true(of_a != of_b && str_contains(line, STR("Z info chat who=")));
    }
    assert_int_equal(count, 1000);
    buf_clear(&text);
}

static void level_names_are_four(void **state)
{
    (void)state;
    enum log_level level = LOG_INFO;
    assert_int_equal(log_level_from(STR("error"), &level), RC_OK);
    assert_int_equal(level, LOG_ERROR);
    assert_int_equal(log_level_from(STR("debug"), &level), RC_OK);
    assert_int_equal(level, LOG_DEBUG);
    assert_int_equal(log_level_from(STR("Debug"), &level), RC_INVALID);
    assert_int_equal(log_level_from(STR_NONE, &level), RC_INVALID);
    assert_int_equal(level, LOG_DEBUG);
}

#define CATCHING(test) cmocka_unit_test_setup_teardown(test, catch_stderr, release_stderr)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CATCHING(a_line_is_time_level_event_and_fields),
        CATCHING(the_level_decides_what_is_shown),
        CATCHING(values_that_could_mislead_are_quoted),
        CATCHING(no_newline_and_no_control_gets_through),
        CATCHING(a_value_with_our_own_separator_cannot_pose_as_a_field),
        CATCHING(long_values_are_cut_and_the_line_still_ends),
        CATCHING(errno_is_left_alone),
        CATCHING(lines_of_threads_do_not_mix),
        cmocka_unit_test(level_names_are_four),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
