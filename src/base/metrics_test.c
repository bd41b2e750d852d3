/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page is what Prometheus reads: one TYPE line a name, all its series under it, buckets that add up. The table is the
 * process's own, so each test uses names of its own and looks for its lines. */
#include "base/metrics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/thread.h"

static void assert_page_has(const char *lines)
{
    struct buf page = {0};
    metrics_write(&page);
    if (!str_contains(buf_str(&page), str_of(lines)))
        print_message("%s", page.ptr);
    assert_true(str_contains(buf_str(&page), str_of(lines)));
    buf_clear(&page);
}

static void an_unused_table_gives_an_empty_page(void **state)
{
    (void)state;
    struct buf page = {0};
    metrics_write(&page);
    assert_int_equal(page.len, 0);
    buf_clear(&page);
}

static void counters_and_gauges_are_grouped_by_name(void **state)
{
    (void)state;
    metrics_add("jobs_done_total", "kind=\"score\"", 2);
    metrics_set("queue_depth", NULL, 7);
    metrics_add("jobs_done_total", "kind=\"due\"", 1);
    metrics_add("jobs_done_total", NULL, 0);
    metrics_add("jobs_done_total", "kind=\"score\"", 3);
    metrics_set("queue_depth", NULL, 2.5);
    char same[] = "queue_depth"; /* found by its letters, not by its address */
    metrics_set(same, "", 3.25);
    assert_page_has("# TYPE jobs_done_total counter\n"
                    "jobs_done_total 0\n"
                    "jobs_done_total{kind=\"due\"} 1\n"
                    "jobs_done_total{kind=\"score\"} 5\n"
                    "# TYPE queue_depth gauge\n"
                    "queue_depth 3.25\n");
}

static void numbers_prometheus_has_words_for(void **state)
{
    (void)state;
    metrics_set("odd_gauge", "is=\"nan\"", NAN);
    metrics_set("odd_gauge", "is=\"plus\"", INFINITY);
    metrics_set("odd_gauge", "is=\"minus\"", -INFINITY);
    metrics_set("odd_gauge", "is=\"tiny\"", 1e-7);
    assert_page_has("odd_gauge{is=\"minus\"} -Inf\n"
                    "odd_gauge{is=\"nan\"} NaN\n"
                    "odd_gauge{is=\"plus\"} +Inf\n"
                    "odd_gauge{is=\"tiny\"} 1e-07\n");
}

static void histograms_add_up_from_the_lowest_bucket(void **state)
{
    (void)state;
    metrics_observe("commit_seconds", "store=\"x\"", 0.001); /* a bound belongs to its bucket */
    metrics_observe("commit_seconds", "store=\"x\"", 0.0015);
    metrics_observe("commit_seconds", "store=\"x\"", 0.25);
    metrics_observe("commit_seconds", "store=\"x\"", 100);
    metrics_observe("commit_seconds", "store=\"x\"", 150);
    metrics_observe("commit_seconds", "store=\"x\"", 0);
    assert_page_has("# TYPE commit_seconds histogram\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.001\"} 2\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.002\"} 3\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.005\"} 3\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.01\"} 3\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.02\"} 3\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.05\"} 3\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.1\"} 3\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.2\"} 3\n"
                    "commit_seconds_bucket{store=\"x\",le=\"0.5\"} 4\n"
                    "commit_seconds_bucket{store=\"x\",le=\"1\"} 4\n"
                    "commit_seconds_bucket{store=\"x\",le=\"2\"} 4\n"
                    "commit_seconds_bucket{store=\"x\",le=\"5\"} 4\n"
                    "commit_seconds_bucket{store=\"x\",le=\"10\"} 4\n"
                    "commit_seconds_bucket{store=\"x\",le=\"20\"} 4\n"
                    "commit_seconds_bucket{store=\"x\",le=\"50\"} 4\n"
                    "commit_seconds_bucket{store=\"x\",le=\"100\"} 5\n"
                    "commit_seconds_bucket{store=\"x\",le=\"+Inf\"} 6\n"
                    "commit_seconds_sum{store=\"x\"} 250.2525\n"
                    "commit_seconds_count{store=\"x\"} 6\n");
    metrics_observe("plain_seconds", NULL, 2);
    assert_page_has("plain_seconds_bucket{le=\"+Inf\"} 1\nplain_seconds_sum 2\nplain_seconds_count 1\n");
}

static void count_up(void *arg)
{
    (void)arg;
    for (int i = 0; i < 10000; i++) {
        metrics_add("race_total", i % 2 ? "side=\"a\"" : "side=\"b\"", 1);
        metrics_observe("race_seconds", NULL, 0.5);
    }
}

static void no_count_is_lost_between_threads(void **state)
{
    (void)state;
    struct thread threads[4];
    for (int i = 0; i < 4; i++)
        thread_start(&threads[i], "count", count_up, NULL);
    for (int i = 0; i < 4; i++)
        thread_join(&threads[i]);
    assert_page_has("race_total{side=\"a\"} 20000\nrace_total{side=\"b\"} 20000\n");
    assert_page_has("race_seconds_sum 20000\nrace_seconds_count 40000\n");
    assert_int_equal(metrics_total("race_total"), 40000);
    assert_int_equal(metrics_total("never_total"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unused_table_gives_an_empty_page),
        cmocka_unit_test(counters_and_gauges_are_grouped_by_name),
        cmocka_unit_test(numbers_prometheus_has_words_for),
        cmocka_unit_test(histograms_add_up_from_the_lowest_bucket),
        cmocka_unit_test(no_count_is_lost_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
