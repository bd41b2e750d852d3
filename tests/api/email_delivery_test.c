/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What staff and other programs see of an email after its approval: what it waits for, what was heard, who clicked. */
#include <stdio.h>
#include <string.h>

#include "api/stand.h"
#include "core/record.h"

#define ID "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f01"
#define SHOWN 50
#define MORE (SHOWN + 3)

static struct got get(struct stand *stand, const char *path)
{
    return stand_call(stand, (struct exchange){.who = VIEWER, .method = "GET", .path = path});
}

static void put(struct stand *stand, enum record_kind kind, const void *record)
{
    struct store_write write = {.op = STORE_PUT, .kind = kind, .record = record, .expect = STORE_ANY};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
}

static void put_notice(struct stand *stand, int number)
{
    struct notice notice;
    record_init(RECORD_NOTICE, &notice);
    notice.id = arena_printf(&stand->arena, "n-%d", number);
    notice.email_id = STR(ID);
    notice.kind = NOTICE_SOFT_BOUNCE;
    notice.source = STR("hook:postmark");
    notice.detail = arena_printf(&stand->arena, "said %d", number);
    notice.at = notice.updated_at = STAND_NOW + number * TIME_SECOND_MS;
    put(stand, RECORD_NOTICE, &notice);
}

static void only_what_waits_beyond_its_undo_says_until_when(void **state)
{
    static const struct {
        int status;
        const char *reason, *shown;
    } ROWS[] = {
        {EMAIL_APPROVED, "quiet_hours", "2026-03-02T10:00:00Z"},
        {EMAIL_APPROVED, "warm_up", "2026-03-02T10:00:00Z"},
        {EMAIL_APPROVED, NULL, ""}, /* it leaves when undo is over: nothing delays it */
        {EMAIL_HELD, "kill_switch", ""},
        {EMAIL_SENT, NULL, ""},
    };
    struct stand *stand = *state;
    struct email email = stand_email(stand, ID, "mail-1");
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        email.status = ROWS[i].status;
        email.reason = ROWS[i].reason == NULL ? STR_NONE : str_of(ROWS[i].reason);
        email.send_after = STAND_NOW + TIME_HOUR_MS;
        put(stand, RECORD_EMAIL, &email);
        struct got got = get(stand, "/api/v1/emails/" ID);
        if (strcmp(got_text(&got, "send_after"), ROWS[i].shown) != 0)
            fail_msg("row %zu: %s", i, got_text(&got, "send_after"));
        assert_non_null(json_get(got.json, "send_after"));
        got_free(&got);
    }
}

static void nothing_heard_and_nobody_clicked_are_null_and_zero(void **state)
{
    struct got got = get(*state, "/api/v1/emails/" ID);
    assert_true(json_is(json_get(got.json, "delivery"), JSON_NULL));
    assert_true(json_is(json_get(got.json, "delivery_at"), JSON_NULL));
    assert_true(json_is(json_get(got.json, "clicked_at"), JSON_NULL));
    assert_int_equal(json_get_i64(got.json, "clicks", -1), 0);
    assert_int_equal(json_get_i64(got.json, "machine_clicks", -1), 0);
    assert_int_equal(json_size(json_get(got.json, "notices")), 0);
    got_free(&got);
}

static void a_list_has_the_verdict_and_the_clicks_but_no_notices(void **state)
{
    struct stand *stand = *state;
    struct email email;
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, STR(ID), &stand->arena, &email), RC_OK);
    email.delivery = DELIVERY_HARD_BOUNCE;
    email.delivery_at = STAND_NOW + TIME_SECOND_MS;
    email.clicks = 2;
    email.machine_clicks = 7;
    email.clicked_at = STAND_NOW + 2 * TIME_SECOND_MS;
    put(stand, RECORD_EMAIL, &email);
    struct got got = get(stand, "/api/v1/emails");
    const struct json *item = json_at(json_get(got.json, "items"), 0);
    assert_true(str_equal(json_get_str(item, "delivery"), STR("hard_bounce")));
    assert_true(str_equal(json_get_str(item, "delivery_at"), STR("2026-03-02T09:00:01Z")));
    assert_true(str_equal(json_get_str(item, "clicked_at"), STR("2026-03-02T09:00:02Z")));
    assert_int_equal(json_get_i64(item, "clicks", -1), 2);
    assert_int_equal(json_get_i64(item, "machine_clicks", -1), 7);
    assert_null(json_get(item, "notices"));
    got_free(&got);
}

static void of_many_notices_the_newest_fifty_are_shown_newest_last(void **state)
{
    struct stand *stand = *state;
    char first[16], last[16];
    for (int i = 0; i < MORE; i++)
        put_notice(stand, i);
    snprintf(first, sizeof first, "said %d", MORE - SHOWN);
    snprintf(last, sizeof last, "said %d", MORE - 1);
    struct got got = get(stand, "/api/v1/emails/" ID);
    const struct json *notices = json_get(got.json, "notices"), *newest = json_at(notices, SHOWN - 1);
    assert_int_equal(json_size(notices), SHOWN);
    assert_true(str_equal(json_get_str(json_at(notices, 0), "detail"), str_of(first)));
    assert_true(str_equal(json_get_str(newest, "detail"), str_of(last)));
    assert_true(str_equal(json_get_str(newest, "kind"), STR("soft_bounce")));
    assert_true(str_equal(json_get_str(newest, "source"), STR("hook:postmark")));
    assert_true(json_is(json_get(newest, "status"), JSON_NULL));
    assert_int_equal(json_size(newest), 5);
    got_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_waits_beyond_its_undo_says_until_when),
        cmocka_unit_test(nothing_heard_and_nobody_clicked_are_null_and_zero),
        cmocka_unit_test(a_list_has_the_verdict_and_the_clicks_but_no_notices),
        cmocka_unit_test(of_many_notices_the_newest_fifty_are_shown_newest_last),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}
