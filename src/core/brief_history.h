/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the brief: what a client's orders tell, before anything is chosen to be said. Only core/brief.c uses it. */
#ifndef REKINDLE_CORE_BRIEF_HISTORY_H
#define REKINDLE_CORE_BRIEF_HISTORY_H

#include "core/brief.h"

#define BRIEF_CATEGORIES_MAX 3

/* Everything bought, newest first. What came back or never left is in `ids` and `titles` (not to be offered again), not in
 * `kept` (no pleasant memory, not to be named). Texts in the arena. */
struct brief_bought {
    struct str *ids;
    size_t id_count;
    struct str *titles; /* folded */
    size_t title_count;
    struct str *kept; /* titles as the catalogue has them; an item that it does not know is not named */
    size_t kept_count;
};
/* True when the catalogue or an order of the shop's knows the category: a preferred one that neither knows may be words that
 * a visitor typed into a form, and leaves neither in a draft nor in a request. */
bool brief_knows_category(const struct brief_input *input, struct str name, struct arena *arena);
void brief_read_bought(const struct brief_input *input, struct arena *arena, struct brief_bought *out);
/* By id, or by title: the same product may come back under another id. */
bool brief_was_bought(const struct brief_bought *bought, const struct product *product, struct arena *arena);

#endif
