/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST /api/v1/batch: NDJSON, a record a line. A line that breaks a rule is rejected alone; all others are durable in one
 * commit when the request is answered. An empty batch is a report of the feed. */
#include "api/handlers.h"
#include "api/json_where.h"
#include "api/problem.h"
#include "api/respond.h"
#include "api/route.h"
#include "base/id.h"
#include "core/record.h"
#include "step/ingest.h"

#define LINES_MAX 5000
#define LINE_MAX (1024 * 1024)
#define ROWS_PER_EACH 200 /* over this the rows make one change together: a history, not single events */

static const struct {
    const char *name;
    enum record_kind kind;
    struct str base; /* of the pointers: they begin at the line, not at the record inside it */
} KINDS[] = {{"client", RECORD_CLIENT, STR_INIT("/client")},
             {"order", RECORD_ORDER, STR_INIT("/order")},
             {"product", RECORD_PRODUCT, STR_INIT("/product")}};

struct line {
    struct problems problems;
    bool is_rejected;
};

struct batch_in {
    const struct request *request;
    struct ingest_row *rows;
    struct line *lines; /* one a row; its problems are kept only for rejected ones */
    size_t count;
};

static void *record_of(struct ingest_row *row) { return &row->as; }

/* {"order":{…}} with one member of a known name, or NULL with what is wrong. */
static const struct json *unwrap(const struct json *json, struct ingest_row *row, struct arena *arena,
                                 struct problems *problems)
{
    const struct json *found = NULL;
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        const struct json *member = json_get(json, KINDS[i].name);
        if (member == NULL)
            continue;
        found = member;
        row->kind = KINDS[i].kind;
        problems->base = KINDS[i].base;
    }
    if (found != NULL && json_size(json) == 1)
        return found;
    problems->base = STR_NONE;
    problems_add(problems, arena, STR(""), "kind", "must be an object with exactly one of client, order, product");
    return NULL;
}

static void read_record(const struct json *json, struct ingest_row *row, struct arena *arena, struct problems *problems)
{
    const struct json *inner = unwrap(json, row, arena, problems);
    if (inner == NULL)
        return;
    record_init(row->kind, record_of(row));
    /* an order may come without id and gets a derived one; a client and a product need theirs */
    enum record_input mode = row->kind == RECORD_ORDER ? INPUT_CREATE : INPUT_UPSERT;
    record_from_json(row->kind, inner, mode, arena, record_of(row), problems);
    if (id_is_valid(json_get_str(inner, "id"))) /* what is no id is not repeated */
        row->id = arena_str(arena, json_get_str(inner, "id"));
}

static void refuse_text(struct line *line, struct str text, const struct json_error *error, struct arena *arena)
{
    struct json_where where = json_where(text, arena);
    problems_add(&line->problems, arena, where.pointer, where.rule, error->text);
}

static void read_line(struct batch_in *in, struct str text)
{
    struct arena *arena = in->request->arena;
    struct ingest_row *row = &in->rows[in->count];
    struct line *line = &in->lines[in->count++];
    struct json *json = NULL;
    struct json_error error;
    *row = (struct ingest_row){.kind = RECORD_CLIENT, .status = INGEST_UNCHANGED, .id = STR_NONE};
    if (text.len > LINE_MAX)
        problems_add(&line->problems, arena, STR(""), "length", "a line may have 1048576 bytes");
    else if (json_parse(text, &json, &error) != RC_OK)
        refuse_text(line, text, &error, arena);
    else
        read_record(json, row, arena, &line->problems);
    json_free(json);
    line->is_rejected = line->problems.count > 0;
    if (line->is_rejected)
        row->status = INGEST_REJECTED;
}

static size_t count_lines(struct str body)
{
    size_t count = 0;
    while (!str_is_empty(body)) {
        str_cut(&body, '\n');
        count++;
    }
    return count;
}

static void write_result(const struct batch_in *in, size_t i, struct json_out *out)
{
    const struct ingest_row *row = &in->rows[i];
    const struct line *line = &in->lines[i];
    json_begin_object(out);
    json_pair_i64(out, "line", (int64_t)i + 1);
    json_pair_str(out, "status", str_of(INGEST_STATUS_WORDS[row->status]));
    json_pair_str(out, "id", row->id);
    json_key(out, "errors");
    json_begin_array(out);
    for (size_t k = 0; k < line->problems.count; k++) {
        json_begin_object(out);
        json_pair_str(out, "pointer", line->problems.items[k].pointer);
        json_pair_str(out, "rule", line->problems.items[k].rule);
        json_pair_str(out, "detail", line->problems.items[k].detail);
        json_end_object(out);
    }
    json_end_array(out);
    json_end_object(out);
}

/* A row that the merge refused has its reason here: the only rule between records that a line can break. */
static void explain_refusals(struct batch_in *in)
{
    for (size_t i = 0; i < in->count; i++) {
        if (in->rows[i].status == INGEST_REJECTED && in->lines[i].problems.count == 0)
            problems_add(&in->lines[i].problems, in->request->arena, STR("/client_id"), "client",
                         "the client of a stored order never changes");
    }
}

static void answer(struct response *response, const struct batch_in *in)
{
    response_reset(response);
    for (size_t i = 0; i < in->count; i++) {
        struct json_out out;
        json_out_init(&out, &response->body);
        write_result(in, i, &out);
        buf_add_char(&response->body, '\n');
    }
    response->status = 200;
    response->type = "application/x-ndjson";
}

void batch_post(const struct request *request, struct response *response, struct api *api)
{
    struct batch_in in = {.request = request};
    struct str rest = request->body;
    size_t lines = count_lines(rest);
    if (lines > LINES_MAX) {
        problem_write(request, response, PROBLEM_TOO_LARGE, PROBLEM(STR(""), "length", "is over 5000 lines"));
        return;
    }
    in.rows = arena_new(request->arena, lines + 1, sizeof *in.rows);
    in.lines = arena_new(request->arena, lines + 1, sizeof *in.lines);
    while (!str_is_empty(rest))
        read_line(&in, str_trim(str_cut(&rest, '\n')));
    enum rc rc = ingest_rows(&api->env, in.rows, in.count, STR("api"), in.count > ROWS_PER_EACH, request->arena);
    if (rc != RC_OK) {
        problem_from_rc(request, response, rc);
        return;
    }
    explain_refusals(&in);
    answer(response, &in);
}
