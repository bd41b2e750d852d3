/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/price.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define PICO_A_MICRO 1000000
#define USD_A_MILLION_MAX 1000000
#define USD_MAX 1e9 /* above it a sum is nonsense */

/* "3", "0.15": whole and up to 6 decimals, as millionths. */
static enum rc millionths(struct str text, int64_t *out)
{
    struct str decimals = text, whole = str_cut(&decimals, '.');
    int64_t units = 0, fraction = 0;
    if (str_to_i64(whole, &units) != RC_OK || units < 0 || units > USD_A_MILLION_MAX || whole.ptr[0] == '-')
        return RC_INVALID;
    if (!str_is_none(decimals)) {
        if (decimals.len == 0 || decimals.len > 6 || decimals.ptr[0] == '-' || str_to_i64(decimals, &fraction) != RC_OK)
            return RC_INVALID;
        for (size_t digits = decimals.len; digits < 6; digits++)
            fraction *= 10;
    }
    *out = units * 1000000 + fraction;
    return RC_OK;
}

enum rc price_from_pair(struct str text, struct price *out)
{
    struct str completion = text, prompt = str_cut(&completion, ',');
    struct price price = {0};
    if (str_is_none(completion) || millionths(str_trim(prompt), &price.prompt_pico) != RC_OK ||
        millionths(str_trim(completion), &price.completion_pico) != RC_OK)
        return RC_INVALID;
    *out = price;
    return RC_OK;
}

/* A number in text, with a point whatever the locale: the program never sets one. */
static enum rc number_of(struct str text, double *out)
{
    char *copy = str_dup(text), *end = copy;
    *out = strtod(copy, &end);
    enum rc rc = text.len > 0 && *end == '\0' && isfinite(*out) ? RC_OK : RC_INVALID;
    mem_free(copy);
    return rc;
}

enum rc price_from_json(const struct json *usd, int64_t *pico)
{
    double dollars = json_number(usd);
    if (usd == NULL || json_is(usd, JSON_NULL))
        return RC_NOT_FOUND;
    if (json_is(usd, JSON_STRING) ? number_of(json_str(usd), &dollars) != RC_OK
                                  : !json_is(usd, JSON_INT) && !json_is(usd, JSON_REAL))
        return RC_INVALID;
    if (!(dollars >= 0 && dollars <= USD_A_MILLION_MAX))
        return RC_INVALID;
    *pico = (int64_t)ceil(dollars * 1e12 * (1 - 1e-12));
    return RC_OK;
}

double price_per_million(int64_t pico) { return (double)pico / PICO_A_MICRO; }

int64_t price_cost_microusd(const struct price *price, int64_t prompt_tokens, int64_t completion_tokens)
{
    int64_t pico = price->request_pico + price->prompt_pico * prompt_tokens +
                   price->completion_pico * completion_tokens;
    return (pico + PICO_A_MICRO - 1) / PICO_A_MICRO;
}

int64_t price_microusd(double usd)
{
    if (!(usd > 0))
        return 0;
    return (int64_t)ceil((usd < USD_MAX ? usd : USD_MAX) * 1e6 - 1e-6);
}
