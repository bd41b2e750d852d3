/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What admins do: staff, keys, sessions, policy, kill switch, and what everyone may ask of the feed watch. Durable. */
#ifndef REKINDLE_STEP_ADMIN_ACTS_H
#define REKINDLE_STEP_ADMIN_ACTS_H

#include "core/feed_watch.h"
#include "core/records_small.h"
#include "step/env.h"

/* Each act on people and keys is in the audit log, without address, name or secret. `actor`: staff id, "key:ID" or "cli". */
struct staff_change {
    struct str actor;
    struct str id;              /* of staff_update */
    struct str email, password; /* of staff_add */
    enum role role;
    bool disabled; /* of staff_update */
};
/* RC_CONFLICT when the address has an account. Passwords: at least 10 bytes, RC_INVALID otherwise. */
enum rc staff_add(const struct step_env *env, const struct staff_change *change, struct arena *arena,
                  struct staff *out);
enum rc staff_update(const struct step_env *env, const struct staff_change *change, struct arena *arena,
                     struct staff *out);
/* Checks the password in the same time whether or not the account exists. RC_DENIED. */
enum rc staff_login(const struct step_env *env, struct str email, struct str password, struct arena *arena,
                    struct staff *out);
/* *cookie is the secret for the browser; the store keeps its digest. 12 h of real time. */
enum rc session_open(const struct step_env *env, const struct staff *staff, struct arena *arena, struct session *out,
                     struct str *cookie);
enum rc session_find(const struct step_env *env, struct str cookie, struct arena *arena, struct session *session,
                     struct staff *staff);
enum rc session_close(const struct step_env *env, struct str cookie, struct arena *arena);

struct key_change {
    struct str actor, name;
    enum key_scope scope;
};
/* *token = "rk_" + id + "_" + secret, shown once. */
enum rc key_create(const struct step_env *env, const struct key_change *change, struct arena *arena,
                   struct api_key *out, struct str *token);
enum rc key_find(const struct step_env *env, struct str token, struct arena *arena,
                 struct api_key *out); /* RC_DENIED */
enum rc key_revoke(const struct step_env *env, struct str id, struct str actor, struct arena *arena);

/* Who decides, and what they saw. */
struct policy_act {
    struct str actor;  /* staff id, "key:ID" or "rekindle" */
    struct str reason; /* kept in the audit log; absent when none is asked for */
    int64_t expect;    /* the version of the policy they saw: RC_CONFLICT when it moved on */
};
/* Saves a checked policy body, with the changed members in the audit log. Another threshold or detector re-arms every timer
 * by a background walk, without a burst; another stated usual gap has the shop scale looked at. Turning drafting on while
 * the first proposal of a detector waits is a decision for the one in force: the proposal is declined. RC_DENIED for another
 * holdout salt: arms are drawn anew only on purpose, by policy_rotate_salt. */
enum rc policy_save(const struct step_env *env, const struct policy *policy, const struct policy_act *act,
                    struct arena *arena, struct policy *out);
/* A new random salt: another draw of all arms and a new period of the proof. Episodes admitted before keep theirs. */
enum rc policy_rotate_salt(const struct step_env *env, const struct policy_act *act, struct arena *arena,
                           struct policy *out);
/* Makes the first policy (random salt, drafting off) when there is none. */
enum rc policy_ensure(const struct step_env *env, struct arena *arena);

enum rc kill_switch_set(const struct step_env *env, bool on, struct str reason, struct str actor, struct arena *arena);
enum rc kill_switch_get(const struct step_env *env, struct arena *arena, bool *on, struct str *json);

/* The feed watch's verdict now, from sources, newest order and usual rates. */
enum rc feed_verdict_now(const struct step_env *env, const struct policy *policy, struct arena *arena,
                         struct feed_verdict *out);

/* An answer kept for an Idempotency-Key: RC_OK with *out, RC_NOT_FOUND. */
enum rc answer_find(const struct step_env *env, struct str id, struct arena *arena, struct answer *out);
/* Keeps the answer of an act that is done and has no record of its own to keep it with. created_at is set here. */
enum rc answer_keep(const struct step_env *env, const struct answer *answer, struct arena *arena);

#endif
