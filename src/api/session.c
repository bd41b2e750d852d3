/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Log in, log out, who am I. An unknown address and a wrong password take the same time and get the same answer; so do an
 * unknown and a known account that was tried too often. */
#include "api/auth.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/view.h"
#include "base/log.h"
#include "base/utf8.h"
#include "step/admin_acts.h"

#define LOGINS_WAITING_MAX 4 /* more would keep the handler threads from everyone else */

static void write_session(const struct request *request, struct response *response, struct api *api,
                          const struct staff *staff, struct str csrf)
{
    const struct shop *shop = &api->env.shop;
    struct json_out out;
    respond_begin(response, &out);
    json_begin_object(&out);
    json_pair_str(&out, "staff_id", staff->id);
    json_pair_str(&out, "email", staff->email);
    json_pair_str(&out, "role", field_enum_word(ROLE_WORDS, staff->role));
    json_pair_str(&out, "csrf_token", csrf);
    json_key(&out, "shop");
    json_begin_object(&out);
    json_pair_str(&out, "name", shop->name);
    json_pair_str(&out, "currency", shop->currency);
    json_pair_str(&out, "time_zone", shop->time_zone);
    json_end_object(&out);
    json_pair_bool(&out, "rehearsal", api->env.rehearsal);
    json_key(&out, "clock");
    clock_write(request, api, &out);
    json_end_object(&out);
    respond_json(response, 200);
}

void session_show(const struct request *request, struct response *response, struct api *api)
{
    if (request->caller.kind == CALLER_STAFF) {
        write_session(request, response, api, &request->caller.staff, request->caller.session.csrf);
        return;
    }
    const struct staff socket = {.id = STR("socket"), .email = STR("socket"), .role = ROLE_ADMIN};
    write_session(request, response, api, &socket, STR("not-needed-on-the-socket"));
}

/* Who tried too often, by the address that asks or by the account that is asked for. */
static bool check_rate(const struct request *request, struct response *response, struct api *api, struct str account)
{
    int64_t now = clock_mono();
    int64_t wait = limiter_wait_ms(&api->login_addresses, auth_address(request), now);
    int64_t other = limiter_wait_ms(&api->login_accounts, account, now);
    if (other > wait)
        wait = other;
    if (wait == 0)
        return true;
    problem_wait(request, response, PROBLEM_LIMITED, wait);
    return false;
}

/* One password at a time, and not too many in line. RC_BUSY when the line is full. */
static enum rc check_password(struct api *api, const struct json *body, struct arena *arena, struct staff *staff)
{
    lock_take(&api->lock);
    bool room = api->logins_waiting < LOGINS_WAITING_MAX;
    if (room)
        api->logins_waiting++;
    lock_drop(&api->lock);
    if (!room)
        return RC_BUSY;
    lock_take(&api->login_lock);
    enum rc rc = staff_login(&api->env, json_get_str(body, "email"), json_get_str(body, "password"), arena, staff);
    lock_drop(&api->login_lock);
    lock_take(&api->lock);
    api->logins_waiting--;
    lock_drop(&api->lock);
    return rc;
}

static void open_session(const struct request *request, struct response *response, struct api *api,
                         const struct staff *staff)
{
    struct session session;
    struct str cookie;
    enum rc rc = session_open(&api->env, staff, request->arena, &session, &cookie);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    write_session(request, response, api, staff, session.csrf);
    auth_set_cookie(request, response, cookie);
    log_info("staff_logged_in", "staff=" LOG_STR, LOG_ARG(staff->id));
}

static void log_in(const struct request *request, struct response *response, struct api *api, const struct json *body)
{
    struct staff staff;
    struct str account = utf8_fold(str_trim(json_get_str(body, "email")), request->arena);
    if (!check_rate(request, response, api, account))
        return;
    enum rc rc = check_password(api, body, request->arena, &staff);
    if (rc == RC_OK) {
        limiter_forget(&api->login_accounts, account);
        open_session(request, response, api, &staff);
    } else if (rc == RC_DENIED || rc == RC_NOT_FOUND) {
        limiter_count(&api->login_addresses, auth_address(request), clock_mono());
        limiter_count(&api->login_accounts, account, clock_mono());
        problem_write(request, response, PROBLEM_UNAUTHORIZED,
                      PROBLEM(STR(""), "credential", "the address or the password is wrong"));
    } else {
        problem_from_rc(request, response, rc);
    }
}

static bool holds_any(struct str value) { return utf8_is_valid(value); }

/* A password may hold any character. */
static const struct field_rule RULE_PASSWORD = {"utf8", "must be UTF-8", holds_any};

void session_log_in(const struct request *request, struct response *response, struct api *api)
{
    static const struct body_field FIELDS[] = {
        {.name = "email", .type = JSON_STRING, .required = true, .min = 1, .max = 254},
        {.name = "password", .type = JSON_STRING, .required = true, .min = 1, .max = 1024, .rule = &RULE_PASSWORD},
    };
    struct json *body;
    if (!auth_same_site(request)) { /* nobody may sign a visitor in to an account of their own */
        problem_write(request, response, PROBLEM_FORBIDDEN, PROBLEM(STR("header:Origin"), "origin", "is another site"));
        return;
    }
    if (!body_read(request, response, FIELDS, sizeof FIELDS / sizeof FIELDS[0], &body))
        return;
    log_in(request, response, api, body);
    json_free(body);
}

void session_log_out(const struct request *request, struct response *response, struct api *api)
{
    enum rc rc = RC_OK;
    if (request->caller.kind == CALLER_STAFF)
        rc = session_close(&api->env, auth_cookie(request), request->arena);
    if (rc != RC_OK && rc != RC_NOT_FOUND) {
        problem_from_rc(request, response, rc);
        return;
    }
    respond_empty(response);
    auth_set_cookie(request, response, STR(""));
}
