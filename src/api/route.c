/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/route.h"

#include "api/handlers.h"

#define V1 "/api/v1"

/* clang-format off */
const struct route ROUTES[] = {
    {METHOD_GET,    "/healthz",                       PERMIT_PUBLIC,   ROUTE_QUIET,              health_alive},
    {METHOD_GET,    "/readyz",                        PERMIT_PUBLIC,   ROUTE_QUIET,              health_ready},
    {METHOD_GET,    "/metrics",                       PERMIT_READ,     ROUTE_QUIET,              health_metrics},
    {METHOD_GET,    V1 "/session",                    PERMIT_VIEWER,   0,                        session_show},
    {METHOD_POST,   V1 "/session",                    PERMIT_PUBLIC,   ROUTE_JSON,               session_log_in},
    {METHOD_DELETE, V1 "/session",                    PERMIT_VIEWER,   0,                        session_log_out},
    {METHOD_GET,    V1 "/clients",                    PERMIT_READ,     0,                        clients_list},
    {METHOD_POST,   V1 "/clients",                    PERMIT_INGEST,   ROUTE_JSON | ROUTE_KEY,   clients_create},
    {METHOD_GET,    V1 "/clients/{id}",               PERMIT_READ,     0,                        clients_show},
    {METHOD_PUT,    V1 "/clients/{id}",               PERMIT_INGEST,   ROUTE_JSON,               clients_put},
    {METHOD_PATCH,  V1 "/clients/{id}",               PERMIT_REVIEWER, ROUTE_JSON | ROUTE_MATCH, clients_patch},
    {METHOD_DELETE, V1 "/clients/{id}",               PERMIT_ADMIN,    0,                        clients_erase},
    {METHOD_GET,    V1 "/clients/{id}/orders",        PERMIT_READ,     0,                        client_orders},
    {METHOD_GET,    V1 "/clients/{id}/emails",        PERMIT_READ,     0,                        client_emails},
    {METHOD_GET,    V1 "/clients/{id}/timeline",      PERMIT_READ,     0,                        client_timeline},
    {METHOD_GET,    V1 "/clients/{id}/score",         PERMIT_READ,     0,                        client_score},
    {METHOD_GET,    V1 "/clients/{id}/prompt",        PERMIT_REVIEWER, 0,                        client_prompt},
    {METHOD_GET,    V1 "/clients/{id}/export",        PERMIT_ADMIN,    0,                        client_export},
    {METHOD_POST,   V1 "/clients/{id}/draft",         PERMIT_REVIEWER, ROUTE_JSON | ROUTE_KEY,   client_draft},
    {METHOD_POST,   V1 "/orders",                     PERMIT_INGEST,   ROUTE_JSON | ROUTE_KEY,   orders_create},
    {METHOD_GET,    V1 "/orders/{id}",                PERMIT_READ,     0,                        orders_show},
    {METHOD_PUT,    V1 "/orders/{id}",                PERMIT_INGEST,   ROUTE_JSON,               orders_put},
    {METHOD_POST,   V1 "/orders/{id}/cancel",         PERMIT_INGEST,   ROUTE_KEY,                orders_cancel},
    {METHOD_POST,   V1 "/batch",                      PERMIT_INGEST,   ROUTE_NDJSON | ROUTE_KEY, batch_post},
    {METHOD_GET,    V1 "/backlog",                    PERMIT_READ,     0,                        backlog_show},
    {METHOD_POST,   V1 "/backlog/release",            PERMIT_ADMIN,    ROUTE_JSON | ROUTE_KEY,   backlog_release_some},
    {METHOD_GET,    V1 "/products",                   PERMIT_READ,     0,                        products_list},
    {METHOD_PUT,    V1 "/products",                   PERMIT_INGEST,   ROUTE_JSON,               products_put},
    {METHOD_GET,    V1 "/emails",                     PERMIT_READ,     0,                        emails_list},
    {METHOD_GET,    V1 "/emails/{id}",                PERMIT_READ,     0,                        emails_show},
    {METHOD_GET,    V1 "/emails/{id}/html",           PERMIT_READ,     0,                        emails_html},
    {METHOD_GET,    V1 "/emails/{id}/text",           PERMIT_READ,     0,                        emails_text},
    {METHOD_GET,    V1 "/emails/{id}/raw",            PERMIT_READ,     0,                        emails_raw},
    {METHOD_POST,   V1 "/emails/{id}/approve",        PERMIT_REVIEWER, ROUTE_JSON | ROUTE_MATCH | ROUTE_KEY, emails_approve},
    {METHOD_POST,   V1 "/emails/{id}/undo",           PERMIT_REVIEWER, ROUTE_MATCH | ROUTE_KEY,              emails_undo},
    {METHOD_POST,   V1 "/emails/{id}/reject",         PERMIT_REVIEWER, ROUTE_JSON | ROUTE_MATCH | ROUTE_KEY, emails_reject},
    {METHOD_POST,   V1 "/emails/{id}/edit",           PERMIT_REVIEWER, ROUTE_JSON | ROUTE_MATCH | ROUTE_KEY, emails_edit},
    {METHOD_POST,   V1 "/emails/{id}/check",          PERMIT_REVIEWER, ROUTE_JSON,               emails_check},
    {METHOD_GET,    V1 "/emails/{id}/calls/{call_id}/raw", PERMIT_REVIEWER, 0,                   emails_call_raw},
    {METHOD_POST,   V1 "/emails/{id}/regenerate",     PERMIT_REVIEWER, ROUTE_JSON | ROUTE_BARE | ROUTE_MATCH | ROUTE_KEY, emails_regenerate},
    {METHOD_POST,   V1 "/emails/{id}/retry",          PERMIT_REVIEWER, ROUTE_MATCH | ROUTE_KEY,              emails_retry},
    {METHOD_POST,   V1 "/emails/{id}/resolve",        PERMIT_REVIEWER, ROUTE_JSON | ROUTE_MATCH | ROUTE_KEY, emails_resolve},
    {METHOD_GET,    V1 "/episodes",                   PERMIT_READ,     0,                        episodes_list},
    {METHOD_GET,    V1 "/dashboard",                  PERMIT_READ,     0,                        dashboard_show},
    {METHOD_GET,    V1 "/results",                    PERMIT_READ,     0,                        results_show},
    {METHOD_GET,    V1 "/pipeline",                   PERMIT_READ,     0,                        pipeline_show},
    {METHOD_GET,    V1 "/jobs",                       PERMIT_READ,     0,                        jobs_list},
    {METHOD_POST,   V1 "/jobs/{id}/redrive",          PERMIT_REVIEWER, ROUTE_KEY | ROUTE_LONG_ID, jobs_redrive},
    {METHOD_POST,   V1 "/jobs/{id}/dismiss",          PERMIT_REVIEWER, ROUTE_KEY | ROUTE_LONG_ID, jobs_dismiss},
    {METHOD_GET,    V1 "/policy",                     PERMIT_READ,     0,                        policy_show},
    {METHOD_PUT,    V1 "/policy",                     PERMIT_ADMIN,    ROUTE_JSON | ROUTE_MATCH, policy_put},
    {METHOD_POST,   V1 "/policy/preview",             PERMIT_READ,     ROUTE_JSON,               policy_preview},
    {METHOD_POST,   V1 "/policy/rotate-salt",         PERMIT_ADMIN,    ROUTE_JSON | ROUTE_MATCH, policy_rotate},
    {METHOD_GET,    V1 "/tuning",                     PERMIT_READ,     0,                        tuning_show},
    {METHOD_POST,   V1 "/tuning/run",                 PERMIT_ADMIN,    0,                        tuning_run},
    {METHOD_POST,   V1 "/tuning/confirm",             PERMIT_ADMIN,    ROUTE_JSON | ROUTE_MATCH, tuning_take},
    {METHOD_POST,   V1 "/tuning/decline",             PERMIT_ADMIN,    0,                        tuning_refuse},
    {METHOD_GET,    V1 "/offer-codes",                PERMIT_READ,     0,                        offer_codes_show},
    {METHOD_POST,   V1 "/offer-codes",                PERMIT_ADMIN,    ROUTE_JSON,               offer_codes_post},
    {METHOD_GET,    V1 "/audit",                      PERMIT_ADMIN,    0,                        audit_list},
    {METHOD_GET,    V1 "/audit/verify",               PERMIT_ADMIN,    0,                        audit_verify_show},
    {METHOD_GET,    V1 "/stream",                     PERMIT_READ,     0,                        stream_open},
    {METHOD_GET,    V1 "/staff",                      PERMIT_ADMIN,    0,                        staff_list},
    {METHOD_POST,   V1 "/staff",                      PERMIT_ADMIN,    ROUTE_JSON | ROUTE_KEY,   staff_create},
    {METHOD_PATCH,  V1 "/staff/{id}",                 PERMIT_ADMIN,    ROUTE_JSON | ROUTE_MATCH, staff_patch},
    {METHOD_GET,    V1 "/keys",                       PERMIT_ADMIN,    0,                        keys_list},
    {METHOD_POST,   V1 "/keys",                       PERMIT_ADMIN,    ROUTE_JSON,               keys_create},
    {METHOD_DELETE, V1 "/keys/{id}",                  PERMIT_ADMIN,    0,                        keys_revoke},
    {METHOD_GET,    V1 "/suppressions",               PERMIT_READ,     0,                        suppressions_list},
    {METHOD_POST,   V1 "/suppressions",               PERMIT_REVIEWER, ROUTE_JSON | ROUTE_KEY,   suppressions_create},
    {METHOD_POST,   V1 "/suppressions/list",          PERMIT_INGEST,   ROUTE_JSON | ROUTE_KEY,   suppressions_add_list},
    {METHOD_GET,    V1 "/tags",                       PERMIT_READ,     0,                        tags_list},
    {METHOD_POST,   V1 "/contacts-made",              PERMIT_INGEST,   ROUTE_JSON | ROUTE_KEY,   contacts_made_post},
    {METHOD_GET,    V1 "/feed",                       PERMIT_READ,     0,                        feed_show},
    {METHOD_GET,    V1 "/relay",                      PERMIT_READ,     0,                        relay_show},
    {METHOD_POST,   V1 "/relay/resume",               PERMIT_REVIEWER, ROUTE_KEY,                relay_resume_post},
    {METHOD_POST,   V1 "/relay/lift-brake",           PERMIT_ADMIN,    ROUTE_KEY,                relay_lift_brake},
    {METHOD_GET,    V1 "/kill-switch",                PERMIT_READ,     0,                        kill_switch_show},
    {METHOD_PUT,    V1 "/kill-switch",                PERMIT_REVIEWER, ROUTE_JSON,               kill_switch_put},
    {METHOD_POST,   V1 "/backup",                     PERMIT_SOCKET,   ROUTE_JSON,               backup_post},
    {METHOD_POST,   V1 "/bounce",                     PERMIT_SOCKET,   ROUTE_MESSAGE,            bounce_post},
    {METHOD_GET,    V1 "/clock",                      PERMIT_READ,     0,                        clock_show},
    {METHOD_POST,   V1 "/clock",                      PERMIT_ADMIN,    ROUTE_JSON,               clock_move},
    {METHOD_GET,    V1 "/ses-subscription",           PERMIT_ADMIN,    0,                        ses_subscription_show},
    {METHOD_POST,   V1 "/ses-subscription/confirm",   PERMIT_ADMIN,    ROUTE_JSON,               ses_subscription_post},
    {METHOD_POST,   "/hooks/delivery",                PERMIT_DELIVERY, ROUTE_JSON | ROUTE_OPEN,  hooks_delivery},
    {METHOD_POST,   "/hooks/ses",                     PERMIT_PUBLIC,   ROUTE_OPEN,               hooks_ses},
    {METHOD_GET,    "/u/{token}",                     PERMIT_PUBLIC,   ROUTE_OPEN,               preferences_page},
    {METHOD_POST,   "/u/{token}",                     PERMIT_PUBLIC,   ROUTE_OPEN,               preferences_post},
    {METHOD_GET,    "/c/{token}",                     PERMIT_PUBLIC,   ROUTE_OPEN,               click_redirect},
    {METHOD_GET,    "/why/{token}",                   PERMIT_PUBLIC,   ROUTE_OPEN,               why_page},
};
/* clang-format on */
const size_t ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0];

/* Piece by piece; {…} takes one piece that is not empty. */
static bool matches(const char *pattern, struct str path, struct str *params)
{
    size_t count = 0;
    struct str left = str_of(pattern), right = path;
    while (!str_is_none(left) && !str_is_none(right)) {
        struct str want = str_cut(&left, '/'), have = str_cut(&right, '/');
        if (want.len > 0 && want.ptr[0] == '{') {
            if (have.len == 0)
                return false;
            params[count++] = have;
        } else if (!str_equal(want, have)) {
            return false;
        }
    }
    return str_is_none(left) && str_is_none(right);
}

const struct route *route_find(enum method method, struct str path, struct str *params, unsigned *allowed)
{
    const struct route *found = NULL;
    enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;
    *allowed = 0;
    for (size_t k = 0; k < ROUTE_PARAMS; k++)
        params[k] = STR_NONE;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        struct str pieces[ROUTE_PARAMS] = {STR_NONE, STR_NONE};
        if (!matches(ROUTES[i].pattern, path, pieces))
            continue;
        *allowed |= 1u << ROUTES[i].method;
        for (size_t k = 0; k < ROUTE_PARAMS; k++)
            params[k] = pieces[k];
        if (ROUTES[i].method == wanted)
            found = &ROUTES[i];
    }
    return found;
}

size_t route_body_max(const struct route *route)
{
    if ((route->flags & ROUTE_NDJSON) != 0)
        return ROUTE_BATCH_MAX;
    return (route->flags & (ROUTE_JSON | ROUTE_MESSAGE)) != 0 ? ROUTE_BODY_MAX : ROUTE_FORM_MAX;
}

bool route_is_reserved(struct str path)
{
    static const struct str FIRST[] = {STR_INIT("api"),   STR_INIT("u"),       STR_INIT("c"),      STR_INIT("why"),
                                       STR_INIT("hooks"), STR_INIT("healthz"), STR_INIT("readyz"), STR_INIT("metrics")};
    struct str rest = path;
    str_cut(&rest, '/'); /* the empty piece before the first slash */
    struct str first = str_cut(&rest, '/');
    for (size_t i = 0; i < sizeof FIRST / sizeof FIRST[0]; i++) {
        if (str_equal(first, FIRST[i]))
            return true;
    }
    return false;
}
