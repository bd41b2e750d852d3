/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The promises of mem.h; the one about dying is tried in a child process. */
#include "base/mem.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void new_memory_is_zero_and_never_null(void **state)
{
    (void)state;
    unsigned char *block = mem_new(100, 3);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(block[i], 0);
    mem_free(block);
    void *nothing = mem_new(0, 8);
    assert_non_null(nothing);
    mem_free(nothing);
    mem_free(NULL);
}

static void resize_keeps_what_was_there(void **state)
{
    (void)state;
    char *block = mem_resize(NULL, 4, 1);
    memcpy(block, "abcd", 4);
    block = mem_resize(block, 4096, 4);
    assert_memory_equal(block, "abcd", 4);
    block = mem_resize(block, 2, 1);
    assert_memory_equal(block, "ab", 2);
    block = mem_resize(block, 0, 1);
    assert_non_null(block);
    mem_free(block);
}

static void dup_is_a_copy_of_its_own(void **state)
{
    (void)state;
    char text[] = "order";
    char *copy = mem_dup(text);
    text[0] = 'X';
    assert_string_equal(copy, "order");
    mem_free(copy);
}

/* Runs `act` in a child and tells how the child ended, and whether it said why. */
static void assert_dies(void (*act)(void))
{
    int words[2];
    assert_int_equal(pipe(words), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit no_core = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(words[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(words[1]);
    char said[256] = "";
    ssize_t length = read(words[0], said, sizeof(said) - 1);
    close(words[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_true(length > 0);
    assert_non_null(strstr(said, "out_of_memory"));
}

static volatile size_t huge = SIZE_MAX / 2 + 1;

static void resize_overflow(void) { mem_free(mem_resize(NULL, huge, 2)); }

static void a_size_that_overflows_ends_the_process(void **state)
{
    (void)state;
    assert_dies(resize_overflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero_and_never_null),
        cmocka_unit_test(resize_keeps_what_was_there),
        cmocka_unit_test(dup_is_a_copy_of_its_own),
        cmocka_unit_test(a_size_that_overflows_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
