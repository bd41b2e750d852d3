/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A shop's history as it can be replayed: per client the days on which it ordered, with their values. All counting orders of
 * one day (shop's zone) are one visit, as in core/score.h; a visit's value is the sum of its known ones. Clients stand in the
 * order of a number drawn from their id, so neither the order of rows nor of clients changes any result, and the first so
 * many clients are a fixed random sample. Pure; one thread. */
#ifndef REKINDLE_CORE_REPLAY_H
#define REKINDLE_CORE_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define REPLAY_DAY_NONE INT32_MIN

/* Borrowed arrays; days are whole days since 1970-01-01 on the shop's calendar. */
struct replay_history {
    size_t client_count, visit_count;
    size_t order_count;         /* counting orders that went in */
    const uint32_t *first;      /* [client_count + 1]: visits of client c are first[c] up to first[c + 1] */
    const int32_t *day;         /* [visit_count], ascending within a client */
    const int64_t *value_minor; /* [visit_count], I64_NONE = not known */
    int32_t from_day, to_day;   /* of the first and the last visit; REPLAY_DAY_NONE without visits */
    struct str currency;        /* ISO 4217, of the values */
};

/* Orders dated before 1980 are slips (the first day computers count from, a year of two digits); one of them would stretch a
 * history over decades in which nothing happened. Who fills a builder leaves them out. */
#define REPLAY_DAY_FIRST 3652

/* Collects orders, in any order. `(struct replay_builder){0}` is empty; nothing in it is to be read. */
struct replay_builder {
    struct replay_row *rows;
    size_t row_count, row_capacity;
    struct replay_id *ids; /* open addressing by hash */
    size_t id_count, id_capacity;
    struct arena texts;
};

/* One counting order (order_is_visit) of a client: its day in the shop's zone and its value (order_value_minor), I64_NONE when
 * unknown. The id is copied. */
void replay_add(struct replay_builder *builder, struct str client_id, int32_t day, int64_t value_minor);
/* The history of what was added, arrays in the arena; empties the builder. */
void replay_finish(struct replay_builder *builder, struct str currency, struct arena *arena,
                   struct replay_history *out);
void replay_builder_clear(struct replay_builder *builder);

/* The first `clients` clients as a history of its own that borrows the arrays of `history`; all of it when that has no more.
 * Its days stay those of the whole. */
struct replay_history replay_sample(const struct replay_history *history, size_t clients);

#endif
