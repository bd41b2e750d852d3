/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What tokens cost. Prices are whole picodollars (1e-12 USD) a token, so that no price in use is rounded: 1 USD a million
 * tokens is 1,000,000. Costs are whole microdollars, rounded up: what is counted is never less than what is paid. Pure. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_PRICE_H
#define REKINDLE_ADAPTER_OPENROUTER_PRICE_H

#include "base/json.h"
#include "base/rc.h"
#include "base/str.h"

struct price {
    int64_t prompt_pico, completion_pico; /* a token */
    int64_t request_pico;                 /* a request, on top; 0 as a rule */
};

/* "3,15": USD a million prompt tokens, and completion tokens. At most 6 decimals, at most 1,000,000. RC_INVALID otherwise. */
enum rc price_from_pair(struct str text, struct price *out);
/* USD a token as the service lists it: a JSON string ("0.00000015") or number. RC_INVALID when negative or no number;
 * absent and null are RC_NOT_FOUND. Rounded up to a picodollar. */
enum rc price_from_json(const struct json *usd, int64_t *pico);
/* USD a million tokens, for the request's ceiling. */
double price_per_million(int64_t pico);
int64_t price_cost_microusd(const struct price *price, int64_t prompt_tokens, int64_t completion_tokens);
/* A sum of dollars as the service states it. A millionth of a microdollar above a whole one is the double's own noise. */
int64_t price_microusd(double usd);

#endif
