/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Currencies (ISO 4217): which codes are in use and how many digits their minor unit has. Money is an integer in minor
 * units everywhere; only the edges (CSV, text of an email) see major units. Pure. */
#ifndef REKINDLE_CORE_CURRENCY_H
#define REKINDLE_CORE_CURRENCY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

/* Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD; -1 when the code is not in use. Case matters. */
int currency_exponent(struct str code);

/* "EUR 12.50", "JPY 1250", "-EUR 0.05": plain text for logs, CSV and staff, the same everywhere. An unknown code counts as
 * two digits. In the arena. */
struct str money_text(int64_t amount_minor, struct str currency, struct arena *arena);

/* Reads an amount in major units ("12.5", "1250", "-0.05"; '.' only, no thousands separators, at most the currency's
 * digits, further zeros allowed) as minor units. RC_INVALID otherwise or beyond 63 bits; *out untouched then. */
enum rc money_from_text(struct str text, struct str currency, int64_t *out);

#endif
