/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Edits: what people changed in a draft, kept with the email as a JSON array of
 *   {"at","by","changes":[{"field","before","after"}]}
 * Fields are "subject", "preheader", "paragraphs/0" (its text) and "paragraphs/0/facts" (the ids it cites, "F1 F2"). `before` is
 * null for a paragraph that was added, `after` for one taken out. */
#ifndef REKINDLE_CORE_EDITS_H
#define REKINDLE_CORE_EDITS_H

#include "core/draft.h"

struct edit_entry {
    struct str by; /* who, as in approvals */
    int64_t at;
    const struct draft *before, *after;
};
/* `edits` with the entry at its end; as it is when nothing was changed, or when it is no array. In the arena. */
struct str edits_append(struct str edits, const struct edit_entry *entry, struct arena *arena);

#endif
