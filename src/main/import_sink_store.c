/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The rows of a chunk become records by the API's own rules (record_from_json) and go in as one bulk load. */
#include "main/import.h"

#include "base/mem.h"
#include "step/client_acts.h"

/* "/consent/at must be ..." as the file would say it: "consent_at must be ...". */
static struct str reason_of(const struct import_kind *kind, const struct problem *problem, struct arena *arena)
{
    char member[200];
    size_t length = 0;
    for (size_t i = 1; i < problem->pointer.len && length < sizeof member; i++)
        member[length++] = problem->pointer.ptr[i] == '/' ? '.' : problem->pointer.ptr[i];
    struct str column = import_column_of(kind, (struct str){member, length});
    return arena_printf(arena, "%.*s %.*s", STR_ARG(column), STR_ARG(problem->detail));
}

/* Reads a batch line into the record of `out`; a rejected row says why. */
static void read_row(const struct import_kind *kind, struct import_row *row, struct ingest_row *out,
                     struct arena *arena)
{
    struct json *line = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    out->kind = kind->record;
    out->status = INGEST_UNCHANGED;
    record_init(kind->record, &out->as);
    if (json_parse(row->text, &line, &error) != RC_OK) { /* NUL or bytes that are no UTF-8 */
        row->reason = STR("the row is no UTF-8 text, or holds a NUL byte");
        out->status = INGEST_REJECTED;
    } else if (record_from_json(kind->record, json_get(line, kind->wrap), INPUT_UPSERT, arena, &out->as, &problems) !=
               RC_OK) {
        row->reason = problems.count > 0 ? reason_of(kind, &problems.items[0], arena) : STR("a rule is broken");
        out->status = INGEST_REJECTED;
    }
    json_free(line);
    row->status = out->status;
}

static void read_rows(const struct import_kind *kind, struct import_row *rows, size_t count, struct ingest_row *out,
                      struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        read_row(kind, &rows[i], &out[i], arena);
}

static enum rc suppress(const struct step_env *env, struct import_row *rows, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        struct suppression added;
        if (!RULE_EMAIL.holds(rows[i].text)) {
            rows[i].status = INGEST_REJECTED;
            rows[i].reason = arena_printf(arena, "email %s", RULE_EMAIL.detail);
            continue;
        }
        enum rc rc = suppression_add(env, rows[i].text, SUPPRESSED_IMPORT, STR("import"), arena, &added);
        if (rc != RC_OK)
            return rc;
        rows[i].status = INGEST_STORED;
    }
    return RC_OK;
}

static enum rc put_in_store(struct import_sink *sink, const struct import_kind *kind, struct import_row *rows,
                            size_t count, struct arena *arena)
{
    const struct step_env *env = ((struct import_sink_store *)(void *)sink)->env;
    if (!kind->wrap)
        return suppress(env, rows, count, arena);
    struct ingest_row *records = mem_new(count, sizeof *records);
    read_rows(kind, rows, count, records, arena);
    enum rc rc = ingest_rows(env, records, count, STR("import"), true, arena);
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        if (records[i].status == INGEST_REJECTED && rows[i].status != INGEST_REJECTED)
            rows[i].reason = STR("it does not fit what is stored: an order keeps its client");
        rows[i].status = records[i].status;
    }
    mem_free(records);
    return rc;
}

void import_sink_store_init(struct import_sink_store *sink, const struct step_env *env)
{
    *sink = (struct import_sink_store){.sink = {.put = put_in_store}, .env = env};
}

static enum rc check_only(struct import_sink *sink, const struct import_kind *kind, struct import_row *rows,
                          size_t count, struct arena *arena)
{
    (void)sink;
    struct ingest_row *records = mem_new(count, sizeof *records);
    if (kind->wrap)
        read_rows(kind, rows, count, records, arena);
    for (size_t i = 0; i < count && !kind->wrap; i++) {
        rows[i].status = RULE_EMAIL.holds(rows[i].text) ? INGEST_UNCHANGED : INGEST_REJECTED;
        rows[i].reason = arena_printf(arena, "email %s", RULE_EMAIL.detail);
    }
    mem_free(records);
    return RC_OK;
}

void import_sink_check_init(struct import_sink *sink) { *sink = (struct import_sink){.put = check_only}; }
