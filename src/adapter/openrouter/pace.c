/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Buckets count in shares so that all stays whole: one unit (a request, a token) is 60,000 ms times 100 %, and a bucket
 * gains rate times 97 shares in each ms. */
#include "adapter/openrouter/pace.h"

#include "base/mem.h"

#define UNIT (60000LL * 100)
#define RATE_PERCENT 97
#define BURST_PERMILLE 2
#define BURST_LEAST (UNIT / 4) /* what a thread that wakes late may make up for */
#define LEFT_MARGIN_MS 250     /* an older request may have been longer on its way than a younger one */
#define TOKENS_PER_MINUTE_MAX 1000000000LL

static struct pace_bucket bucket_of(int64_t per_minute)
{
    int64_t burst = per_minute * (UNIT / 1000) * BURST_PERMILLE;
    int64_t most = UNIT + (burst > BURST_LEAST ? burst : BURST_LEAST);
    return (struct pace_bucket){.level = most, .most = most, .a_ms = per_minute * RATE_PERCENT};
}

void pace_init(struct pace *pace, const struct pace_limits *limits, int64_t now)
{
    *pace = (struct pace){.limits = *limits, .filled_at = now, .cut_at = INT64_MIN / 2, .not_before = INT64_MIN};
    if (pace->limits.tokens_per_minute > TOKENS_PER_MINUTE_MAX)
        pace->limits.tokens_per_minute = TOKENS_PER_MINUTE_MAX;
    pace->requests = bucket_of(limits->requests_per_minute);
    pace->tokens = bucket_of(pace->limits.tokens_per_minute);
    pace->left = mem_new((size_t)limits->requests_per_minute, sizeof *pace->left);
    pace->allowed = limits->concurrency < PACE_START_CONCURRENCY ? 1 : PACE_START_CONCURRENCY;
}

void pace_clear(struct pace *pace)
{
    mem_free(pace->left);
    *pace = (struct pace){0};
}

int64_t pace_concurrency(const struct pace *pace) { return (int64_t)pace->allowed; }

/* --- the buckets --------------------------------------------------------------------------------------------------- */

static void bucket_fill(struct pace_bucket *bucket, int64_t ms)
{
    int64_t room = bucket->most - bucket->level;
    bucket->level += bucket->a_ms > 0 && ms > room / bucket->a_ms ? room : ms * bucket->a_ms;
}

static void fill(struct pace *pace, int64_t now)
{
    int64_t ms = now - pace->filled_at;
    if (ms <= 0)
        return;
    bucket_fill(&pace->requests, ms);
    bucket_fill(&pace->tokens, ms);
    pace->filled_at = now;
}

/* ms until the bucket holds `shares`. What is larger than the bucket waits for a full one and leaves it in debt. */
static int64_t bucket_wait(const struct pace_bucket *bucket, int64_t shares)
{
    int64_t want = shares < bucket->most ? shares : bucket->most;
    return want <= bucket->level ? 0 : (want - bucket->level + bucket->a_ms - 1) / bucket->a_ms;
}

/* ms until fewer requests than the rate have left within a minute, counting the places that are taken. */
static int64_t window_wait(const struct pace *pace, int64_t now)
{
    int64_t ring = pace->limits.requests_per_minute, may_stay = ring - pace->places - 1;
    if (may_stay < 0)
        return PACE_UNTIL_CHANGE;
    if (pace->left_count <= may_stay)
        return 0;
    /* the youngest that must be out of the minute before one more may leave */
    int64_t left = pace->left[(pace->left_count - may_stay - 1) % ring];
    int64_t wait = left + PACE_WINDOW_MS + LEFT_MARGIN_MS - now;
    return wait > 0 ? wait : 0;
}

/* --- the way of a call --------------------------------------------------------------------------------------------- */

int64_t pace_not_before_ms(const struct pace *pace, int64_t now)
{
    int64_t until = pace->breaker == WRITER_OPEN && pace->open_until > pace->not_before ? pace->open_until
                                                                                        : pace->not_before;
    return until > now ? until - now : 0;
}

/* Whether another call may be under way, by concurrency and breaker. */
static bool has_room(const struct pace *pace)
{
    int64_t busy = pace->places + pace->under_way;
    return pace->breaker == WRITER_CLOSED ? busy < pace_concurrency(pace) : busy == 0;
}

int64_t pace_ask(struct pace *pace, int64_t tokens, int64_t now)
{
    fill(pace, now);
    int64_t waits[] = {pace_not_before_ms(pace, now), bucket_wait(&pace->requests, UNIT), window_wait(pace, now),
                       pace->limits.tokens_per_minute > 0 ? bucket_wait(&pace->tokens, tokens * UNIT) : 0,
                       has_room(pace) ? 0 : PACE_UNTIL_CHANGE};
    int64_t wait = 0;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
        wait = waits[i] > wait ? waits[i] : wait;
    if (wait > 0)
        return wait;
    pace->requests.level -= UNIT;
    if (pace->limits.tokens_per_minute > 0)
        pace->tokens.level -= tokens * UNIT;
    if (pace->breaker == WRITER_OPEN)
        pace->breaker = WRITER_PROBING;
    pace->places++;
    return 0;
}

static void give_back(struct pace_bucket *bucket, int64_t shares)
{
    bucket->level = bucket->level + shares < bucket->most ? bucket->level + shares : bucket->most;
}

void pace_leave(struct pace *pace, int64_t tokens, int64_t now)
{
    pace->places--;
    give_back(&pace->requests, UNIT);
    if (pace->limits.tokens_per_minute > 0)
        give_back(&pace->tokens, tokens * UNIT);
    if (pace->breaker == WRITER_PROBING) { /* the probe was not made: the next one may */
        pace->breaker = WRITER_OPEN;
        pace->open_until = now;
    }
}

int64_t pace_start(struct pace *pace, int64_t tokens, int64_t now)
{
    int64_t wait = pace_not_before_ms(pace, now);
    if (wait > 0) {
        pace_leave(pace, tokens, now);
        return wait;
    }
    pace->places--;
    pace->under_way++;
    pace->left[pace->left_count++ % pace->limits.requests_per_minute] = now;
    return 0;
}

static void open_breaker(struct pace *pace, int64_t now)
{
    pace->breaker = WRITER_OPEN;
    pace->open_until = now + PACE_OPEN_MS;
    pace->cuts_at_one = pace->misses = 0;
    pace->allowed = 1;
}

/* Calls that were under way together are told of one overload together: only the first of them in 5 s counts. */
static void cut(struct pace *pace, int64_t now)
{
    if (now - pace->cut_at < PACE_CUT_EVERY_MS)
        return;
    pace->cut_at = now;
    pace->cuts_at_one = pace->allowed < 2 ? pace->cuts_at_one + 1 : 0;
    pace->allowed = pace->allowed / 2 < 1 ? 1 : pace->allowed / 2;
    if (pace->cuts_at_one >= PACE_CUTS_AT_ONE)
        open_breaker(pace, now);
}

static void grow(struct pace *pace)
{
    double most = (double)pace->limits.concurrency;
    pace->allowed += 1 / pace->allowed;
    pace->allowed = pace->allowed < most ? pace->allowed : most;
    pace->cuts_at_one = 0;
}

static void heed(struct pace *pace, int64_t retry_after_ms, double spread, int64_t now)
{
    int64_t until = now + retry_after_ms + (int64_t)((double)retry_after_ms / 4 * spread);
    if (until > pace->not_before)
        pace->not_before = until;
}

void pace_done(struct pace *pace, enum pace_result result, int64_t retry_after_ms, double spread, int64_t now)
{
    bool good = result == PACE_ANSWERED || result == PACE_TOLD;
    pace->under_way--;
    if (retry_after_ms > 0)
        heed(pace, retry_after_ms, spread, now);
    if (pace->breaker == WRITER_OPEN) /* a latecomer: the probe alone decides */
        return;
    if (pace->breaker == WRITER_PROBING) {
        if (!good) {
            open_breaker(pace, now);
            return;
        }
        pace->breaker = WRITER_CLOSED;
    }
    pace->misses = result == PACE_MISSED ? pace->misses + 1 : 0;
    if (result == PACE_OVERLOADED)
        cut(pace, now);
    else if (result == PACE_ANSWERED)
        grow(pace);
    if (pace->misses >= PACE_MISSES)
        open_breaker(pace, now);
}

int64_t pace_last_minute(const struct pace *pace, int64_t now)
{
    int64_t ring = pace->limits.requests_per_minute, count = 0;
    int64_t kept = pace->left_count < ring ? pace->left_count : ring;
    while (count < kept && pace->left[(pace->left_count - 1 - count) % ring] > now - PACE_WINDOW_MS)
        count++;
    return count;
}
