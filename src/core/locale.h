/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Locale: the little that ICU must know of how a language writes. The process's own locale plays no part. Any thread. */
#ifndef REKINDLE_CORE_LOCALE_H
#define REKINDLE_CORE_LOCALE_H

#include "base/arena.h"
#include "base/str.h"

/* A day (days since 1970-01-01) as the locale writes it in full: "24. Dezember 2026". A locale that ICU does not know has
 * the form of its language, one of no language ICU's own. In the arena. */
struct str locale_date(struct str locale, int64_t day, struct arena *arena);
/* The text with its first letter large ("épices" is "Épices"); the text itself when that letter has no other form. */
struct str locale_capital(struct str text, struct arena *arena);

#endif
