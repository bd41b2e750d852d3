/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether a mail that may be sent may leave now: the relay stop, the warm-up ramp and the pace, in that order. None of them
 * is about this email, so none changes its state; it waits, and says for what. */
#ifndef REKINDLE_STEP_SEND_TURN_H
#define REKINDLE_STEP_SEND_TURN_H

#include "core/email.h"
#include "step/batch.h"
#include "step/guard.h"
#include "step/relay_stop.h"

struct send_turn {
    const char *rule; /* what it waits for: "relay_stopped", "warm_up", "relay_slowed", "pace"; NULL: it may leave */
    int64_t until;    /* when to look again */
    bool trial;       /* it is the one message that a stopped relay is tried with */
    struct relay_stop stop;
    int64_t day; /* of the shop; what is counted is counted there */
    bool counts; /* live: it takes a place of the day's */
    bool first;  /* of all live mails */
    bool inside; /* of the pace's places: send_turn_end leaves */
};
/* In whatever way it ends, send_turn_end follows, after the intent's commit or instead of it. */
enum rc send_turn_take(const struct step_env *env, const struct email *email, const struct guard *guard,
                       struct arena *arena, struct send_turn *out);
/* The same for a letter that was asked for and is no advertising (a copy of somebody's data): the relay stop and the pace; no
 * place of the day is taken, and a stopped relay is not tried with it. Nothing follows. */
enum rc send_turn_letter(const struct step_env *env, struct str recipient, struct arena *arena, struct send_turn *out);
/* What the relay's answer says to all senders of this process: go slower, or on. After the answer, whatever it was. */
void send_turn_heard(const struct step_env *env, const struct reply *reply);
/* What the turn writes, into the batch of the intent: counted before it leaves, so that a crash counts too much, never too
 * little. */
void send_turn_add(const struct step_env *env, struct batch *batch, const struct send_turn *turn, struct arena *arena);
void send_turn_end(const struct step_env *env, struct send_turn *turn);
/* The relay did not take it after all: its place of the day is free again. Into the batch of the result. */
void send_turn_give_back(struct batch *batch, const struct send_turn *turn, struct arena *arena);

/* The ramp of today, for who looks at it. */
struct ramp_state {
    int64_t limit; /* RAMP_NO_LIMIT */
    int64_t sent_today;
};
enum rc ramp_read(const struct step_env *env, struct arena *arena, struct ramp_state *out);

#endif
