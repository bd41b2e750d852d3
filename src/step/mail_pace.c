/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/mail_pace.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/thread.h"
#include "base/time_text.h"

#define US 1000          /* a rate of thousands a minute has gaps below a millisecond */
#define DOMAIN_BYTES 253 /* RFC 1035 section 2.3.4, as text */

/* Times in microseconds. */
struct rate {
    int64_t gap;  /* between two mails at the rate; 0: no limit */
    int64_t next; /* when the next one is due, if all had come at the rate: may lie ahead of now by the burst */
    int64_t told; /* the last moment that someone was told to come back at */
};
struct domain {
    uint64_t hash; /* 0: free */
    struct rate rate;
};
struct mail_pace {
    struct lock lock;
    struct rate relay, others; /* others: of domains without a place */
    struct domain domains[MAIL_PACE_DOMAINS];
    int64_t domain_gap;
    int64_t slow_until, slow_ms; /* slow_ms: of the last wait; 0 after a success */
    int64_t inside;
};

static int64_t gap_of(int64_t per_minute) { return per_minute > 0 ? TIME_MINUTE_MS * US / per_minute : 0; }

struct mail_pace *mail_pace_new(int64_t per_minute, int64_t domain_per_minute)
{
    struct mail_pace *pace = mem_new(1, sizeof *pace);
    lock_init(&pace->lock);
    pace->relay.gap = gap_of(per_minute);
    pace->domain_gap = pace->others.gap = gap_of(domain_per_minute);
    return pace;
}

void mail_pace_free(struct mail_pace *pace)
{
    if (pace == NULL)
        return;
    lock_clear(&pace->lock);
    mem_free(pace);
}

int64_t mail_pace_now(struct clock *clock) { return clock_is_manual(clock) ? clock_now(clock) : clock_mono(); }

/* --- one rate ------------------------------------------------------------------------------------------------------ */

static int64_t earliest(const struct rate *rate) { return rate->next - MAIL_PACE_BURST_MS * US; }

static bool has_room(const struct rate *rate, int64_t now) { return rate->gap == 0 || earliest(rate) <= now; }

static void take(struct rate *rate, int64_t now)
{
    if (rate->gap > 0)
        rate->next = (rate->next > now ? rate->next : now) + rate->gap;
}

/* When to come back: one gap behind the last who was told. */
static int64_t tell(struct rate *rate, int64_t now)
{
    int64_t at = earliest(rate);
    if (at <= rate->told)
        at = rate->told + rate->gap;
    rate->told = at > now ? at : now;
    return rate->told;
}

/* --- domains ------------------------------------------------------------------------------------------------------- */

/* Of the lower case: a domain is the same however it is written. Longer than DNS allows: its beginning stands for it. */
static uint64_t hash_of(struct str domain)
{
    char lower[DOMAIN_BYTES];
    size_t len = domain.len < sizeof lower ? domain.len : sizeof lower;
    for (size_t i = 0; i < len; i++) {
        char c = domain.ptr[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    uint64_t hash = hash_mix((struct str){lower, len}, 0);
    return hash == 0 ? 1 : hash;
}

/* A place whose rate is idle says nothing that a fresh one would not. */
static struct rate *rate_of(struct mail_pace *pace, struct str domain, int64_t now)
{
    uint64_t hash = hash_of(domain);
    struct domain *idle = NULL;
    for (size_t i = 0; i < MAIL_PACE_DOMAINS; i++) {
        struct domain *place = &pace->domains[i];
        if (place->hash == hash)
            return &place->rate;
        if (idle == NULL && (place->hash == 0 || (place->rate.next <= now && place->rate.told <= now)))
            idle = place;
    }
    if (idle == NULL)
        return &pace->others;
    *idle = (struct domain){.hash = hash, .rate = {.gap = pace->domain_gap}};
    return &idle->rate;
}

/* --- all of it ----------------------------------------------------------------------------------------------------- */

/* Whoever lacks room in both is told the later moment. */
static int64_t ask(struct mail_pace *pace, struct rate *domain, int64_t now)
{
    bool relay_has = has_room(&pace->relay, now), domain_has = has_room(domain, now);
    if (relay_has && domain_has) {
        take(&pace->relay, now);
        take(domain, now);
        return 0;
    }
    int64_t at = relay_has ? now : tell(&pace->relay, now), other = domain_has ? now : tell(domain, now);
    int64_t wait = (other > at ? other : at) - now;
    return (wait + US - 1) / US > 0 ? (wait + US - 1) / US : 1;
}

int64_t mail_pace_ask(struct mail_pace *pace, struct str domain, int64_t now, bool *slowed)
{
    lock_take(&pace->lock);
    int64_t wait = pace->slow_until - now;
    bool slow = wait > 0;
    if (!slow)
        wait = ask(pace, rate_of(pace, domain, now * US), now * US);
    lock_drop(&pace->lock);
    if (slowed != NULL)
        *slowed = slow;
    return wait;
}

void mail_pace_slow(struct mail_pace *pace, int64_t now)
{
    lock_take(&pace->lock);
    if (now >= pace->slow_until) {
        int64_t wait = pace->slow_ms == 0 ? MAIL_PACE_SLOW_FIRST_MS : pace->slow_ms * 2;
        pace->slow_ms = wait < MAIL_PACE_SLOW_MOST_MS ? wait : MAIL_PACE_SLOW_MOST_MS;
        pace->slow_until = now + pace->slow_ms;
    }
    lock_drop(&pace->lock);
}

void mail_pace_accepted(struct mail_pace *pace, int64_t now)
{
    lock_take(&pace->lock);
    if (now >= pace->slow_until)
        pace->slow_ms = 0;
    lock_drop(&pace->lock);
}

int64_t mail_pace_slowed_ms(struct mail_pace *pace, int64_t now)
{
    lock_take(&pace->lock);
    int64_t wait = pace->slow_until - now;
    lock_drop(&pace->lock);
    return wait > 0 ? wait : 0;
}

void mail_pace_enter(struct mail_pace *pace, int64_t *mine)
{
    lock_take(&pace->lock);
    *mine = ++pace->inside;
    lock_drop(&pace->lock);
}

void mail_pace_leave(struct mail_pace *pace)
{
    lock_take(&pace->lock);
    pace->inside--;
    lock_drop(&pace->lock);
}
