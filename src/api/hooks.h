/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the hooks share: recording reports of delivery one by one, and the answer that counts what became of them. */
#ifndef REKINDLE_API_HOOKS_H
#define REKINDLE_API_HOOKS_H

#include "api/context.h"
#include "core/provider.h"

/* A report that was not taken. */
struct hook_rejected {
    struct str id;
    const char *rule, *detail;
};
struct hook_tally {
    struct str source; /* "hook", "hook:postmark", "ses" */
    int64_t accepted, repeated, ignored;
    struct hook_rejected *rejected; /* room for all reports, in the request's arena */
    size_t rejected_count;
    bool is_busy; /* for some the moment was bad: the whole is to be said again, and counts once */
};
void hook_tally_init(struct hook_tally *tally, struct str source, size_t reports, struct arena *arena);
/* Records one report, about `email_id` or, when that is absent, about the email of its token. RC_OK when it was counted, as
 * whatever; a fault of the store otherwise. */
enum rc hook_record(struct api *api, const struct report *report, struct str email_id, struct arena *arena,
                    struct hook_tally *tally);
/* 200 with the counts, or 503 when some must be said again. */
void hook_answer(const struct request *request, struct response *response, const struct hook_tally *tally);

#endif
