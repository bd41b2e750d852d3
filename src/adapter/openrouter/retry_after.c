/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/retry_after.h"

#include "adapter/https/https_date.h"

#define EPOCH_SECONDS_MIN 1000000000LL
#define EPOCH_MS_MIN (EPOCH_SECONDS_MIN * 1000)
#define COUNT_MAX 100000000000000LL

/* Thousandths of a plain decimal number without a sign; what is finer is rounded up. */
static bool thousandths(struct str text, int64_t *out)
{
    struct str decimals = text, whole = str_cut(&decimals, '.');
    int64_t units, scale = 100;
    if (str_to_i64(whole, &units) != RC_OK || whole.ptr[0] == '-' || units > COUNT_MAX)
        return false;
    units *= 1000;
    for (size_t i = 0; i < decimals.len; i++, scale /= 10) {
        if (decimals.ptr[i] < '0' || decimals.ptr[i] > '9')
            return false;
        units += scale > 0 ? scale * (decimals.ptr[i] - '0') : 0;
    }
    *out = units;
    return true;
}

static int64_t within_a_day(int64_t ms) { return ms < 1 ? 1 : ms < RETRY_AFTER_MAX_MS ? ms : RETRY_AFTER_MAX_MS; }

static int64_t from_reset(int64_t count_thousandths, int64_t wall_ms)
{
    int64_t count = count_thousandths / 1000;
    if (count >= EPOCH_MS_MIN)
        return count - wall_ms;
    if (count >= EPOCH_SECONDS_MIN)
        return count_thousandths - wall_ms;
    return count_thousandths;
}

void retry_after_take(struct retry_after *said, struct str line, int64_t wall_ms)
{
    struct str value = line, name = str_trim(str_cut(&value, ':'));
    int64_t number = 0, instant;
    value = str_trim(value);
    bool is_number = value.len > 0 && thousandths(value, &number);
    if (str_equal_nocase(name, STR("retry-after-ms")) && is_number)
        said->in_ms = within_a_day(number / 1000);
    else if (str_equal_nocase(name, STR("retry-after")) && is_number)
        said->in_seconds = within_a_day(number);
    else if (str_equal_nocase(name, STR("retry-after")) && https_date(value, &instant))
        said->in_seconds = within_a_day(instant - wall_ms);
    else if (str_equal_nocase(name, STR("x-ratelimit-reset")) && is_number)
        said->at_reset = within_a_day(from_reset(number, wall_ms));
}

int64_t retry_after_ms(const struct retry_after *said)
{
    if (said->in_ms > 0)
        return said->in_ms;
    return said->in_seconds > 0 ? said->in_seconds : said->at_reset;
}
