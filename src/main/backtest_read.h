/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A file of orders on its way to a history for replay: a million rows in a second or two, nothing kept of a row but client,
 * day and value. Columns as `rekindle import orders` takes them (client_id and ordered_at must be there), with three
 * liberties for files that other programs write: an instant may lack its zone and is then the shop's own time, a total may
 * have more decimals than its currency and is rounded, and a client_id may be any text. One thread. */
#ifndef REKINDLE_MAIN_BACKTEST_READ_H
#define REKINDLE_MAIN_BACKTEST_READ_H

#include "core/replay.h"
#include "main/csv.h"
#include "main/options.h"

#define BACKTEST_REJECTS_SHOWN 5

struct backtest_reject {
    int64_t line;
    struct str why;
};
struct backtest_file {
    /* in */
    csv_read *read;
    void *read_ctx;
    const struct str_list *maps; /* of --map, "theirs=ours" */
    struct str time_zone;
    struct str currency; /* absent: that of the first row that names one, or USD. In another one a value is unknown. */
    int64_t latest_ms;   /* an order after this instant is rejected */
    /* out; texts in the arena */
    struct str ignored;  /* columns that mean nothing, absent = none */
    int64_t rows;        /* read = counted + not_counted + rejected */
    int64_t counted;     /* became visits */
    int64_t not_counted; /* cancelled or automatic */
    int64_t rejected;
    struct backtest_reject rejects[BACKTEST_REJECTS_SHOWN]; /* the first ones */
};
/* RC_INVALID for a header that will not do, RC_IO, RC_CORRUPT; *why is a sentence then. */
enum rc backtest_read(struct backtest_file *file, struct replay_builder *builder, struct arena *arena, struct str *why);

#endif
