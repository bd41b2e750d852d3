/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/import.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

struct run {
    struct import *import;
    struct arena *arena; /* of the whole run */
    struct arena chunk;  /* of the rows at hand */
    struct csv csv;
    struct import_header header;
    struct tally twins;
    struct import_row *rows; /* IMPORT_CHUNK of them */
    size_t count;
    FILE *rejects; /* opened with the first reject */
    struct str *why;
};

static enum rc open_rejects(struct run *run)
{
    run->rejects = fopen(run->import->rejects_path, "we");
    if (!run->rejects || fputs("line,reason\n", run->rejects) < 0) {
        *run->why = arena_printf(run->arena, "cannot write %s: %s", run->import->rejects_path, strerror(errno));
        return RC_IO;
    }
    return RC_OK;
}

static enum rc note_reject(struct run *run, const struct import_row *row)
{
    if (!run->import->rejects_path)
        return RC_OK;
    if (!run->rejects) {
        enum rc rc = open_rejects(run);
        if (rc != RC_OK)
            return rc;
    }
    struct buf line = {0};
    buf_printf(&line, "%lld,", (long long)row->line);
    csv_add(&line, row->reason);
    buf_add_c(&line, "\n");
    bool written = fwrite(line.ptr, 1, line.len, run->rejects) == line.len;
    buf_clear(&line);
    return written ? RC_OK : RC_IO;
}

/* Rows that are rejected already stay out of the sink: they stand behind the others. */
static enum rc flush(struct run *run)
{
    struct import *import = run->import;
    struct import_row *good = mem_new(IMPORT_CHUNK, sizeof *good);
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++)
        if (run->rows[i].status != INGEST_REJECTED)
            good[count++] = run->rows[i];
    enum rc rc = count > 0 ? import->sink->put(import->sink, import->kind, good, count, &run->chunk) : RC_OK;
    if (rc != RC_OK)
        *run->why = arena_printf(run->arena,
                                 "rows from line %lld on could not be stored (%s); running the file again takes "
                                 "the rest",
                                 (long long)run->rows[0].line, rc_name(rc));
    for (size_t i = 0, next = 0; i < run->count && rc == RC_OK; i++) {
        const struct import_row *row = run->rows[i].status == INGEST_REJECTED ? &run->rows[i] : &good[next++];
        import->tally[row->status]++;
        if (row->status == INGEST_REJECTED)
            rc = note_reject(run, row);
    }
    mem_free(good);
    run->count = 0;
    arena_clear(&run->chunk);
    if (rc == RC_OK && import->progress)
        import->progress(import->progress_ctx, import);
    return rc;
}

static enum rc take_row(struct run *run, const struct csv_row *row)
{
    struct import_row *out = &run->rows[run->count++];
    *out = (struct import_row){.line = row->line, .status = INGEST_UNCHANGED};
    run->import->count++;
    enum rc rc =
        import_row_text(&run->header, row, &run->import->shop, &run->twins, &run->chunk, &out->text, &out->reason);
    if (rc != RC_OK)
        out->status = INGEST_REJECTED;
    return run->count == IMPORT_CHUNK ? flush(run) : RC_OK;
}

static enum rc read_rows(struct run *run)
{
    struct csv_row row;
    enum rc rc = csv_next(&run->csv, &row);
    if (rc == RC_NOT_FOUND) {
        *run->why = STR("the file is empty; its first line must name the columns");
        return RC_INVALID;
    }
    if (rc == RC_OK)
        rc = import_header_read(run->import->kind, &row, run->import->maps, run->arena, &run->header, run->why);
    run->import->ignored = run->header.ignored;
    while (rc == RC_OK && (rc = csv_next(&run->csv, &row)) == RC_OK)
        rc = take_row(run, &row);
    if (rc != RC_NOT_FOUND) {
        if (str_is_none(*run->why))
            *run->why = arena_printf(run->arena, "the file cannot be read behind line %lld%s", (long long)run->csv.line,
                                     rc == RC_CORRUPT ? ": its gzip data is damaged or cut short" : "");
        return rc;
    }
    return run->count > 0 ? flush(run) : RC_OK;
}

enum rc import_run(struct import *import, struct arena *arena, struct str *why)
{
    struct run run = {.import = import, .arena = arena, .why = why};
    *why = STR_NONE;
    run.rows = mem_new(IMPORT_CHUNK, sizeof *run.rows);
    csv_init(&run.csv, import->read, import->read_ctx);
    if (import->rejects_path)
        unlink(import->rejects_path); /* of an earlier run: its lines are not this run's */
    enum rc rc = read_rows(&run);
    if (run.rejects && fclose(run.rejects) != 0 && rc == RC_OK) {
        *why = arena_printf(arena, "cannot write %s", import->rejects_path);
        rc = RC_IO;
    }
    csv_clear(&run.csv);
    tally_clear(&run.twins);
    arena_clear(&run.chunk);
    mem_free(run.rows);
    return rc;
}
