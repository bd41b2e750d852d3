/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Start and stop, and the path of every request: route, door, caller, content type, If-Match, Idempotency-Key, handler,
 * the headers all answers have, one log line. */
#include "api/api.h"

#include "api/click_count.h"
#include "api/console.h"
#include "api/context.h"
#include "api/idempotency.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/route.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/utf8.h"

#define HANDLER_THREADS 16
#define CONNECTIONS 4096
#define PER_ADDRESS 1024
#define REQUEST_MS (30 * 1000)
#define BATCH_MS (300 * 1000)
#define ANSWER_MS (120 * 1000)
#define BODIES_MAX ((size_t)256 * 1024 * 1024)
#define LOGIN_WINDOW_MS (15 * 60 * 1000)
#define LOGINS_PER_PERSON 10
#define LOGINS_PER_SOURCE 50
#define JOB_ID_MAX 300
#define TOKEN_MAX 200
#define DROPPED_MAX (16 * 1024 * 1024) /* of a body over its limit; more, and the connection is cut */
#define NO_KEYS_BODY_MAX (64 * 1024)   /* what somebody without any credential may send */

/* --- the head: on a loop thread, without the store --------------------------------------------------------------- */

static bool has_credential(const struct request *request)
{
    return request->door == DOOR_SOCKET || !str_is_none(request_header(request, "Authorization")) ||
           !str_is_none(request_header(request, "Cookie"));
}

static void refuse_size(const struct request *request, struct response *response, size_t max)
{
    struct problem error = {STR(""), STR("length"), arena_printf(request->arena, "is over %zu bytes", max)};
    problem_write(request, response, PROBLEM_TOO_LARGE, error);
}

static void finish(struct api *api, const struct request *request, struct response *response);

static bool admit(void *ctx, const struct request *request, struct response *response, struct admission *out)
{
    struct api *api = ctx;
    struct str params[ROUTE_PARAMS];
    unsigned allowed;
    const struct route *route = route_find(request->method, request->path, params, &allowed);
    bool batch = route != NULL && (route->flags & ROUTE_NDJSON) != 0;
    /* Who asks with Expect hears before the body comes; others write it all first and listen then. */
    bool known = has_credential(request), asks = !str_is_none(request_header(request, "Expect"));
    *out = (struct admission){.body_max = route == NULL ? ROUTE_FORM_MAX : route_body_max(route),
                              .body_over = known ? DROPPED_MAX : NO_KEYS_BODY_MAX,
                              .body_ms = batch ? api->options.batch_ms : api->options.request_ms};
    if (request->overloaded)
        problem_wait(request, response, PROBLEM_UNAVAILABLE, 1000);
    else if (request->content_length > (int64_t)(out->body_max + (known && !asks ? out->body_over : 0)))
        refuse_size(request, response, out->body_max);
    else if (request->content_length > NO_KEYS_BODY_MAX && !known)
        problem_write(request, response, PROBLEM_UNAUTHORIZED,
                      PROBLEM(STR("header:Authorization"), "credential", "is missing or not valid"));
    else
        return true;
    finish(api, request, response);
    return false;
}

/* --- the whole request: on a handler thread ------------------------------------------------------------------------ */

static struct str allow_header(const struct request *request, unsigned allowed)
{
    struct buf text = {0};
    for (int method = METHOD_GET; method < METHOD_OPTIONS; method++) {
        bool here = (allowed & (1u << method)) != 0;
        if (method == METHOD_HEAD)
            here = (allowed & (1u << METHOD_GET)) != 0;
        if (here)
            buf_printf(&text, "%s, ", METHOD_WORDS[method]);
    }
    buf_add_c(&text, "OPTIONS");
    struct str result = arena_str(request->arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

/* No route for this method and path: the console, a list of methods, or nothing. */
static void answer_unrouted(struct api *api, const struct request *request, struct response *response, unsigned allowed)
{
    (void)api;
    bool reads = request->method == METHOD_GET || request->method == METHOD_HEAD;
    if (allowed != 0 && request->method == METHOD_OPTIONS) {
        respond_empty(response);
        response_header(response, "Allow", allow_header(request, allowed));
    } else if (allowed != 0) {
        problem_write(request, response, PROBLEM_METHOD, PROBLEM(STR(""), "method", "is not one of this address"));
        response_header(response, "Allow", allow_header(request, allowed));
    } else if (reads && request->door == DOOR_MAIN && !route_is_reserved(request->path)) {
        console_serve(request, response);
    } else {
        problem_write(request, response, PROBLEM_NOT_FOUND, PROBLEM(STR(""), "not_found", "is no address of this API"));
    }
}

static bool refuse_param(const struct request *request, struct response *response, const char *where)
{
    problem_write(request, response, PROBLEM_MALFORMED,
                  PROBLEM(str_of(where), "pattern", "must have 1 to 128 of A-Z a-z 0-9 . _ : -"));
    return false;
}

/* {id} must be an id, {token} is looked at by its handler; what comes second is an id too. */
static bool read_params(struct request *request, struct response *response, const struct str *raw)
{
    unsigned flags = request->route->flags;
    if (str_is_none(raw[0]))
        return true;
    bool good = request_decode(raw[0], request->arena, &request->param) == RC_OK;
    if ((flags & ROUTE_OPEN) != 0) {
        if (!good || request->param.len > TOKEN_MAX)
            request->param = STR("");
        return true;
    }
    if ((flags & ROUTE_LONG_ID) != 0)
        good = good && request->param.len <= JOB_ID_MAX && utf8_is_valid(request->param) &&
               !utf8_has_control(request->param);
    else
        good = good && id_is_valid(request->param);
    if (!good)
        return refuse_param(request, response, "path:id");
    if (str_is_none(raw[1]))
        return true;
    good = request_decode(raw[1], request->arena, &request->part) == RC_OK && id_is_valid(request->part);
    return good || refuse_param(request, response, "path:call_id");
}

static bool check_type(const struct request *request, struct response *response)
{
    static const struct {
        unsigned flag;
        const char *type, *rule;
    } TYPES[] = {{ROUTE_JSON, "application/json", "must be application/json"},
                 {ROUTE_NDJSON, "application/x-ndjson", "must be application/x-ndjson"},
                 {ROUTE_MESSAGE, "message/rfc822", "must be message/rfc822"}};
    unsigned flags = request->route->flags;
    if ((flags & ROUTE_BARE) != 0 && request_is_bare(request))
        return true;
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if ((flags & TYPES[i].flag) == 0 || request_has_type(request, TYPES[i].type))
            continue;
        struct problem error = {STR("header:Content-Type"), STR("enum"), str_of(TYPES[i].rule)};
        problem_write(request, response, PROBLEM_WRONG_TYPE, error);
        return false;
    }
    return true;
}

static bool check_match(const struct request *request, struct response *response)
{
    int64_t version;
    return (request->route->flags & ROUTE_MATCH) == 0 || respond_if_match(request, response, &version);
}

static void answer_routed(struct api *api, struct request *request, struct response *response)
{
    const struct route *route = request->route;
    struct running running;
    if (!auth_check(api, request, response, route->permit) || !check_type(request, response) ||
        !check_match(request, response))
        return;
    if (!idempotency_begin(api, request, response, &running))
        return;
    route->handle(request, response, api);
    idempotency_end(api, request, response, &running);
}

/* Whether this door leads to the route. */
static bool is_open(const struct request *request, const struct route *route)
{
    if (request->door == DOOR_PUBLIC)
        return (route->flags & ROUTE_OPEN) != 0;
    return route->permit != PERMIT_SOCKET || request->door == DOOR_SOCKET;
}

static void answer(void *ctx, struct request *request, struct response *response)
{
    struct api *api = ctx;
    struct str raw[ROUTE_PARAMS];
    unsigned allowed;
    request->route = route_find(request->method, request->path, raw, &allowed);
    if (request->route != NULL && !is_open(request, request->route)) {
        request->route = NULL;
        allowed = 0;
    }
    if (request->body_too_large)
        refuse_size(request, response, request->route == NULL ? ROUTE_FORM_MAX : route_body_max(request->route));
    else if (request->route == NULL)
        answer_unrouted(api, request, response, allowed);
    else if (read_params(request, response, raw))
        answer_routed(api, request, response);
    finish(api, request, response);
}

/* --- what all answers have ------------------------------------------------------------------------------------------- */

static bool has_header(const struct response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (str_equal_nocase(response->headers[i].name, str_of(name)))
            return true;
    }
    return false;
}

static const char *status_label(int status)
{
    static const char *const LABELS[] = {"status=\"1xx\"", "status=\"2xx\"", "status=\"3xx\"", "status=\"4xx\"",
                                         "status=\"5xx\""};
    return LABELS[status >= 100 && status < 600 ? status / 100 - 1 : 4];
}

static void finish(struct api *api, const struct request *request, struct response *response)
{
    (void)api;
    int64_t took_ms = clock_mono() - request->started_ms;
    const char *pattern = request->route != NULL ? request->route->pattern : "-";
    response_header(response, "X-Request-Id", request->id);
    response_header(response, "X-Content-Type-Options", STR("nosniff"));
    if (!has_header(response, "Referrer-Policy"))
        response_header(response, "Referrer-Policy", STR("no-referrer"));
    if (!has_header(response, "Cache-Control"))
        response_header(response, "Cache-Control", STR("no-store"));
    if (!has_header(response, "Content-Security-Policy"))
        response_header(response, "Content-Security-Policy", STR("default-src 'none'; frame-ancestors 'none'"));
    metrics_add("rekindle_http_requests_total", status_label(response->status), 1);
    metrics_observe("rekindle_http_request_seconds", NULL, (double)took_ms / 1000);
    if (request->route != NULL && (request->route->flags & ROUTE_QUIET) != 0)
        log_debug("http_request", "method=%s route=%s status=%d ms=%lld request=" LOG_STR,
                  METHOD_WORDS[request->method], pattern, response->status, (long long)took_ms, LOG_ARG(request->id));
    else
        log_info("http_request", "method=%s route=%s status=%d ms=%lld request=" LOG_STR, METHOD_WORDS[request->method],
                 pattern, response->status, (long long)took_ms, LOG_ARG(request->id));
}

/* --- start and stop -------------------------------------------------------------------------------------------------- */

static int64_t or_default(int64_t value, int64_t fallback) { return value > 0 ? value : fallback; }

static struct server_options server_options_of(struct api *api)
{
    struct api_options *options = &api->options;
    options->request_ms = or_default(options->request_ms, REQUEST_MS);
    options->batch_ms = or_default(options->batch_ms, BATCH_MS);
    options->answer_ms = or_default(options->answer_ms, ANSWER_MS);
    return (struct server_options){
        .listen = str_is_none(options->listen) ? STR("127.0.0.1:8080") : options->listen,
        .public_listen = options->public_listen,
        .socket_path = options->socket_path,
        .handler_threads = (size_t)or_default(options->handler_threads, HANDLER_THREADS),
        .connections_max = (size_t)or_default(options->connections_max, CONNECTIONS),
        .connections_per_address = (size_t)or_default(options->connections_per_address, PER_ADDRESS),
        .head_ms = options->request_ms,
        .answer_ms = options->answer_ms,
        .bodies_max = BODIES_MAX,
        .admit = admit,
        .answer = answer,
        .ctx = api,
    };
}

static void release(struct api *api)
{
    click_count_stop(api->clicks);
    for (size_t i = 0; i < RESULT_WINDOWS; i++)
        buf_clear(&api->results[i].text);
    preview_desk_clear(&api->preview);
    limiter_clear(&api->login_addresses);
    limiter_clear(&api->login_accounts);
    lock_clear(&api->login_lock);
    lock_clear(&api->lock);
    mem_free(api);
}

enum rc api_start(const struct step_env *env, struct workers *workers, const struct api_options *options,
                  struct api **out, struct str *why)
{
    struct api *api = mem_new(1, sizeof *api);
    api->env = *env;
    api->workers = workers;
    api->options = *options;
    api->started_ms = clock_mono();
    lock_init(&api->lock);
    lock_init(&api->login_lock);
    preview_desk_init(&api->preview);
    limiter_init(&api->login_addresses, LOGINS_PER_SOURCE, LOGIN_WINDOW_MS);
    limiter_init(&api->login_accounts, LOGINS_PER_PERSON, LOGIN_WINDOW_MS);
    api->clicks = click_count_start(&api->env);
    struct server_options listen = server_options_of(api);
    enum rc rc = server_start(&listen, &api->server, why);
    if (rc != RC_OK) {
        release(api);
        return rc;
    }
    log_info("http_started", "port=%d public_port=%d", server_port(api->server), server_public_port(api->server));
    *out = api;
    return RC_OK;
}

void api_stop(struct api *api)
{
    if (api == NULL)
        return;
    preview_desk_stop(&api->preview);
    server_stop(api->server);
    log_info("http_stopped", "up_ms=%lld", (long long)(clock_mono() - api->started_ms));
    release(api);
}

int api_port(const struct api *api) { return server_port(api->server); }

int api_public_port(const struct api *api) { return server_public_port(api->server); }
