/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Locks keep threads apart, and a signal that came before the wait is not missed. */
#include "base/thread.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

struct tally {
    struct lock lock;
    int64_t count;
};

static void add_many(void *arg)
{
    struct tally *tally = arg;
    for (int i = 0; i < 50000; i++) {
        lock_take(&tally->lock);
        tally->count++;
        lock_drop(&tally->lock);
    }
}

static void a_lock_keeps_threads_apart(void **state)
{
    (void)state;
    struct tally tally = {0};
    struct thread threads[4];
    lock_init(&tally.lock);
    for (int i = 0; i < 4; i++)
        thread_start(&threads[i], "adder", add_many, &tally);
    for (int i = 0; i < 4; i++)
        thread_join(&threads[i]);
    assert_true(tally.count == 200000);
    lock_clear(&tally.lock);
}

static void tell_name(void *arg) { (void)prctl(PR_GET_NAME, arg); }

static void a_thread_bears_its_name_cut_to_what_fits(void **state)
{
    (void)state;
    char name[16] = "";
    struct thread thread;
    thread_start(&thread, "worker-number-seventeen", tell_name, name);
    thread_join(&thread);
    assert_string_equal(name, "worker-number-s");
}

static void a_signal_before_the_wait_is_not_missed(void **state)
{
    (void)state;
    struct signal_count signal;
    signal_count_init(&signal);
    uint64_t seen = signal_count_get(&signal);
    assert_true(seen == 0);
    signal_count_bump(&signal);
    assert_true(signal_count_wait(&signal, seen, -1) == 1); /* would hang if it were lost */
    assert_true(signal_count_wait(&signal, 0, 0) == 1);
    signal_count_clear(&signal);
}

static void a_wait_ends_at_its_timeout(void **state)
{
    (void)state;
    struct signal_count signal;
    signal_count_init(&signal);
    int64_t before = clock_mono();
    assert_true(signal_count_wait(&signal, 0, 30) == 0);
    assert_true(clock_mono() - before >= 29);
    assert_true(signal_count_wait(&signal, 5, 0) == 0);
    signal_count_clear(&signal);
}

struct pair {
    struct signal_count there;
    struct signal_count back;
};

static void answer(void *arg)
{
    struct pair *pair = arg;
    for (uint64_t seen = 0; seen < 2000;) {
        seen = signal_count_wait(&pair->there, seen, -1);
        signal_count_bump(&pair->back);
    }
}

static void two_threads_take_turns_without_losing_one(void **state)
{
    (void)state;
    struct pair pair;
    struct thread thread;
    signal_count_init(&pair.there);
    signal_count_init(&pair.back);
    thread_start(&thread, "answer", answer, &pair);
    for (uint64_t turn = 0; turn < 2000; turn++) {
        signal_count_bump(&pair.there);
        assert_true(signal_count_wait(&pair.back, turn, INT64_MAX) == turn + 1);
    }
    thread_join(&thread);
    signal_count_clear(&pair.there);
    signal_count_clear(&pair.back);
}

static void a_lock_taken_twice_by_one_thread_aborts(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit no_core = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)signal(SIGABRT, SIG_DFL);
        (void)close(STDERR_FILENO);
        struct lock lock;
        lock_init(&lock);
        lock_take(&lock);
        lock_take(&lock);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_keeps_threads_apart),
        cmocka_unit_test(a_thread_bears_its_name_cut_to_what_fits),
        cmocka_unit_test(a_signal_before_the_wait_is_not_missed),
        cmocka_unit_test(a_wait_ends_at_its_timeout),
        cmocka_unit_test(two_threads_take_turns_without_losing_one),
        cmocka_unit_test(a_lock_taken_twice_by_one_thread_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
