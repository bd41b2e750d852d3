/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An evaluation's totals, as JSON and as text for a terminal, at most 100 columns wide but for details. */
#ifndef REKINDLE_MAIN_EVAL_REPORT_H
#define REKINDLE_MAIN_EVAL_REPORT_H

#include "base/buf.h"
#include "main/eval_score.h"

/* {"brief_id","label","hard":[codes],"soft":[codes]} and a line end. Each code once, in the rules' order. */
void eval_line_to_json(const struct eval_reply *reply, const struct check_findings *findings, struct buf *out);
/* {"totals":{...}} and a line end. */
void eval_totals_to_json(struct eval_score *score, struct buf *out);
void eval_table(struct eval_score *score, struct buf *out);

#endif
