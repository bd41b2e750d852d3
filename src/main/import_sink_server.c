/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows as NDJSON batches to the server that has the folder; its answer has one line for each of ours, in their order. */
#include "main/import.h"

#include "core/records_small.h"
#include "main/batch_line.h"
#include "main/http_client.h"

static struct str reason_of(const struct json *answer, struct arena *arena)
{
    const struct json *error = json_at(json_get(answer, "errors"), 0);
    struct str pointer = json_get_str(error, "pointer");
    if (str_is_none(pointer))
        return STR("it does not fit what is stored");
    return arena_printf(arena, "%.*s %.*s", STR_ARG(pointer), STR_ARG(json_get_str(error, "detail")));
}

/* The index of a status word, or INGEST_REJECTED for none of ours. */
static enum ingest_status status_of(struct str word)
{
    int index = field_enum_from(INGEST_STATUS_WORDS, word);
    return index < 0 ? INGEST_REJECTED : (enum ingest_status)index;
}

/* One line for each row that was sent. */
static enum rc read_answer(struct str lines, struct import_chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++) {
        struct json *answer = NULL;
        struct json_error error;
        if (chunk->rows[i].status == INGEST_REJECTED)
            continue;
        if (str_is_none(lines) || json_parse(str_cut(&lines, '\n'), &answer, &error) != RC_OK)
            return RC_CORRUPT;
        chunk->rows[i].status = status_of(json_get_str(answer, "status"));
        if (chunk->rows[i].status == INGEST_REJECTED)
            chunk->reasons[i] = reason_of(answer, &chunk->arena);
        json_free(answer);
    }
    return RC_OK;
}

static enum rc rc_of(long status)
{
    return status == 401 || status == 403 ? RC_DENIED : status == 429 || status == 503 ? RC_BUSY : RC_IO;
}

static enum rc post_batch(struct import_sink_server *sink, struct import_chunk *chunk)
{
    struct buf body = {0};
    for (size_t i = 0; i < chunk->count; i++)
        if (chunk->rows[i].status != INGEST_REJECTED)
            batch_line_add(chunk->rows[i].kind, &chunk->rows[i].as, &body);
    struct http_answer answer = {.status = 0};
    struct http_request request = {.method = "POST",
                                   .path = "/api/v1/batch",
                                   .type = "application/x-ndjson",
                                   .body = body.ptr ? buf_str(&body) : STR("")};
    enum rc rc = http_call(sink->server, &request, &answer);
    sink->status = answer.status;
    if (rc == RC_OK)
        rc = answer.status == 200 ? read_answer(buf_str(&answer.body), chunk) : rc_of(answer.status);
    buf_clear(&answer.body);
    buf_clear(&body);
    return rc;
}

#define LIST_MAX 1000 /* of one request */

/* Sends up to LIST_MAX rows of one reason from `from` on; *next is where the rest begins. */
static void write_list(const struct import_chunk *chunk, size_t from, size_t *next, struct buf *body)
{
    struct json_out out;
    size_t count = 0, i = from;
    int reason = import_reason(&chunk->rows[from]);
    json_out_init(&out, body);
    json_begin_object(&out);
    json_pair_str(&out, "reason", field_enum_word(SUPPRESSION_REASON_WORDS, reason));
    json_key(&out, "emails");
    json_begin_array(&out);
    for (; i < chunk->count && count < LIST_MAX; i++) {
        if (chunk->rows[i].status == INGEST_REJECTED)
            continue;
        if (import_reason(&chunk->rows[i]) != reason)
            break;
        json_put_str(&out, chunk->rows[i].as.client.email);
        count++;
    }
    json_end_array(&out);
    json_end_object(&out);
    *next = i;
}

/* One item for each row that was sent. */
static enum rc read_list(struct str text, struct import_chunk *chunk, size_t from, size_t to)
{
    struct json *answer = NULL;
    size_t at = 0;
    enum rc rc = json_parse(text, &answer, NULL) == RC_OK ? RC_OK : RC_CORRUPT;
    for (size_t i = from; rc == RC_OK && i < to; i++) {
        if (chunk->rows[i].status == INGEST_REJECTED)
            continue;
        struct str word = json_get_str(json_at(json_get(answer, "items"), at++), "status");
        if (str_is_none(word))
            rc = RC_CORRUPT;
        chunk->rows[i].status = str_equal(word, STR("known")) ? INGEST_UNCHANGED : INGEST_STORED;
    }
    json_free(answer);
    return rc;
}

static enum rc post_list(struct import_sink_server *sink, struct import_chunk *chunk, size_t from, size_t *next)
{
    struct buf body = {0};
    struct http_answer answer = {.status = 0};
    write_list(chunk, from, next, &body);
    struct http_request request = {
        .method = "POST", .path = "/api/v1/suppressions/list", .type = "application/json", .body = buf_str(&body)};
    enum rc rc = http_call(sink->server, &request, &answer);
    sink->status = answer.status;
    if (rc == RC_OK)
        rc = answer.status == 200 ? read_list(buf_str(&answer.body), chunk, from, *next) : rc_of(answer.status);
    buf_clear(&answer.body);
    buf_clear(&body);
    return rc;
}

static enum rc put_to_server(struct import_sink *base, struct import_chunk *chunk)
{
    struct import_sink_server *sink = (void *)base;
    enum rc rc = RC_OK;
    if (chunk->rows[0].kind != RECORD_SUPPRESSION)
        return post_batch(sink, chunk);
    for (size_t i = 0; i < chunk->count && rc == RC_OK;)
        if (chunk->rows[i].status == INGEST_REJECTED)
            i++;
        else
            rc = post_list(sink, chunk, i, &i);
    return rc;
}

void import_sink_server_init(struct import_sink_server *sink, struct http_client *server)
{
    *sink = (struct import_sink_server){.sink = {.put = put_to_server}, .server = server};
}
