/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer as people see it: on the Pipeline page, in the banner of every page, in /readyz and /metrics. One reading of
 * its state for all of them, so that no two places disagree. */
#ifndef REKINDLE_API_WRITER_VIEW_H
#define REKINDLE_API_WRITER_VIEW_H

#include "api/context.h"
#include "base/json.h"
#include "port/writer.h"

/* The writer's state with a sentence wherever it is not ok. A program without a writer shows as an idle one of its kind. */
void writer_look(const struct api *api, struct arena *arena, struct writer_state *out);
/* {state,detail}: enough for a banner. */
void writer_write_health(const struct writer_state *state, struct json_out *out);
/* The whole of PipelineWriter in openapi.yaml, with the money of the running UTC day. */
enum rc writer_write(const struct api *api, struct arena *arena, struct json_out *out);
/* Sets the gauges rekindle_writer_*, and through step/budget.h rekindle_budget_*. */
void writer_gauge(const struct api *api, struct arena *arena);

#endif
