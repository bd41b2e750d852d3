/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows as NDJSON batches to the server that has the folder; its answer has one line for each of ours, in their order. */
#include "main/import.h"

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

static enum rc post_suppression(struct import_sink_server *sink, struct str email)
{
    struct buf body = {0};
    struct json_out out;
    json_out_init(&out, &body);
    json_begin_object(&out);
    json_pair_str(&out, "email", email);
    json_pair_str(&out, "reason", STR("imported"));
    json_end_object(&out);
    struct http_answer answer = {.status = 0};
    struct http_request request = {
        .method = "POST", .path = "/api/v1/suppressions", .type = "application/json", .body = buf_str(&body)};
    enum rc rc = http_call(sink->server, &request, &answer);
    sink->status = answer.status;
    if (rc == RC_OK && (answer.status < 200 || answer.status > 299))
        rc = rc_of(answer.status);
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
    for (size_t i = 0; i < chunk->count && rc == RC_OK; i++) {
        if (chunk->rows[i].status == INGEST_REJECTED)
            continue;
        rc = post_suppression(sink, chunk->rows[i].as.client.email);
        chunk->rows[i].status = INGEST_STORED;
    }
    return rc;
}

void import_sink_server_init(struct import_sink_server *sink, struct http_client *server)
{
    *sink = (struct import_sink_server){.sink = {.put = put_to_server}, .server = server};
}
