/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/auth.h"

#include "api/problem.h"
#include "base/hash.h"
#include "step/admin_acts.h"

const char *const PERMIT_WORDS[] = {"public", "viewer",   "read",   "ingest", "reviewer",
                                    "admin",  "delivery", "socket", NULL};

#define ROLE_BIT(role) (1u << (role))
#define KEY_BIT(scope) (1u << (8 + (scope)))
#define PEOPLE (ROLE_BIT(ROLE_VIEWER) | ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_ADMIN))

/* Which roles and scopes each permission admits. */
static const unsigned ADMITTED[PERMIT_COUNT] = {
    [PERMIT_PUBLIC] = ~0u,
    [PERMIT_VIEWER] = PEOPLE,
    [PERMIT_READ] = PEOPLE | KEY_BIT(KEY_READ) | KEY_BIT(KEY_ADMIN),
    [PERMIT_INGEST] = ROLE_BIT(ROLE_ADMIN) | KEY_BIT(KEY_INGEST) | KEY_BIT(KEY_ADMIN),
    [PERMIT_REVIEWER] = ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_ADMIN) | KEY_BIT(KEY_ADMIN),
    [PERMIT_ADMIN] = ROLE_BIT(ROLE_ADMIN) | KEY_BIT(KEY_ADMIN),
    [PERMIT_DELIVERY] = ROLE_BIT(ROLE_ADMIN) | KEY_BIT(KEY_DELIVERY) | KEY_BIT(KEY_ADMIN),
    [PERMIT_SOCKET] = 0,
};

#define COOKIE_SECURE "__Host-rk_session"
#define COOKIE_PLAIN "rk_session"
#define COOKIE_AGE (12 * 60 * 60) /* seconds; the session ends then too */

static bool is_admitted(const struct caller *caller, enum permit permit)
{
    switch (caller->kind) {
    case CALLER_SOCKET: return true;
    case CALLER_STAFF: return (ADMITTED[permit] & ROLE_BIT(caller->staff.role)) != 0;
    case CALLER_KEY: return (ADMITTED[permit] & KEY_BIT(caller->key.scope)) != 0;
    case CALLER_NONE: break;
    }
    return permit == PERMIT_PUBLIC;
}

/* The key of "Bearer KEY"; with `may_be_basic` also of "Basic base64(anybody:KEY)" (RFC 7617): a mail provider's webhook
 * can often say no more than what stands in an address. Elsewhere Basic is none, for a browser would send it by itself. */
static struct str read_key(struct str header, bool may_be_basic, struct arena *arena)
{
    struct str scheme = str_cut(&header, ' '), pair;
    if (str_equal_nocase(scheme, STR("Bearer")))
        return str_trim(header);
    if (!may_be_basic || !str_equal_nocase(scheme, STR("Basic")) ||
        hash_from_base64(str_trim(header), arena, &pair) != RC_OK)
        return STR_NONE;
    str_cut(&pair, ':');
    return pair;
}

/* RC_OK, RC_DENIED, or a fault of the store. */
static enum rc identify_key(struct api *api, struct request *request, struct str token)
{
    struct caller *caller = &request->caller;
    if (str_is_empty(token))
        return RC_DENIED;
    enum rc rc = key_find(&api->env, token, request->arena, &caller->key);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_DENIED : rc;
    caller->kind = CALLER_KEY;
    caller->name = arena_printf(request->arena, "key:%.*s", STR_ARG(caller->key.id));
    return RC_OK;
}

static enum rc identify_session(struct api *api, struct request *request, struct str cookie)
{
    struct caller *caller = &request->caller;
    enum rc rc = session_find(&api->env, cookie, request->arena, &caller->session, &caller->staff);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_DENIED : rc;
    caller->kind = CALLER_STAFF;
    caller->name = arena_printf(request->arena, "staff:%.*s", STR_ARG(caller->staff.id));
    return RC_OK;
}

static enum rc identify(struct api *api, struct request *request, enum permit permit)
{
    request->caller = (struct caller){.kind = CALLER_NONE, .name = STR("")};
    if (request->door == DOOR_SOCKET) {
        request->caller = (struct caller){.kind = CALLER_SOCKET, .name = STR("socket")};
        return RC_OK;
    }
    struct str header = request_header(request, "Authorization");
    if (!str_is_none(header))
        return identify_key(api, request, read_key(header, permit == PERMIT_DELIVERY, request->arena));
    struct str cookie = auth_cookie(request);
    return str_is_empty(cookie) ? RC_DENIED : identify_session(api, request, cookie);
}

static bool has_csrf(const struct request *request)
{
    struct str sent = request_header(request, "x-rk-csrf");
    struct str kept = request->caller.session.csrf;
    return sent.len == kept.len && kept.len > 0 && hash_equal(sent.ptr, kept.ptr, kept.len);
}

/* A cookie goes along with whatever a browser is made to send, so a write with it needs more. */
static bool check_forgery(const struct request *request, struct response *response)
{
    if (request->caller.kind != CALLER_STAFF || !request_is_write(request))
        return true;
    if (!auth_same_site(request)) {
        problem_write(request, response, PROBLEM_FORBIDDEN, PROBLEM(STR("header:Origin"), "origin", "is another site"));
        return false;
    }
    if (has_csrf(request))
        return true;
    problem_write(request, response, PROBLEM_FORBIDDEN,
                  PROBLEM(STR("header:x-rk-csrf"), "csrf", "is missing or not that of the session"));
    return false;
}

bool auth_check(struct api *api, struct request *request, struct response *response, enum permit permit)
{
    if (permit == PERMIT_PUBLIC)
        return true;
    enum rc rc = identify(api, request, permit);
    if (rc == RC_DENIED) {
        problem_write(request, response, PROBLEM_UNAUTHORIZED,
                      PROBLEM(STR("header:Authorization"), "credential", "is missing or not valid"));
        if (permit == PERMIT_DELIVERY) /* some senders give the login of their address only when asked */
            response_header(response, "WWW-Authenticate", STR("Basic realm=\"rekindle\""));
        return false;
    }
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return false;
    }
    if (!is_admitted(&request->caller, permit)) {
        struct problem error = {STR(""), STR("role"), arena_printf(request->arena, "needs %s", PERMIT_WORDS[permit])};
        problem_write(request, response, PROBLEM_FORBIDDEN, error);
        return false;
    }
    return check_forgery(request, response);
}

/* Host and port of an origin or a Host header, without the scheme. */
static struct str authority(struct str text)
{
    size_t at = str_find(text, STR("://"));
    return at == SIZE_MAX ? text : (struct str){text.ptr + at + 3, text.len - at - 3};
}

bool auth_same_site(const struct request *request)
{
    struct str site = request_header(request, "Sec-Fetch-Site");
    if (!str_is_none(site))
        return str_equal(site, STR("same-origin")) || str_equal(site, STR("none"));
    struct str origin = request_header(request, "Origin");
    if (str_is_none(origin))
        return true; /* not a browser */
    struct str host = request_header(request, "X-Forwarded-Host");
    if (str_is_none(host))
        host = request_header(request, "Host");
    return !str_is_none(host) && str_equal_nocase(authority(origin), host);
}

struct str auth_cookie(const struct request *request)
{
    struct str secure = request_cookie(request, COOKIE_SECURE);
    return str_is_none(secure) ? request_cookie(request, COOKIE_PLAIN) : secure;
}

/* Whether the browser speaks HTTPS, to us or to a proxy before us. */
static bool is_https(const struct request *request)
{
    return str_starts_with(request_header(request, "Origin"), STR("https://")) ||
           str_equal_nocase(request_header(request, "X-Forwarded-Proto"), STR("https")) ||
           !str_is_none(request_cookie(request, COOKIE_SECURE));
}

void auth_set_cookie(const struct request *request, struct response *response, struct str secret)
{
    bool https = is_https(request);
    response_header(response, "Set-Cookie",
                    arena_printf(request->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s",
                                 https ? COOKIE_SECURE : COOKIE_PLAIN, STR_ARG(secret),
                                 str_is_empty(secret) ? 0 : COOKIE_AGE, https ? "; Secure" : ""));
}

static bool is_loopback(struct str address)
{
    return str_starts_with(address, STR("127.")) || str_equal(address, STR("::1")) ||
           str_starts_with(address, STR("::ffff:127."));
}

struct str auth_address(const struct request *request)
{
    struct str forwarded = request_header(request, "X-Forwarded-For");
    if (str_is_none(forwarded) || !is_loopback(request->address))
        return request->address;
    struct str last = STR_NONE;
    while (!str_is_none(forwarded))
        last = str_trim(str_cut(&forwarded, ','));
    return last;
}
