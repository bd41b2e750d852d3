/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A record as a line of POST /api/v1/batch: the fields that a caller may set, in the order of the record's table. */
#ifndef REKINDLE_MAIN_BATCH_LINE_H
#define REKINDLE_MAIN_BATCH_LINE_H

#include "base/buf.h"
#include "core/record.h"

/* Appends {"order":{...}} and a line end. Absent fields are left out, but those that an upsert must name. */
void batch_line_add(enum record_kind kind, const void *record, struct buf *out);

#endif
