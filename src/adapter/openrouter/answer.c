/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An error is looked for before anything else in each document, since it may come with a status of 200. A delta of a
 * stream and the message of a whole answer have the same members, so both go the same way. */
#include "adapter/openrouter/answer.h"

#include <string.h>

#include "adapter/openrouter/price.h"
#include "base/utf8.h"

#define TOKENS_MAX 1000000 /* far above any model's context here; times the dearest price it still fits */

static void on_event(void *ctx, struct str data);

void answer_init(struct answer *answer)
{
    memset(answer, 0, sizeof *answer);
    sse_init(&answer->sse, on_event, answer);
}

void answer_clear(struct answer *answer)
{
    sse_clear(&answer->sse);
    buf_clear(&answer->body);
    buf_clear(&answer->content);
}

static void spoil(struct answer *answer, struct str why)
{
    if (str_is_none(answer->broken))
        answer->broken = why;
}

/* A name for records and pages: printable ASCII, cut to its room. The first one stays. */
static void keep_name(char *room, struct str name)
{
    size_t len = name.len < ANSWER_NAME_BYTES ? name.len : ANSWER_NAME_BYTES;
    if (room[0] != '\0' || len == 0)
        return;
    for (size_t i = 0; i < len; i++)
        room[i] = name.ptr[i] > ' ' && name.ptr[i] < 0x7F ? name.ptr[i] : '_';
    room[len] = '\0';
}

void answer_header(struct answer *answer, struct str line)
{
    struct str value = line, name = str_trim(str_cut(&value, ':'));
    value = str_trim(value);
    if (str_equal_nocase(name, STR("content-type")))
        answer->is_stream = value.len >= 17 && str_equal_nocase((struct str){value.ptr, 17}, STR("text/event-stream"));
    else if (str_equal_nocase(name, STR("x-generation-id")))
        keep_name(answer->id, value);
}

/* --- what a document says ------------------------------------------------------------------------------------------ */

/* A count that can be reckoned with, whatever was said. */
static int64_t tokens_of(const struct json *usage, const char *name)
{
    int64_t tokens = json_get_i64(usage, name, 0);
    return tokens < 0 ? 0 : tokens < TOKENS_MAX ? tokens : TOKENS_MAX;
}

static void take_usage(struct answer *answer, const struct json *usage)
{
    const struct json *cost = json_get(usage, "cost");
    if (!json_is(usage, JSON_OBJECT))
        return;
    answer->has_usage = true;
    answer->prompt_tokens = tokens_of(usage, "prompt_tokens");
    answer->completion_tokens = tokens_of(usage, "completion_tokens");
    if (json_is(cost, JSON_INT) || json_is(cost, JSON_REAL)) {
        answer->has_cost = true;
        answer->cost_microusd = price_microusd(json_number(cost));
    }
}

static void take_text(struct answer *answer, const struct json *message)
{
    struct str text = json_get_str(message, "content");
    if (json_get_str(message, "refusal").len > 0)
        answer->refused = true;
    size_t room = ANSWER_CONTENT_BYTES - answer->content.len;
    if (text.len > room) {
        spoil(answer, STR("the answer is too large"));
        text.len = room;
        while (text.len > 0 && !utf8_is_valid(text))
            text.len--;
    }
    if (text.len > 0)
        buf_add(&answer->content, text);
}

static void take_choice(struct answer *answer, const struct json *choice)
{
    const struct json *delta = json_get(choice, "delta");
    take_text(answer, delta != NULL ? delta : json_get(choice, "message"));
    keep_name(answer->finish, json_get_str(choice, "finish_reason"));
}

static void take_document(struct answer *answer, int status, const struct json *document)
{
    keep_name(answer->id, json_get_str(document, "id"));
    keep_name(answer->model, json_get_str(document, "model"));
    keep_name(answer->provider, json_get_str(document, "provider"));
    take_usage(answer, json_get(document, "usage"));
    if (fault_error_of(document) != NULL || status >= 300) {
        if (!answer->failed)
            fault_judge(status, document, &answer->fault);
        answer->failed = true;
        return;
    }
    if (json_size(json_get(document, "choices")) > 0)
        take_choice(answer, json_at(json_get(document, "choices"), 0));
}

static void take_json(struct answer *answer, int status, struct str text)
{
    struct json *document = NULL;
    if (!utf8_is_valid(text))
        spoil(answer, STR("the answer is not UTF-8"));
    else if (json_parse(text, &document, NULL) != RC_OK || !json_is(document, JSON_OBJECT))
        spoil(answer, STR("the answer is not the JSON it should be"));
    else
        take_document(answer, status, document);
    json_free(document);
}

static void on_event(void *ctx, struct str data)
{
    struct answer *answer = ctx;
    if (answer->done || !str_is_none(answer->broken) || answer->failed || str_is_empty(data))
        return;
    if (str_equal(str_trim(data), STR("[DONE]")))
        answer->done = true;
    else
        take_json(answer, answer->status, data);
}

/* --- the transfer -------------------------------------------------------------------------------------------------- */

bool answer_feed(struct answer *answer, int status, struct str bytes)
{
    answer->status = status;
    if (status >= 300 || !answer->is_stream) {
        size_t most = status >= 300 ? ANSWER_ERROR_BYTES : ANSWER_STREAM_BYTES;
        if (answer->body.len + bytes.len > most) {
            spoil(answer, STR("the answer is too large"));
            return false;
        }
        buf_add(&answer->body, bytes);
        return true;
    }
    sse_feed(&answer->sse, bytes);
    return !answer->done && !answer->failed && str_is_none(answer->broken);
}

void answer_end(struct answer *answer, int status, bool whole)
{
    if (status >= 300) { /* whatever its body is, the status speaks */
        struct json *document = NULL;
        if (answer->body.len > 0 && json_parse(buf_str(&answer->body), &document, NULL) != RC_OK)
            document = NULL;
        fault_judge(status, document, &answer->fault);
        answer->failed = true;
        json_free(document);
        return;
    }
    if (answer->is_stream && whole)
        sse_end(&answer->sse);
    else if (!answer->is_stream && whole && str_is_none(answer->broken))
        take_json(answer, status, answer->body.len > 0 ? buf_str(&answer->body) : STR(""));
}
