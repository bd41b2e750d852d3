/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "story_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/template_writer.h"

/* --- a store that may fail --- */

static struct story_store *front_of(struct store *store) { return (struct story_store *)store; }
static struct store *inner_of(struct store *store) { return front_of(store)->story->backend.store; }

static enum rc get(struct store *store, enum record_kind kind, struct str key, struct arena *arena, void *out)
{
    return store_get(inner_of(store), kind, key, arena, out);
}
static enum rc list(struct store *store, const struct store_query *query, struct arena *arena, struct store_page *out)
{
    return store_list(inner_of(store), query, arena, out);
}
static enum rc commit(struct store *store, const struct store_batch *batch)
{
    struct story_store *front = front_of(store);
    lock_take(&front->lock);
    bool refused = front->left == 0;
    if (front->left > 0 && front->left != INT64_MAX)
        front->left--;
    lock_drop(&front->lock);
    if (refused)
        signal_count_bump(&front->refused);
    return refused ? RC_IO : store_commit(inner_of(store), batch);
}
static enum rc load(struct store *store, const struct store_load *what) { return store_load(inner_of(store), what); }
static enum rc check_store(struct store *store) { return inner_of(store)->vtable->check(inner_of(store)); }
static enum rc back_up(struct store *store, const char *path)
{
    return inner_of(store)->vtable->backup(inner_of(store), path);
}
static void close_store(struct store *store) { (void)store; /* the story closes its own */ }

static const struct store_vtable STORE = {.get = get,
                                          .list = list,
                                          .commit = commit,
                                          .load = load,
                                          .check = check_store,
                                          .backup = back_up,
                                          .close = close_store};

void story_dies_after(struct story_writer *writer, int64_t commits)
{
    lock_take(&writer->store.lock);
    writer->store.left = commits;
    lock_drop(&writer->store.lock);
}

bool story_lives_until(struct story_writer *writer, double day)
{
    struct story *story = writer->story;
    uint64_t before = signal_count_get(&writer->store.refused);
    assert_int_equal(clock_set(story->env.clock, STORY_DAY_0 + (int64_t)(day * 86400000.0)), RC_OK);
    story->env.queue->vtable->poke(story->env.queue);
    for (int i = 0; i < 600; i++) { /* a minute at most */
        if (signal_count_get(&writer->store.refused) != before)
            return true;
        if (workers_settle(story->workers, 100) == RC_OK)
            return signal_count_get(&writer->store.refused) != before;
    }
    fail_msg("neither died nor settled");
    return false;
}

void story_comes_back(struct story_writer *writer)
{
    story_stop(writer->story);
    story_dies_after(writer, INT64_MAX);
    story_reopen(writer->story);
    assert_int_equal(workers_settle(writer->story->workers, 60000), RC_OK);
}

/* --- the writer --- */

static enum rc prepare(struct writer *port, const struct brief *brief, const struct prompt *prompt, struct arena *arena,
                       struct writer_call *out)
{
    struct story_writer *writer = (struct story_writer *)port;
    struct buf text = {0};
    struct json_out json;
    const struct {
        const char *role;
        struct str content;
    } messages[] = {{"system", prompt->system}, {"user", prompt->user}};
    json_out_init(&json, &text);
    json_begin_object(&json);
    json_key(&json, "messages");
    json_begin_array(&json);
    for (size_t i = 0; i < 2; i++) {
        json_begin_object(&json);
        json_pair_str(&json, "role", str_of(messages[i].role));
        json_pair_str(&json, "content", messages[i].content);
        json_end_object(&json);
    }
    json_end_array(&json);
    json_end_object(&json);
    *out = (struct writer_call){.body = arena_str(arena, buf_str(&text)),
                                .tokens = 100,
                                .cost_microusd = writer->worst_microusd,
                                .brief = brief};
    buf_clear(&text);
    return RC_OK;
}

static enum rc admit(struct writer *port, const struct writer_call *call, int64_t *wait_ms)
{
    struct story_writer *writer = (struct story_writer *)port;
    (void)call;
    lock_take(&writer->lock);
    enum rc rc = RC_OK;
    *wait_ms = 0;
    if (writer->admit_count > 0) {
        writer->admit_count--;
        rc = writer->admit;
        *wait_ms = writer->admit_wait_ms;
    }
    writer->places += rc == RC_OK;
    lock_drop(&writer->lock);
    return rc;
}

static void leave(struct writer *port, const struct writer_call *call)
{
    (void)call;
    struct story_writer *writer = (struct story_writer *)port;
    lock_take(&writer->lock);
    writer->places--;
    lock_drop(&writer->lock);
}

static struct str draft_text(const struct brief *brief, bool hard, struct arena *arena)
{
    struct draft *draft = arena_new(arena, 1, sizeof *draft);
    struct buf text = {0};
    struct json_out out;
    if (template_write(brief, arena, draft) != RC_OK)
        return STR_NONE;
    if (hard)
        draft->paragraphs[0].text =
            STR("All our mugs are only $9.99 today, which is a fine price for such a fine mug, as we think.");
    json_out_init(&out, &text);
    draft_to_reply(draft, &out);
    struct str result = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return result;
}

/* Notes the call, and gives the answer whose turn it is. */
static struct story_answer next_answer(struct story_writer *writer, const struct writer_call *call,
                                       void (**while_thinking)(struct story *story))
{
    lock_take(&writer->lock);
    size_t turn = writer->calls++;
    if (turn < STORY_CALLS_MAX)
        writer->bodies[turn] = str_dup(call->body);
    writer->places--;
    struct story_answer answer = turn < writer->script_count ? writer->script[turn] : writer->usual;
    *while_thinking = writer->while_thinking;
    writer->while_thinking = NULL;
    lock_drop(&writer->lock);
    return answer;
}

static enum rc send_call(struct writer *port, const struct writer_call *call, struct arena *arena,
                         struct writer_reply *reply)
{
    struct story_writer *writer = (struct story_writer *)port;
    void (*while_thinking)(struct story * story);
    struct story_answer answer = next_answer(writer, call, &while_thinking);
    if (while_thinking != NULL)
        while_thinking(writer->story);
    *reply = (struct writer_reply){.outcome = answer.outcome,
                                   .bill = answer.bill,
                                   .retry_after_ms = answer.retry_after_ms,
                                   .kind = STR("story"),
                                   .model = STR("author/model"),
                                   .provider = STR("somebody"),
                                   .generation_id = str_of(answer.generation_id),
                                   .finish = STR("stop"),
                                   .latency_ms = 1};
    if (answer.bill == WRITER_BILL_KNOWN) {
        reply->cost_microusd = answer.cost_microusd > 0 ? answer.cost_microusd : writer->cost_microusd;
        reply->prompt_tokens = 90;
        reply->completion_tokens = 10;
    }
    if (answer.reply == SAYS_UNREADABLE)
        reply->raw = str_of(answer.raw);
    else if (answer.outcome == WRITER_ANSWERED)
        reply->raw = draft_text(call->brief, answer.reply == SAYS_HARD, arena);
    if (answer.outcome != WRITER_ANSWERED)
        reply->error = STR("as the story says");
    return RC_OK;
}

static enum rc look_up(struct writer *port, struct str generation_id, int64_t *cost_microusd)
{
    struct story_writer *writer = (struct story_writer *)port;
    assert_true(generation_id.len > 0);
    lock_take(&writer->lock);
    writer->look_ups++;
    int64_t cost = writer->look_up_microusd;
    lock_drop(&writer->lock);
    *cost_microusd = cost == I64_NONE ? 0 : cost;
    return cost == I64_NONE ? RC_NOT_FOUND : RC_OK;
}

static void tell_state(struct writer *port, struct arena *arena, struct writer_state *out)
{
    (void)port, (void)arena;
    *out = (struct writer_state){
        .kind = STR("story"), .health = WRITER_READY, .last_error_ms_ago = I64_NONE, .key_left_microusd = I64_NONE};
}

static void stop_writer(struct writer *port) { (void)port; }

static void close_writer(struct writer *port)
{
    struct story_writer *writer = (struct story_writer *)port;
    for (size_t i = 0; i < writer->calls && i < STORY_CALLS_MAX; i++)
        mem_free(writer->bodies[i]);
    lock_clear(&writer->lock);
    lock_clear(&writer->store.lock);
    signal_count_clear(&writer->store.refused);
    free(writer);
}

static const struct writer_vtable WRITER = {.prepare = prepare,
                                            .admit = admit,
                                            .leave = leave,
                                            .send = send_call,
                                            .look_up = look_up,
                                            .state = tell_state,
                                            .stop = stop_writer,
                                            .close = close_writer};

struct story_writer *story_writer_use(struct story *story)
{
    struct story_writer *writer = calloc(1, sizeof *writer);
    assert_non_null(writer);
    writer->port.vtable = &WRITER;
    lock_init(&writer->lock);
    writer->worst_microusd = 5000;
    writer->cost_microusd = 2000;
    writer->usual = (struct story_answer){.outcome = WRITER_ANSWERED, .bill = WRITER_BILL_KNOWN};
    writer->look_up_microusd = I64_NONE;
    writer->story = story;
    writer->store.port.vtable = &STORE;
    writer->store.story = story;
    writer->store.left = INT64_MAX;
    lock_init(&writer->store.lock);
    signal_count_init(&writer->store.refused);
    story_stop(story);
    story->front = &writer->store.port;
    story->env.store = story->front;
    story->writer = &writer->port;
    story->env.writer = story->writer;
    story->daily_microusd = 1000000;
    story->env.llm_daily_microusd = story->daily_microusd;
    story_start(story);
    return writer;
}

void story_writer_says(struct story_writer *writer, struct story_answer answer)
{
    assert_true(writer->script_count < STORY_CALLS_MAX);
    writer->script[writer->script_count++] = answer;
}
