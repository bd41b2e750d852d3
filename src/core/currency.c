/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The ISO 4217 list of 2025 without funds, metals and test codes: money a shop can take. Sorted, searched by halving. */
#include "core/currency.h"

#include <inttypes.h>
#include <string.h>

struct currency {
    char code[4];
    signed char exponent;
};

/* BGN and ANG were replaced in 2025 and 2026; histories still hold them. */
static const struct currency CURRENCIES[] = {
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"ANG", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2},
    {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2}, {"BND", 2},
    {"BOB", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2}, {"BZD", 2}, {"CAD", 2}, {"CDF", 2},
    {"CHF", 2}, {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"CRC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0},
    {"DKK", 2}, {"DOP", 2}, {"DZD", 2}, {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2},
    {"GBP", 2}, {"GEL", 2}, {"GHS", 2}, {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2}, {"HKD", 2},
    {"HNL", 2}, {"HTG", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0},
    {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2}, {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0},
    {"KWD", 3}, {"KYD", 2}, {"KZT", 2}, {"LAK", 2}, {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3},
    {"MAD", 2}, {"MDL", 2}, {"MGA", 2}, {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2},
    {"MVR", 2}, {"MWK", 2}, {"MXN", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2},
    {"NPR", 2}, {"NZD", 2}, {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2},
    {"PYG", 0}, {"QAR", 2}, {"RON", 2}, {"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2}, {"SCR", 2},
    {"SDG", 2}, {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2}, {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2},
    {"SVC", 2}, {"SYP", 2}, {"SZL", 2}, {"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2},
    {"TTD", 2}, {"TWD", 2}, {"TZS", 2}, {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"UYU", 2}, {"UZS", 2}, {"VED", 2},
    {"VES", 2}, {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XCG", 2}, {"XOF", 0}, {"XPF", 0},
    {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2},
};

int currency_exponent(struct str code)
{
    if (str_is_none(code) || code.len != 3)
        return -1;
    size_t low = 0, high = sizeof(CURRENCIES) / sizeof(CURRENCIES[0]);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(code.ptr, CURRENCIES[middle].code, 3);
        if (order == 0)
            return CURRENCIES[middle].exponent;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

static int digits_of(struct str currency)
{
    int exponent = currency_exponent(currency);
    return exponent < 0 ? 2 : exponent;
}

struct str money_text(int64_t amount_minor, struct str currency, struct arena *arena)
{
    int digits = digits_of(currency);
    const char *sign = amount_minor < 0 ? "-" : "";
    /* INT64_MIN has no positive twin, its magnitude does */
    uint64_t amount = amount_minor < 0 ? 0 - (uint64_t)amount_minor : (uint64_t)amount_minor;
    uint64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    if (digits == 0)
        return arena_printf(arena, "%s%.*s %" PRIu64, sign, STR_ARG(currency), amount);
    return arena_printf(arena, "%s%.*s %" PRIu64 ".%0*" PRIu64, sign, STR_ARG(currency), amount / unit, digits,
                        amount % unit);
}

/* Appends one decimal digit to *value; false on overflow. Works on the negative side, which reaches one further. */
static bool push_digit(int64_t *negative, int digit)
{
    int64_t next;
    if (__builtin_mul_overflow(*negative, 10, &next) || __builtin_sub_overflow(next, digit, &next))
        return false;
    *negative = next;
    return true;
}

enum rc money_from_text(struct str text, struct str currency, int64_t *out)
{
    bool minus = text.len > 0 && text.ptr[0] == '-';
    int digits = digits_of(currency), after = -1, seen = 0; /* after: digits behind the point, -1 before it */
    int64_t negative = 0;
    for (size_t i = minus ? 1 : 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && after < 0 && seen > 0) {
            after = 0;
            continue;
        }
        if (c < '0' || c > '9')
            return RC_INVALID;
        seen++;
        if (after >= digits) { /* "12.500" euros say no more than "12.50" */
            if (c != '0')
                return RC_INVALID;
        } else if (!push_digit(&negative, c - '0')) {
            return RC_INVALID;
        }
        after += after >= 0;
    }
    if (seen == 0 || after == 0)
        return RC_INVALID;
    for (int i = after < 0 ? 0 : after; i < digits; i++)
        if (!push_digit(&negative, 0))
            return RC_INVALID;
    if (!minus && negative == INT64_MIN)
        return RC_INVALID;
    *out = minus ? negative : -negative;
    return RC_OK;
}
