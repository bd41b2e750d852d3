/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a page of clients or emails is shown with: policy, scale and the time, read once a request. And the JSON of a client
 * with its engagement, whose score, band and parts are computed here, when read. One thread, one request. */
#ifndef REKINDLE_API_VIEW_H
#define REKINDLE_API_VIEW_H

#include "base/json.h"
#include "core/client.h"
#include "core/engagement.h"
#include "core/policy.h"
#include "core/scale.h"
#include "core/score.h"
#include "step/env.h"

struct view {
    const struct step_env *env;
    struct arena *arena;
    struct policy policy;
    struct scale scale;
    int64_t now;
};

enum rc view_load(const struct step_env *env, struct arena *arena, struct view *out);

/* The engagement of a client, or one without visits when there is none yet. */
enum rc view_engagement(const struct view *view, struct str client_id, struct engagement *out);
/* The band shown: none without visits or for a client who objected to profiling. */
enum score_band view_band(const struct view *view, const struct client *client, const struct engagement *engagement);
/* The chance of return within CHANCE_RETURN_DAYS; NaN where it cannot be said. */
double view_chance(const struct view *view, const struct engagement *engagement);
/* The whole client of openapi.yaml. */
void view_client(const struct view *view, const struct client *client, const struct engagement *engagement,
                 struct json_out *out);
/* {first_name,last_name,email} of a client; all null when it is gone. */
enum rc view_person(const struct view *view, struct str client_id, struct json_out *out);
/* {recency,frequency,value} */
void view_parts(const struct score *score, struct json_out *out);
/* key + instant, null for TIME_NONE */
void view_time(const struct view *view, const char *name, int64_t at, struct json_out *out);
/* key + number as it is, null for NaN: whoever shows it rounds it */
void view_number(const char *name, double value, struct json_out *out);
/* key + number, null for I64_NONE */
void view_i64(const char *name, int64_t value, struct json_out *out);
/* key + a JSON array kept as text, [] where none is kept */
void view_list(const char *name, struct str list, struct json_out *out);

#endif
