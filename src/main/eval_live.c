/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_live.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define WAIT_LEAST_MS 10 /* an admit that asks for less would spin */
#define WAIT_MOST_MS 5000

static void wait_ms(int64_t ms)
{
    ms = ms < WAIT_LEAST_MS ? WAIT_LEAST_MS : ms > WAIT_MOST_MS ? WAIT_MOST_MS : ms;
    struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&span, NULL);
}

/* Waits for a place. RC_DENIED when there will be none. */
static enum rc admit(const struct eval_live *live, const struct writer_call *call, struct arena *arena, struct str *why)
{
    for (;;) {
        int64_t wait = 0;
        struct writer_state state = {.why = STR_NONE};
        enum rc rc = live->writer->vtable->admit(live->writer, call, &wait);
        if (rc == RC_OK)
            return rc;
        live->writer->vtable->state(live->writer, arena, &state);
        if (rc != RC_LIMITED && (rc != RC_DENIED || state.health == WRITER_DEGRADED)) {
            *why = str_is_empty(state.why) ? STR("the writer takes no calls") : state.why;
            return RC_DENIED;
        }
        wait_ms(wait);
    }
}

static enum rc save(const struct eval_live *live, const struct eval_reply *reply, struct arena *arena, struct str *why)
{
    struct buf line = {0};
    struct json_out json;
    if (live->save == NULL)
        return RC_OK;
    json_out_init(&json, &line);
    json_begin_object(&json);
    json_pair_str(&json, "brief_id", reply->brief->id);
    json_pair_str(&json, "raw", reply->raw);
    json_end_object(&json);
    buf_add_char(&line, '\n');
    bool good = fwrite(line.ptr, 1, line.len, live->save) == line.len && fflush(live->save) == 0;
    buf_clear(&line);
    if (good)
        return RC_OK;
    *why = arena_printf(arena, "a reply cannot be saved: %s", strerror(errno));
    return RC_IO;
}

static enum rc take_answer(const struct eval_live *live, const struct eval_brief *brief,
                           const struct writer_reply *answer, struct arena *arena, struct str *why)
{
    bool has_text = answer->outcome == WRITER_ANSWERED || answer->outcome == WRITER_BAD_REPLY;
    if (answer->outcome == WRITER_MISCONFIGURED) {
        *why = arena_str(arena, answer->error);
        return RC_DENIED;
    }
    if (answer->bill == WRITER_BILL_KNOWN)
        eval_numbers_add(&live->score->cost_microusd, answer->cost_microusd);
    eval_numbers_add(&live->score->latency_ms, answer->latency_ms);
    if (!has_text || str_is_none(answer->raw)) {
        live->score->unanswered++;
        return RC_OK;
    }
    const struct eval_reply reply = {
        .line = (int64_t)live->score->replies + 1, .brief = brief, .raw = answer->raw, .class_name = STR("")};
    enum rc rc = save(live, &reply, arena, why);
    live->take(live->ctx, &reply, arena);
    return rc;
}

static enum rc call_for(const struct eval_live *live, const struct eval_brief *brief, struct arena *arena,
                        struct str *why)
{
    const struct prompt_input input = {.brief = &brief->brief, .policy = &brief->policy, .hint = STR_NONE};
    struct prompt prompt;
    struct writer_call call = {.body = STR_NONE};
    struct writer_reply answer = {.raw = STR_NONE};
    if (prompt_make(&input, arena, &prompt) != RC_OK ||
        live->writer->vtable->prepare(live->writer, &brief->brief, &prompt, arena, &call) != RC_OK) {
        *why = arena_printf(arena, "no request can be made of brief %.*s", STR_ARG(brief->id));
        return RC_INVALID;
    }
    enum rc rc = admit(live, &call, arena, why);
    if (rc != RC_OK)
        return rc;
    if (live->writer->vtable->send(live->writer, &call, arena, &answer) != RC_OK)
        return RC_BUG;
    return take_answer(live, brief, &answer, arena, why);
}

enum rc eval_live_run(const struct eval_live *live, struct arena *arena, struct str *why)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < live->set->count && rc == RC_OK; i++) {
        struct arena call = {0};
        struct str fault = STR("a fault of the program");
        rc = call_for(live, live->set->items[i], &call, &fault);
        if (rc != RC_OK)
            *why = arena_str(arena, fault);
        arena_clear(&call);
    }
    return rc;
}
