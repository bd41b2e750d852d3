/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long a purchase alone (soft opt-in, implied consent) lets a shop write, by the country of the client. A table with its
 * sources, in consent_rules.c; what is not in it is refused, never assumed. Consent that a person gave expressly, and a basis
 * that the shop does not state, are not looked at here. */
#ifndef REKINDLE_CORE_CONSENT_RULES_H
#define REKINDLE_CORE_CONSENT_RULES_H

#include <stdint.h>

#include "base/str.h"

enum consent_word {
    CONSENT_HOLDS,
    CONSENT_NO_RULE, /* no country is known, or none that the table has */
    CONSENT_RAN_OUT
};
/* `country`: ISO 3166-1 alpha-2, the client's or else the shop's; empty: unknown. `last_order_at`: of the client's last
 * purchase, ms since 1970; TIME_NONE when none is known, which lets a right that ends count as over. */
enum consent_word consent_rule_ask(struct str country, int64_t last_order_at, int64_t now_ms);

#endif
