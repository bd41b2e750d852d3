/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The text is written and read by this file alone and read for every client of a shop at once, so it is scanned in place
 * rather than parsed into a document. Looking back, a visit is undone by taking its value out of the sums again. */
#include "core/recent.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/time_text.h"
#include "core/score.h"

/* --- writing ----------------------------------------------------------------------------------------------------- */
/* Where the kept part begins: one visit before those of the last days, and no more than so many in all. */
static size_t first_kept(const struct score_visit *visits, size_t count, int64_t now_ms)
{
    int64_t since = now_ms - RECENT_DAYS * TIME_DAY_MS;
    size_t first = count;
    while (first > 0 && visits[first - 1].at >= since)
        first--;
    if (first > 0)
        first--;
    return count - first > RECENT_MAX ? count - RECENT_MAX : first;
}

static int64_t seconds_of(int64_t ms)
{
    int64_t seconds = ms / TIME_SECOND_MS;
    return ms % TIME_SECOND_MS < 0 ? seconds - 1 : seconds;
}

static struct str text_of(const struct score_visit *visits, size_t count, struct arena *arena)
{
    struct buf text = {0};
    for (size_t i = 0; i < count; i++) {
        buf_add_c(&text, i == 0 ? "[[" : ",[");
        buf_add_i64(&text, seconds_of(visits[i].at));
        buf_add_char(&text, ',');
        if (visits[i].value_minor == I64_NONE)
            buf_add_c(&text, "null");
        else
            buf_add_i64(&text, visits[i].value_minor);
        buf_add_char(&text, ']');
    }
    buf_add_char(&text, ']');
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

struct str recent_write(const struct order *orders, size_t count, struct str zone, int64_t now_ms, struct arena *arena)
{
    enum { ON_STACK = 64 };
    struct score_visit few[ON_STACK];
    struct score_visit *visits = count <= ON_STACK ? few : mem_new(count, sizeof *visits);
    size_t visit_count = score_visits(orders, count, zone, visits);
    struct str text = STR_NONE;
    if (visit_count > 0) {
        size_t first = first_kept(visits, visit_count, now_ms);
        text = text_of(visits + first, visit_count - first, arena);
    }
    if (visits != few)
        mem_free(visits);
    return text;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */
struct scan {
    const char *at, *end;
};

static bool take(struct scan *scan, const char *word)
{
    const char *at = scan->at;
    for (; *word != '\0'; word++, at++)
        if (at == scan->end || *at != *word)
            return false;
    scan->at = at;
    return true;
}

/* At most 18 digits: no value of ours has more, and none of that length overflows. */
static bool take_number(struct scan *scan, int64_t *out)
{
    bool negative = take(scan, "-");
    int64_t value = 0;
    int digits = 0;
    for (; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && digits < 18; scan->at++, digits++)
        value = value * 10 + (*scan->at - '0');
    *out = negative ? -value : value;
    return digits > 0;
}

static bool take_visit(struct scan *scan, struct score_visit *out)
{
    if (!take(scan, "[") || !take_number(scan, &out->at) || !take(scan, ","))
        return false;
    out->at *= TIME_SECOND_MS;
    out->value_minor = I64_NONE;
    return (take(scan, "null") || take_number(scan, &out->value_minor)) && take(scan, "]");
}

/* How many visits the text has, 0 when it is not sound. */
static size_t scan_visits(struct str text, struct score_visit out[RECENT_MAX])
{
    struct scan scan = {text.ptr, text.ptr + text.len};
    size_t count = 0;
    if (str_is_none(text) || !take(&scan, "["))
        return 0;
    do {
        if (count == RECENT_MAX || !take_visit(&scan, &out[count]) || (count > 0 && out[count].at < out[count - 1].at))
            return 0;
        count++;
    } while (take(&scan, ","));
    return take(&scan, "]") && scan.at == scan.end ? count : 0;
}

/* The sums as they stood before the visit that ended them, which was `undone`; its forerunner was at `last_at`. */
static void undo(const struct engagement *sums, const struct score_visit *undone, int64_t last_at,
                 struct engagement *out)
{
    *out = (struct engagement){.visits = sums->visits - 1,
                               .first_at = sums->first_at,
                               .last_at = sums->visits == 2 ? sums->first_at : last_at,
                               .value_minor = sums->value_minor,
                               .valued = sums->valued};
    if (undone->value_minor == I64_NONE)
        return;
    out->value_minor -= undone->value_minor;
    out->valued--;
}

size_t recent_silences(const struct engagement *now, struct engagement *out, size_t room)
{
    struct score_visit visits[RECENT_MAX];
    if (now->visits <= 0 || room == 0)
        return 0;
    size_t kept = scan_visits(now->recent, visits), count = 1;
    out[0] = *now;
    bool agrees = kept > 0 && (int64_t)kept <= now->visits && visits[kept - 1].at == seconds_of(now->last_at) * 1000;
    while (agrees && count < kept && count < room) {
        undo(&out[count - 1], &visits[kept - count], visits[kept - count - 1].at, &out[count]);
        count++;
    }
    return count;
}
