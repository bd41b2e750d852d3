/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rows as NDJSON batches to the server that has the folder; its answer has one line for each of ours, in their order. */
#include "main/import.h"

#include "main/http_client.h"

static struct str reason_of(const struct import_kind *kind, const struct json *answer, struct arena *arena)
{
    const struct json *error = json_at(json_get(answer, "errors"), 0);
    struct str pointer = json_get_str(error, "pointer"), rest = pointer;
    if (str_is_none(pointer))
        return STR("the server gave no reason");
    str_cut(&rest, '/'); /* before the first slash, then the wrapper */
    str_cut(&rest, '/');
    char member[200];
    size_t length = 0;
    for (size_t i = 0; i < rest.len && length < sizeof member; i++)
        member[length++] = rest.ptr[i] == '/' ? '.' : rest.ptr[i];
    struct str column = import_column_of(kind, (struct str){member, length});
    return arena_printf(arena, "%.*s %.*s", STR_ARG(column), STR_ARG(json_get_str(error, "detail")));
}

/* The index of a status word, or INGEST_REJECTED for none of ours. */
static enum ingest_status status_of(struct str word)
{
    int index = field_enum_from(INGEST_STATUS_WORDS, word);
    return index < 0 ? INGEST_REJECTED : (enum ingest_status)index;
}

static enum rc read_answer(const struct import_kind *kind, struct str lines, struct import_row *rows, size_t count,
                           struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        struct json *answer = NULL;
        struct json_error error;
        if (str_is_none(lines) || json_parse(str_cut(&lines, '\n'), &answer, &error) != RC_OK)
            return RC_CORRUPT;
        rows[i].status = status_of(json_get_str(answer, "status"));
        if (rows[i].status == INGEST_REJECTED)
            rows[i].reason = reason_of(kind, answer, arena);
        json_free(answer);
    }
    return RC_OK;
}

static enum rc rc_of(long status)
{
    return status == 401 || status == 403 ? RC_DENIED : status == 429 || status == 503 ? RC_BUSY : RC_IO;
}

static enum rc post_batch(struct import_sink_server *sink, const struct import_kind *kind, struct import_row *rows,
                          size_t count, struct arena *arena)
{
    struct buf body = {0};
    for (size_t i = 0; i < count; i++) {
        buf_add(&body, rows[i].text);
        buf_add_char(&body, '\n');
    }
    struct http_answer answer = {.status = 0};
    struct http_request request = {
        .method = "POST", .path = "/api/v1/batch", .type = "application/x-ndjson", .body = buf_str(&body)};
    enum rc rc = http_call(sink->server, &request, &answer);
    sink->status = answer.status;
    if (rc == RC_OK)
        rc = answer.status == 200 ? read_answer(kind, buf_str(&answer.body), rows, count, arena) : rc_of(answer.status);
    buf_clear(&answer.body);
    buf_clear(&body);
    return rc;
}

static enum rc post_suppression(struct import_sink_server *sink, struct import_row *row, struct arena *arena)
{
    struct buf body = {0};
    struct json_out out;
    json_out_init(&out, &body);
    json_begin_object(&out);
    json_pair_str(&out, "email", row->text);
    json_pair_str(&out, "reason", STR("imported"));
    json_end_object(&out);
    struct http_answer answer = {.status = 0};
    struct http_request request = {
        .method = "POST", .path = "/api/v1/suppressions", .type = "application/json", .body = buf_str(&body)};
    enum rc rc = http_call(sink->server, &request, &answer);
    sink->status = answer.status;
    bool rule = answer.status == 422;
    row->status = rule ? INGEST_REJECTED : INGEST_STORED;
    if (rule)
        row->reason = arena_printf(arena, "email %s", RULE_EMAIL.detail);
    if (rc == RC_OK && !rule && (answer.status < 200 || answer.status > 299))
        rc = rc_of(answer.status);
    buf_clear(&answer.body);
    buf_clear(&body);
    return rc;
}

static enum rc put_to_server(struct import_sink *base, const struct import_kind *kind, struct import_row *rows,
                             size_t count, struct arena *arena)
{
    struct import_sink_server *sink = (void *)base;
    if (kind->wrap)
        return post_batch(sink, kind, rows, count, arena);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = post_suppression(sink, &rows[i], arena);
    return rc;
}

void import_sink_server_init(struct import_sink_server *sink, struct http_client *server)
{
    *sink = (struct import_sink_server){.sink = {.put = put_to_server}, .server = server};
}
