/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The built-in writer: deterministic, facts only, no model. Several phrasings chosen by hash so that neighbours do not read
 * alike. In every language the program speaks. */
#ifndef REKINDLE_CORE_TEMPLATE_WRITER_H
#define REKINDLE_CORE_TEMPLATE_WRITER_H

#include "core/brief.h"
#include "core/draft.h"

/* RC_INVALID when the brief's locale is of no language we speak. Same brief, same bytes. */
enum rc template_write(const struct brief *brief, struct arena *arena, struct draft *out);

#endif
