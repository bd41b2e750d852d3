/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the handlers of one running API share. Constant after api_start but for the members that lock themselves. */
#ifndef REKINDLE_API_CONTEXT_H
#define REKINDLE_API_CONTEXT_H

#include "api/api.h"
#include "api/limiter.h"
#include "api/preview_walk.h"
#include "api/request.h"
#include "api/server.h"
#include "base/thread.h"

/* A request with an Idempotency-Key that runs now; lives on its handler's stack. */
struct running {
    struct running *next;
    struct str id;
};

/* Since when a dependency is in the state it is in, for /readyz. */
#define DEPENDENCIES 8
struct dependency_seen {
    int state;
    int64_t since_ms; /* monotonic; 0 = never looked */
};

/* The counted figures of Today, kept for a moment (api/dashboard.c). */
struct figures {
    int64_t at_ms;  /* monotonic; 0 = never counted */
    int64_t now_ms; /* domain time they were counted for */
    int64_t at_risk, due_this_week, backlog;
};

/* The last answer of GET /results for a window, kept for a moment (api/results.c). */
#define RESULT_WINDOWS 3
struct kept_results {
    struct buf text;
    int64_t mono_ms; /* 0 = none */
    int64_t now_ms, policy_version;
    bool is_walking; /* somebody makes a newer one */
};

struct api {
    struct step_env env;
    struct workers *workers;
    struct api_options options;
    struct server *server;
    struct click_count *clicks; /* locks itself */
    int64_t started_ms;         /* monotonic */

    struct lock lock; /* guards the rest */
    struct running *running;
    struct dependency_seen seen[DEPENDENCIES];
    struct figures figures;
    struct kept_results results[RESULT_WINDOWS];
    int logins_waiting;

    struct lock login_lock;                         /* one password at a time: argon2id takes 64 MB */
    struct limiter login_addresses, login_accounts; /* lock themselves */
    struct preview_desk preview;                    /* locks itself */
};

/* A handler fills the response; all it needs of the caller is checked before. */
typedef void handler(const struct request *request, struct response *response, struct api *api);

#endif
