/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Emails: what staff see of one, its dead previews, and the acts with their versions and hashes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/stand.h"
#include "core/record.h"

#define ID(n) "0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f0" n

static struct got get(struct stand *stand, const char *path)
{
    return stand_call(stand, (struct exchange){.who = VIEWER, .method = "GET", .path = path});
}

static struct got act(struct stand *stand, const char *id, const char *what, const char *if_match, const char *body)
{
    char path[120], headers[60] = "";
    snprintf(path, sizeof path, "/api/v1/emails/%s/%s", id, what);
    if (if_match != NULL)
        snprintf(headers, sizeof headers, "If-Match: \"%s\"\r\n", if_match);
    return stand_call(
        stand, (struct exchange){.who = REVIEWER, .method = "POST", .path = path, .headers = headers, .body = body});
}

static void an_email_shows_its_evidence_in_the_words_of_the_contract(void **state)
{
    struct stand *stand = *state;
    stand_client(stand, "mail-1", "maya@example.com");
    stand_email(stand, ID("1"), "mail-1");
    struct got got = get(stand, "/api/v1/emails/" ID("1"));
    assert_int_equal(got.status, 200);
    assert_string_equal(got_header(&got, "ETag"), "\"1\"");
    assert_true(str_equal(json_get_str(json_get(got.json, "client"), "first_name"), STR("Maya")));
    assert_string_equal(got_text(&got, "text"), "Hi Maya,\n\nSee # now.\n");
    assert_string_equal(got_text(&got, "html_url"), "/api/v1/emails/" ID("1") "/html");
    const struct json *check = json_at(json_get(got.json, "checks"), 0);
    assert_true(str_equal(json_get_str(check, "level"), STR("pass")));
    assert_int_equal(json_size(check), 4);
    assert_true(json_is(json_get(json_at(json_get(got.json, "picks"), 0), "category"), JSON_NULL));
    assert_true(json_is(json_get(got.json, "writer"), JSON_NULL));
    assert_true(json_is(json_get(got.json, "undo_until"), JSON_NULL));
    assert_true(json_is(json_get(json_get(got.json, "evidence"), "sentence"), JSON_STRING));
    got_free(&got);
}

static void previews_are_dead_and_locked_in(void **state)
{
    struct stand *stand = *state;
    struct got got = get(stand, "/api/v1/emails/" ID("1") "/html");
    assert_int_equal(got.status, 200);
    assert_string_equal(got_header(&got, "Content-Security-Policy"),
                        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                        "form-action 'none'; frame-ancestors 'self'");
    assert_null(strstr(got.body, "TOKEN"));
    got_free(&got);
    got = get(stand, "/api/v1/emails/" ID("1") "/text");
    assert_string_equal(got.body, "Hi Maya,\n\nSee # now.\n");
    got_free(&got);
    got = get(stand, "/api/v1/emails/" ID("1") "/raw");
    assert_int_equal(got.status, 404); /* nothing was handed over yet */
    got_free(&got);
}

static void approving_binds_the_text_that_was_seen(void **state)
{
    struct stand *stand = *state;
    struct email email = stand_email(stand, ID("2"), "mail-1");
    char body[120];
    struct got got = act(stand, ID("2"), "approve", "1",
                         "{\"content_hash\":\"0000000000000000000000000000000000000000000000000000000000000000\"}");
    assert_int_equal(got.status, 409);
    assert_string_equal(got_rule(&got), "hash");
    got_free(&got);
    snprintf(body, sizeof body, "{\"content_hash\":\"%.*s\"}", STR_ARG(email.content_hash));
    got = act(stand, ID("2"), "approve", NULL, body);
    assert_int_equal(got.status, 428);
    got_free(&got);
    got = act(stand, ID("2"), "approve", "9", body);
    assert_int_equal(got.status, 412);
    got_free(&got);
    got = act(stand, ID("2"), "approve", "1", body);
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "status"), "approved");
    assert_string_equal(got_text(&got, "undo_until"), "2026-03-02T09:00:10Z");
    assert_string_equal(got_header(&got, "ETag"), "\"2\"");
    got_free(&got);
    got = act(stand, ID("2"), "approve", "2", body);
    assert_int_equal(got.status, 409);
    assert_string_equal(got_rule(&got), "state");
    got_free(&got);
}

static void an_approval_can_be_taken_back_and_the_email_rejected(void **state)
{
    struct stand *stand = *state;
    struct got got = act(stand, ID("2"), "undo", "2", NULL);
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "status"), "in_review");
    got_free(&got);
    got = act(stand, ID("2"), "undo", "3", NULL);
    assert_int_equal(got.status, 409);
    assert_string_equal(got_rule(&got), "undo");
    got_free(&got);
    got = act(stand, ID("2"), "reject", "3", "{\"reason\":\"\"}");
    assert_int_equal(got.status, 422);
    got_free(&got);
    got = act(stand, ID("2"), "reject", "3", "{\"reason\":\"wrong tone\"}");
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "reason"), "wrong tone");
    const struct json *approvals = json_get(got.json, "approvals");
    assert_int_equal(json_size(approvals), 3);
    assert_int_equal(strncmp(json_get_str(json_at(approvals, 2), "by").ptr, "staff:", 6), 0);
    got_free(&got);
}

static void acts_out_of_place_are_conflicts(void **state)
{
    static const struct {
        const char *act, *body;
    } ROWS[] = {{"retry", NULL}, {"resolve", "{\"outcome\":\"sent\"}"}};
    stand_email(*state, ID("3"), "mail-1");
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct got got = act(*state, ID("3"), ROWS[i].act, "1", ROWS[i].body);
        if (got.status != 409)
            fail_msg("%s: %d", ROWS[i].act, got.status);
        got_free(&got);
    }
}

static void an_edit_names_what_is_wrong_with_a_paragraph(void **state)
{
    struct got got = act(*state, ID("3"), "edit", "1",
                         "{\"subject\":\"S\",\"preheader\":\"\",\"paragraphs\":[{\"text\":7,\"facts\":[]}]}");
    assert_int_equal(got.status, 422);
    assert_int_equal(strncmp(got_pointer(&got), "/paragraphs/0", 13), 0);
    got_free(&got);
}

static void lists_follow_the_state(void **state)
{
    struct stand *stand = *state;
    struct got got = get(stand, "/api/v1/emails?status=in_review");
    assert_int_equal(json_size(json_get(got.json, "items")), 2);
    got_free(&got);
    got = get(stand, "/api/v1/emails?status=rejected&client_id=mail-1");
    assert_int_equal(json_size(json_get(got.json, "items")), 1);
    got_free(&got);
    got = get(stand, "/api/v1/clients/mail-1/emails");
    assert_int_equal(json_size(json_get(got.json, "items")), 3);
    got_free(&got);
}

static void dead_letters_are_shown_redriven_and_dismissed(void **state)
{
    struct stand *stand = *state;
    struct store_job put = {.op = STORE_JOB_SET, .kind = JOB_SEND, .key = STR("dead-1"), .run_at = STAND_NOW};
    struct store_batch batch = {.jobs = &put, .job_count = 1, .now = STAND_NOW};
    struct job job;
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
    struct queue *queue = stand->env.queue;
    assert_int_equal(queue->vtable->claim(queue, JOB_MASK(JOB_SEND), STAND_NOW, &stand->arena, &job), RC_OK);
    batch = (struct store_batch){.finish = {.op = STORE_FINISH_BURY, .job = &job, .reason = STR("refused")},
                                 .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
    struct got got = get(stand, "/api/v1/jobs");
    const struct json *item = json_at(json_get(got.json, "items"), 0);
    assert_true(str_equal(json_get_str(item, "id"), STR("send:dead-1")));
    assert_true(str_equal(json_get_str(item, "reason"), STR("refused")));
    got_free(&got);
    got = stand_call(stand,
                     (struct exchange){.who = REVIEWER, .method = "POST", .path = "/api/v1/jobs/send:dead-1/redrive"});
    assert_int_equal(got.status, 200);
    assert_string_equal(got_text(&got, "state"), "waiting");
    got_free(&got);
    got = stand_call(stand,
                     (struct exchange){.who = REVIEWER, .method = "POST", .path = "/api/v1/jobs/send:dead-1/dismiss"});
    assert_int_equal(got.status, 404); /* it is alive again */
    got_free(&got);
}

static void policy_is_replaced_whole_by_who_saw_it(void **state)
{
    struct stand *stand = *state;
    struct got got = get(stand, "/api/v1/policy");
    struct exchange call = {.who = ADMIN, .method = "PUT", .path = "/api/v1/policy", .headers = "If-Match: \"1\"\r\n"};
    char *body = malloc(got.body_len + 1);
    memcpy(body, got.body, got.body_len + 1);
    got_free(&got);
    call.body = "{\"threshold\":40}";
    got = stand_call(stand, call);
    assert_int_equal(got.status, 422);
    assert_string_equal(got_rule(&got), "required");
    got_free(&got);
    memcpy(strstr(body, "\"threshold\":50"), "\"threshold\":40", 14);
    call.body = body;
    got = stand_call(stand, call);
    assert_int_equal(got.status, 200);
    assert_string_equal(got_header(&got, "ETag"), "\"2\"");
    assert_int_equal(json_get_i64(got.json, "version", 0), 2);
    got_free(&got);
    got = stand_call(stand, call);
    assert_int_equal(got.status, 412);
    got_free(&got);
    free(body);
}

static void the_last_admin_stays(void **state)
{
    struct stand *stand = *state;
    struct got got = stand_call(stand, (struct exchange){.who = ADMIN, .method = "GET", .path = "/api/v1/session"});
    char path[100];
    snprintf(path, sizeof path, "/api/v1/staff/%s", got_text(&got, "staff_id"));
    got_free(&got);
    struct exchange call = {.who = ADMIN,
                            .method = "PATCH",
                            .path = path,
                            .headers = "If-Match: \"1\"\r\n",
                            .body = "{\"role\":\"viewer\"}"};
    got = stand_call(stand, call);
    assert_int_equal(got.status, 409);
    assert_string_equal(got_rule(&got), "last_admin");
    got_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_email_shows_its_evidence_in_the_words_of_the_contract),
        cmocka_unit_test(previews_are_dead_and_locked_in),
        cmocka_unit_test(approving_binds_the_text_that_was_seen),
        cmocka_unit_test(an_approval_can_be_taken_back_and_the_email_rejected),
        cmocka_unit_test(acts_out_of_place_are_conflicts),
        cmocka_unit_test(an_edit_names_what_is_wrong_with_a_paragraph),
        cmocka_unit_test(lists_follow_the_state),
        cmocka_unit_test(dead_letters_are_shown_redriven_and_dismissed),
        cmocka_unit_test(policy_is_replaced_whole_by_who_saw_it),
        cmocka_unit_test(the_last_admin_stays),
    };
    return cmocka_run_group_tests(tests, stand_setup, stand_teardown);
}
