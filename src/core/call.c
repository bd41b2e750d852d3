/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tables of the call and of the day's budget, and the arithmetic between them. */
#include "core/call.h"

#include "base/buf.h"
#include "base/json.h"
#include "core/record_counts.h"

#define CALL_STR(member) ROW(call, member, FIELD_STR, 0)
#define CALL_I64(member) ROW(call, member, FIELD_I64, 0)

const char *const WRITER_OUTCOME_WORDS[] = {"answered",  "limited", "unavailable",   "timed_out",
                                            "bad_reply", "refused", "misconfigured", NULL};
const char *const WRITER_HEALTH_WORDS[] = {"checking", "ok", "degraded", NULL};
const char *const WRITER_BREAKER_WORDS[] = {"closed", "open", "probing", NULL};
const char *const CALL_STATE_WORDS[] = {"reserved", "settled", "free", "unknown", NULL};

const struct field CALL_FIELDS[] = {
    ROW(call, id, FIELD_STR, FIELD_KEY | FIELD_STORED),
    ROW(call, email_id, FIELD_STR, FIELD_STORED),
    CALL_STR(client_id),
    CALL_STR(person),
    ROW(call, at, FIELD_TIME, FIELD_STORED),
    ROW(call, day, FIELD_STR, FIELD_STORED),
    ROW_ENUM(call, state, CALL_STATE_WORDS, FIELD_STORED),
    ROW(call, reserved_microusd, FIELD_I64, FIELD_STORED),
    CALL_I64(cost_microusd),
    CALL_I64(prompt_tokens),
    CALL_I64(completion_tokens),
    CALL_STR(kind),
    CALL_STR(model),
    CALL_STR(provider),
    CALL_STR(generation_id),
    CALL_STR(finish),
    CALL_STR(prompt_version),
    CALL_STR(request_hash),
    CALL_STR(outcome),
    CALL_STR(error),
    CALL_STR(raw),
    CALL_STR(raw_hash),
    ROW(call, codes, FIELD_JSON, 0),
    CALL_I64(latency_ms),
    ROW(call, created_at, FIELD_TIME, FIELD_STORED),
    ROW(call, updated_at, FIELD_TIME, FIELD_STORED),
    ROW(call, version, FIELD_I64, FIELD_STORED),
};
const size_t CALL_FIELD_COUNT = CALL_ROWS;
RECORD_ROWS(CALL_FIELDS, CALL_ROWS);

const struct field BUDGET_FIELDS[] = {
    ROW(budget, id, FIELD_STR, FIELD_KEY | FIELD_STORED), ROW(budget, reserved_microusd, FIELD_I64, FIELD_STORED),
    ROW(budget, spent_microusd, FIELD_I64, FIELD_STORED), ROW(budget, unknown_microusd, FIELD_I64, FIELD_STORED),
    ROW(budget, calls, FIELD_I64, FIELD_STORED),          ROW(budget, updated_at, FIELD_TIME, FIELD_STORED),
    ROW(budget, version, FIELD_I64, FIELD_STORED),
};
const size_t BUDGET_FIELD_COUNT = BUDGET_ROWS;
RECORD_ROWS(BUDGET_FIELDS, BUDGET_ROWS);

/* Days since the epoch, also before it. */
static int64_t day_number(int64_t at_ms)
{
    int64_t day = at_ms / TIME_DAY_MS;
    return at_ms % TIME_DAY_MS < 0 ? day - 1 : day;
}

struct str budget_day(int64_t at_ms, struct arena *arena)
{
    struct str text = time_to_text(day_number(at_ms) * TIME_DAY_MS, arena);
    return str_cut(&text, 'T');
}

int64_t budget_next_day(int64_t at_ms) { return (day_number(at_ms) + 1) * TIME_DAY_MS; }

bool budget_reserve(struct budget *budget, int64_t microusd, int64_t cap_microusd)
{
    int64_t counted = budget->reserved_microusd + budget->spent_microusd + budget->unknown_microusd;
    if (microusd > cap_microusd - counted)
        return false;
    budget->reserved_microusd += microusd;
    budget->calls++;
    return true;
}

void budget_settle(struct budget *budget, const struct call *call)
{
    budget->reserved_microusd -= call->reserved_microusd;
    if (call->state == CALL_SETTLED)
        budget->spent_microusd += call->cost_microusd;
    else if (call->state == CALL_UNKNOWN)
        budget->unknown_microusd += call->reserved_microusd;
}

void budget_learn(struct budget *budget, const struct call *call)
{
    budget->unknown_microusd -= call->reserved_microusd;
    budget->spent_microusd += call->cost_microusd;
}

/* --- a person's calls --- */

struct instants {
    int64_t at[CALLS_KEPT_MAX + 1];
    size_t count;
};

static bool read_instants(struct str calls, struct instants *out)
{
    struct json *list = NULL;
    struct json_error error;
    *out = (struct instants){.count = 0};
    if (str_is_empty(calls))
        return true;
    bool sound = json_parse(calls, &list, &error) == RC_OK && json_is(list, JSON_ARRAY) &&
                 json_size(list) <= CALLS_KEPT_MAX;
    for (size_t i = 0; sound && i < json_size(list); i++) {
        sound = json_is(json_at(list, i), JSON_INT);
        out->at[out->count++] = json_i64(json_at(list, i));
    }
    json_free(list);
    return sound;
}

static struct str write_instants(const struct instants *instants, size_t from, struct arena *arena)
{
    struct buf text = {0};
    struct json_out out;
    json_out_init(&out, &text);
    json_begin_array(&out);
    for (size_t i = from; i < instants->count; i++)
        json_put_i64(&out, instants->at[i]);
    json_end_array(&out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

int64_t calls_recent(struct str calls, int64_t now_ms)
{
    struct instants instants;
    int64_t recent = 0;
    if (!read_instants(calls, &instants))
        return CALLS_KEPT_MAX;
    for (size_t i = 0; i < instants.count; i++)
        recent += instants.at[i] > now_ms - CALLS_WINDOW_MS;
    return recent;
}

struct str calls_add(struct str calls, int64_t at_ms, struct arena *arena)
{
    struct instants instants, kept = {.count = 0};
    (void)read_instants(calls, &instants);
    for (size_t i = 0; i < instants.count; i++)
        if (instants.at[i] > at_ms - CALLS_WINDOW_MS)
            kept.at[kept.count++] = instants.at[i];
    kept.at[kept.count++] = at_ms;
    return write_instants(&kept, kept.count > CALLS_KEPT_MAX ? 1 : 0, arena);
}

struct str calls_remove(struct str calls, int64_t at_ms, struct arena *arena)
{
    struct instants instants, kept = {.count = 0};
    bool removed = false;
    if (!read_instants(calls, &instants))
        return calls;
    for (size_t i = 0; i < instants.count; i++) {
        bool gone = !removed && instants.at[i] == at_ms;
        removed = removed || gone;
        if (!gone)
            kept.at[kept.count++] = instants.at[i];
    }
    return write_instants(&kept, 0, arena);
}
