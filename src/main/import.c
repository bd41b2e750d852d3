/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/import.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

struct run {
    struct import *import;
    struct arena *arena; /* of the whole run */
    struct csv csv;
    struct import_header header;
    struct import_reader reader;
    struct import_chunk chunk; /* room for IMPORT_CHUNK */
    FILE *rejects;             /* opened with the first reject */
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

static enum rc note_reject(struct run *run, int64_t number, struct str reason)
{
    if (!run->import->rejects_path)
        return RC_OK;
    if (!run->rejects) {
        enum rc rc = open_rejects(run);
        if (rc != RC_OK)
            return rc;
    }
    struct buf line = {0};
    buf_printf(&line, "%lld,", (long long)number);
    csv_add(&line, reason);
    buf_add_c(&line, "\n");
    bool written = fwrite(line.ptr, 1, line.len, run->rejects) == line.len;
    buf_clear(&line);
    return written ? RC_OK : RC_IO;
}

static enum rc flush(struct run *run)
{
    struct import *import = run->import;
    struct import_chunk *chunk = &run->chunk;
    enum rc rc = import->sink->put(import->sink, chunk);
    if (rc != RC_OK)
        *run->why = arena_printf(
            run->arena, "rows from line %lld on could not be stored (%s); running the file again takes the rest",
            (long long)chunk->lines[0], rc_name(rc));
    for (size_t i = 0; i < chunk->count && rc == RC_OK; i++) {
        import->tally[chunk->rows[i].status]++;
        if (chunk->rows[i].status == INGEST_REJECTED)
            rc = note_reject(run, chunk->lines[i], chunk->reasons[i]);
    }
    chunk->count = 0;
    arena_clear(&chunk->arena);
    if (rc == RC_OK && import->progress)
        import->progress(import->progress_ctx, import);
    return rc;
}

static enum rc take_row(struct run *run, const struct csv_row *row)
{
    struct import_chunk *chunk = &run->chunk;
    size_t i = chunk->count++;
    chunk->lines[i] = row->line;
    chunk->reasons[i] = STR_NONE;
    run->import->count++;
    if (import_row_read(&run->reader, row, &chunk->arena, &chunk->rows[i], &chunk->reasons[i]) != RC_OK)
        chunk->rows[i].status = INGEST_REJECTED;
    return chunk->count == IMPORT_CHUNK ? flush(run) : RC_OK;
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
    return run->chunk.count > 0 ? flush(run) : RC_OK;
}

enum rc import_run(struct import *import, struct arena *arena, struct str *why)
{
    struct run run = {.import = import, .arena = arena, .why = why};
    *why = STR_NONE;
    run.reader.header = &run.header;
    run.reader.shop = import->shop;
    run.chunk.rows = mem_new(IMPORT_CHUNK, sizeof *run.chunk.rows);
    run.chunk.lines = mem_new(IMPORT_CHUNK, sizeof *run.chunk.lines);
    run.chunk.reasons = mem_new(IMPORT_CHUNK, sizeof *run.chunk.reasons);
    csv_init(&run.csv, import->read, import->read_ctx);
    if (import->rejects_path)
        unlink(import->rejects_path); /* of an earlier run: its lines are not this run's */
    enum rc rc = read_rows(&run);
    if (run.rejects && fclose(run.rejects) != 0 && rc == RC_OK) {
        *why = arena_printf(arena, "cannot write %s", import->rejects_path);
        rc = RC_IO;
    }
    csv_clear(&run.csv);
    import_reader_clear(&run.reader);
    arena_clear(&run.chunk.arena);
    mem_free(run.chunk.rows);
    mem_free(run.chunk.lines);
    mem_free(run.chunk.reasons);
    return rc;
}
