/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counts followed links beside the redirect: a click is noted in memory and written by a thread of its own, so that neither a
 * slow disk nor a long load keeps anybody from the shop's page. Clicks may be lost (a full list, a crash): nothing rests on
 * them. Any thread. */
#ifndef REKINDLE_API_CLICK_COUNT_H
#define REKINDLE_API_CLICK_COUNT_H

#include "step/env.h"

struct click_count;
struct click_count *click_count_start(const struct step_env *env); /* env outlives it */
/* Writes what is noted, then ends and frees; accepts NULL. */
void click_count_stop(struct click_count *count);
/* Never waits for a disk. A click noted while the list is full is dropped, and counted as such. */
void click_count_note(struct click_count *count, struct str email_id, bool machine);

#endif
