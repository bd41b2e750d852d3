/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists and figures: pages join without gap or repeat, bands and searches find whom they should, the time line is in order,
 * the score adds up. Six clients whose last orders lie further and further back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/stand.h"

static struct got get(struct stand *stand, const char *path)
{
    struct got got = stand_call(stand, (struct exchange){.who = READ_KEY, .method = "GET", .path = path});
    if (got.status != 200)
        fail_msg("%s: %d %s", path, got.status, got.body);
    return got;
}

static int lists_setup(void **state)
{
    static const struct {
        const char *id, *email;
        int64_t last_days;
    } CLIENTS[] = {{"c-1", "anna@example.com", 1},   {"c-2", "bert@example.com", 20},  {"c-3", "cleo@example.com", 50},
                   {"c-4", "dora@example.com", 100}, {"c-5", "emil@example.com", 400}, {"c-6", "fay@example.com", -1}};
    if (stand_setup(state) != 0)
        return -1;
    struct stand *stand = *state;
    for (size_t i = 0; i < sizeof CLIENTS / sizeof CLIENTS[0]; i++) {
        char order[40];
        stand_client(stand, CLIENTS[i].id, CLIENTS[i].email);
        for (int64_t k = 0; k < 4 && CLIENTS[i].last_days >= 0; k++) {
            snprintf(order, sizeof order, "o-%zu-%d", i + 1, (int)k);
            stand_order(stand, order, CLIENTS[i].id, CLIENTS[i].last_days + k * 30, 4000);
        }
    }
    stand_settle(stand);
    return 0;
}

/* The values of `member` of all items over all pages, joined by blanks. */
static void collect(struct stand *stand, const char *path, int limit, const char *member, char *out, size_t size)
{
    char cursor[2100] = "", url[2300];
    out[0] = '\0';
    do {
        snprintf(url, sizeof url, "%s%climit=%d%s%s", path, strchr(path, '?') == NULL ? '?' : '&', limit,
                 cursor[0] == '\0' ? "" : "&cursor=", cursor);
        struct got got = get(stand, url);
        const struct json *items = json_get(got.json, "items");
        assert_true(json_size(items) <= (size_t)limit);
        for (size_t i = 0; i < json_size(items); i++) {
            struct str value = json_get_str(json_at(items, i), member);
            snprintf(out + strlen(out), size - strlen(out), "%s%.*s", out[0] == '\0' ? "" : " ", STR_ARG(value));
        }
        snprintf(cursor, sizeof cursor, "%s", got_text(&got, "next_cursor"));
        got_free(&got);
    } while (cursor[0] != '\0');
}

static void assert_ids(struct stand *stand, const char *path, const char *member, const char *expected)
{
    char found[2000];
    for (int limit = 1; limit <= 4; limit++) {
        collect(stand, path, limit, member, found, sizeof found);
        if (strcmp(found, expected) != 0)
            fail_msg("%s by %d: %s, not %s", path, limit, found, expected);
    }
}

static void clients_come_by_due_moment_and_those_without_last(void **state)
{
    assert_ids(*state, "/api/v1/clients", "id", "c-5 c-4 c-3 c-2 c-1 c-6");
}

static void bands_and_searches_find_whom_they_should(void **state)
{
    static const struct {
        const char *path, *ids;
    } ROWS[] = {
        {"/api/v1/clients?band=engaged", "c-1"},     {"/api/v1/clients?band=lost", "c-5"},
        {"/api/v1/clients?band=none", "c-6"},        {"/api/v1/clients?q=c-", "c-1 c-2 c-3 c-4 c-5 c-6"},
        {"/api/v1/clients?q=DORA%40", "c-4"},        {"/api/v1/clients?q=maya", "c-1 c-2 c-3 c-4 c-5 c-6"},
        {"/api/v1/clients?q=maya&band=lost", "c-5"}, {"/api/v1/clients?q=nobody", ""},
        {"/api/v1/clients?status=paused", ""},       {"/api/v1/clients?status=subscribed&band=none", "c-6"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_ids(*state, ROWS[i].path, "id", ROWS[i].ids);
}

static void every_client_is_in_exactly_one_band(void **state)
{
    static const char *const BANDS[] = {"engaged", "steady", "drifting", "lost", "none"};
    size_t total = 0;
    for (size_t i = 0; i < sizeof BANDS / sizeof BANDS[0]; i++) {
        char path[100];
        snprintf(path, sizeof path, "/api/v1/clients?band=%s", BANDS[i]);
        struct got got = get(*state, path);
        const struct json *items = json_get(got.json, "items");
        total += json_size(items);
        for (size_t k = 0; k < json_size(items); k++) {
            const struct json *engagement = json_get(json_at(items, k), "engagement");
            assert_true(str_equal(json_get_str(engagement, "band"), str_of(BANDS[i])));
        }
        got_free(&got);
    }
    assert_int_equal(total, 6);
}

static void a_cursor_of_another_list_is_refused(void **state)
{
    struct stand *stand = *state;
    struct got got = get(stand, "/api/v1/clients?limit=1");
    char path[2200];
    static const char *const OTHERS[] = {"/api/v1/products?cursor=%s", "/api/v1/clients?band=lost&cursor=%s",
                                         "/api/v1/clients/c-1/orders?cursor=%s"};
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        char cursor[2100];
        snprintf(cursor, sizeof cursor, "%s", got_text(&got, "next_cursor"));
        const char *mark = strstr(OTHERS[i], "%s");
        snprintf(path, sizeof path, "%.*s%s", (int)(mark - OTHERS[i]), OTHERS[i], cursor);
        struct got other = stand_call(stand, (struct exchange){.who = READ_KEY, .method = "GET", .path = path});
        assert_int_equal(other.status, 400);
        assert_string_equal(got_pointer(&other), "?cursor");
        got_free(&other);
    }
    got_free(&got);
}

static void the_time_line_is_one_list_newest_first(void **state)
{
    struct stand *stand = *state;
    char kinds[500];
    stand_email(stand, "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f01", "c-4");
    assert_ids(stand, "/api/v1/clients/c-4/timeline", "ref_id",
               "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f01 o-4-0 o-4-1 o-4-2 o-4-3 ");
    collect(stand, "/api/v1/clients/c-4/timeline", 2, "kind", kinds, sizeof kinds);
    assert_string_equal(kinds, "email order order order order consent");
}

/* Ten orders at one instant and pages of three: the ties must not be lost or shown twice. */
static void ties_in_the_time_line_are_shown_once_each(void **state)
{
    struct stand *stand = *state;
    char id[20], expected[500] = "", found[500];
    for (int i = 9; i >= 0; i--) {
        snprintf(id, sizeof id, "tie-%d", i);
        stand_order(stand, id, "c-tie", 5, 100);
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%s", i == 9 ? "" : " ", id);
    }
    collect(stand, "/api/v1/clients/c-tie/timeline", 3, "ref_id", found, sizeof found);
    assert_string_equal(found, expected);
}

static void the_score_is_the_sum_of_its_parts_and_the_curve_falls(void **state)
{
    struct got got = get(*state, "/api/v1/clients/c-3/score");
    const struct json *parts = json_get(got.json, "parts"), *curve = json_get(got.json, "curve");
    double sum = json_get_real(parts, "recency", 0) + json_get_real(parts, "frequency", 0) +
                 json_get_real(parts, "value", 0);
    assert_true(fabs(sum - json_get_real(got.json, "score", 0)) < 1e-9);
    assert_int_equal(json_get_i64(got.json, "orders_considered", 0), 4);
    assert_true(strlen(got_text(&got, "sentence")) > 20);
    assert_in_range(json_size(curve), 20, 1000);
    double last = json_get_real(json_at(curve, json_size(curve) - 1), "score", 0);
    assert_true(last > 0 && last < 25.5); /* to half the threshold of 50, and half a year ahead at least */
    int jumps = 0;
    for (size_t i = 1; i < json_size(curve); i++) {
        struct str before = json_get_str(json_at(curve, i - 1), "at"), at = json_get_str(json_at(curve, i), "at");
        assert_true(str_compare(before, at) <= 0);
        jumps += str_equal(before, at);
    }
    assert_int_equal(jumps, 3); /* each visit but the first: before and after */
    got_free(&got);
}

static void a_client_without_orders_has_an_empty_curve(void **state)
{
    struct got got = get(*state, "/api/v1/clients/c-6/score");
    assert_string_equal(got_text(&got, "band"), "none");
    assert_int_equal(json_size(json_get(got.json, "curve")), 0);
    assert_true(json_is(json_get(got.json, "score"), JSON_NULL));
    got_free(&got);
}

static void today_counts_what_is_there(void **state)
{
    struct got got = get(*state, "/api/v1/dashboard");
    struct got drifting = get(*state, "/api/v1/clients?band=drifting");
    assert_int_equal(json_get_i64(got.json, "at_risk", -1), json_size(json_get(drifting.json, "items")));
    assert_int_equal(json_get_i64(got.json, "sent", -1), 0);
    assert_true(json_is(json_get(got.json, "feed"), JSON_OBJECT));
    got_free(&drifting);
    got_free(&got);
}

static void the_backlog_holds_those_who_were_drifting_when_they_came(void **state)
{
    struct stand *stand = *state;
    struct got got = get(stand, "/api/v1/backlog");
    size_t count = json_size(json_get(got.json, "items"));
    assert_true(count >= 2);
    assert_int_equal(json_get_i64(got.json, "count", -1), count);
    got_free(&got);
    got = stand_call(
        stand,
        (struct exchange){.who = ADMIN, .method = "POST", .path = "/api/v1/backlog/release", .body = "{\"count\":1}"});
    assert_int_equal(got.status, 200);
    assert_int_equal(json_get_i64(got.json, "released", -1), 1);
    assert_int_equal(json_get_i64(got.json, "remaining", -1), count - 1);
    got_free(&got);
    got = get(stand, "/api/v1/backlog");
    assert_int_equal(json_get_i64(got.json, "count", -1), count - 1);
    got_free(&got);
    assert_ids(stand, "/api/v1/episodes?state=waiting", "state", "waiting");
}

static void the_pipeline_names_every_stage(void **state)
{
    struct got got = get(*state, "/api/v1/pipeline");
    static const char *const NAMES[] = {"change", "score", "due", "draft", "review", "send", "outcome"};
    const struct json *stages = json_get(got.json, "stages");
    assert_int_equal(json_size(stages), 7);
    for (size_t i = 0; i < 7; i++)
        assert_true(str_equal(json_get_str(json_at(stages, i), "name"), str_of(NAMES[i])));
    assert_true(json_get_i64(json_at(stages, 1), "done", 0) > 0);
    got_free(&got);
}

static void health_tells_state_version_and_metrics(void **state)
{
    struct stand *stand = *state;
    struct got got = get(stand, "/healthz");
    assert_string_equal(got_text(&got, "status"), "ok");
    got_free(&got);
    got = get(stand, "/readyz");
    const struct json *first = json_at(json_get(got.json, "dependencies"), 0);
    assert_true(str_equal(json_get_str(first, "name"), STR("store")));
    assert_true(str_equal(json_get_str(first, "state"), STR("ok")));
    got_free(&got);
    got = get(stand, "/metrics");
    assert_non_null(strstr(got.body, "rekindle_http_requests_total{status=\"2xx\"}"));
    assert_non_null(strstr(got.body, "rekindle_jobs{kind=\"due\",state=\"waiting\"}"));
    got_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_come_by_due_moment_and_those_without_last),
        cmocka_unit_test(bands_and_searches_find_whom_they_should),
        cmocka_unit_test(every_client_is_in_exactly_one_band),
        cmocka_unit_test(a_cursor_of_another_list_is_refused),
        cmocka_unit_test(the_time_line_is_one_list_newest_first),
        cmocka_unit_test(ties_in_the_time_line_are_shown_once_each),
        cmocka_unit_test(the_score_is_the_sum_of_its_parts_and_the_curve_falls),
        cmocka_unit_test(a_client_without_orders_has_an_empty_curve),
        cmocka_unit_test(today_counts_what_is_there),
        cmocka_unit_test(the_backlog_holds_those_who_were_drifting_when_they_came),
        cmocka_unit_test(the_pipeline_names_every_stage),
        cmocka_unit_test(health_tells_state_version_and_metrics),
    };
    return cmocka_run_group_tests(tests, lists_setup, stand_teardown);
}
