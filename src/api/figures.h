/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers of clients by range of an index, counted up to a cap: no counter can hold them, as bands move with time alone. */
#ifndef REKINDLE_API_FIGURES_H
#define REKINDLE_API_FIGURES_H

#include "api/context.h"

#define FIGURES_CAP 10000   /* a figure that reaches it means "that many or more" */
#define FIGURES_FOR_MS 2000 /* how long counted figures are shown again */

/* Clients in band drifting, due moments of the next 7 days, clients in the backlog. */
enum rc figures_count(struct api *api, struct arena *arena, struct figures *out);

#endif
