/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A backtest as text for a terminal, at most 100 columns wide: what a shop owner reads. */
#ifndef REKINDLE_MAIN_BACKTEST_TABLE_H
#define REKINDLE_MAIN_BACKTEST_TABLE_H

#include "base/buf.h"
#include "core/tune.h"
#include "main/backtest_shop.h"

/* What there is to show. */
struct backtest_show {
    struct str currency;
    const struct backtest_report *report;  /* the detector reported first: tuned, or the only one */
    const struct backtest_report *untuned; /* the default beside it, when another was chosen; NULL */
    const struct tune_result *tuning;      /* NULL without --tune */
    const struct shop_outlook *outlook;    /* of report */
    const struct shop_assumptions *assumptions;
};
void table_write(const struct backtest_show *show, struct buf *out);

/* How many clients a sample of at most `most` has. */
size_t table_sample(const struct backtest_report *report, size_t most);
/* What was worked out on a sample; absent when all was on all clients. In the arena. */
struct str table_samples(const struct backtest_show *show, struct arena *arena);

/* "score under 50", "chance under 5 %" */
struct str table_detector(const struct walk_detector *detector, struct arena *arena);
/* "9.8 %", "-" when there is nothing to say; so too the others. */
struct str table_percent(double share, struct arena *arena);
struct str table_number(double number, int digits, struct arena *arena); /* thousands are grouped by commas */

#endif
