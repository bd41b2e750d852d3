/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A backtest as one HTML file that needs nothing else: no scripts, charts inline, light and dark, printable. */
#ifndef REKINDLE_MAIN_BACKTEST_HTML_H
#define REKINDLE_MAIN_BACKTEST_HTML_H

#include "main/backtest_table.h"

/* `file` is the name of the orders' file, any bytes; report->frontier should be filled. */
void html_write(const struct backtest_show *show, struct str file, struct buf *out);
/* Appends text with &, <, > and quotes escaped; bytes that are no UTF-8 and control characters become "?". */
void html_add(struct buf *out, struct str text);

#endif
