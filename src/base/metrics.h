/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counters, gauges and latency histograms in Prometheus text format. Names are static literals; a series is made at its
 * first use and never dies. Labels are one literal string, e.g. "kind=\"score\"" or NULL. Self-locking, any thread. */
#ifndef REKINDLE_BASE_METRICS_H
#define REKINDLE_BASE_METRICS_H

#include <stdint.h>

#include "base/buf.h"

void metrics_add(const char *name, const char *labels, int64_t delta); /* counter: name ends in _total */
void metrics_set(const char *name, const char *labels, double value);  /* gauge */
/* Histogram with buckets 1,2,5 x 10^k from 1 ms to 100 s; name ends in _seconds. */
void metrics_observe(const char *name, const char *labels, double seconds);
void metrics_write(struct buf *out);     /* the /metrics page */
int64_t metrics_total(const char *name); /* a counter now, over all its labels; 0 when it was never added to */

#endif
