/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A CSV file, row by row, in chunks, into a sink: the store, or the server that has it. Every row read is accounted for:
 * read = stored + unchanged + rejected + erased. Running a file twice changes nothing. */
#ifndef REKINDLE_MAIN_IMPORT_H
#define REKINDLE_MAIN_IMPORT_H

#include <stdio.h>

#include "main/import_columns.h"
#include "step/ingest.h"

#define IMPORT_CHUNK 5000

/* Rows at hand: records, where they stand in the file, and why they were rejected. */
struct import_chunk {
    struct ingest_row *rows; /* a rejected one is passed over by a sink */
    int64_t *lines;
    struct str *reasons;
    size_t count;
    struct arena arena; /* of all their texts */
};

/* Where rows go. `put` is durable when it returns; it fills the status of every row, and the reason of one it rejects. */
struct import_sink {
    enum rc (*put)(struct import_sink *sink, struct import_chunk *chunk);
};

/* Into an open store, as one bulk load a chunk. */
struct import_sink_store {
    struct import_sink sink;
    const struct step_env *env;
};
void import_sink_store_init(struct import_sink_store *sink, const struct step_env *env);

/* enum suppression_reason of a row of suppressions. */
int import_reason(const struct ingest_row *row);

/* To a running server, as batches. */
struct http_client;
struct import_sink_server {
    struct import_sink sink;
    struct http_client *server;
    long status; /* of an answer that was no success */
};
void import_sink_server_init(struct import_sink_server *sink, struct http_client *server);

/* Stores nothing: rows that keep their rules come back as unchanged. */
void import_sink_check_init(struct import_sink *sink);

struct import {
    const struct import_kind *kind;
    struct import_shop shop;
    const struct str_list *maps;
    struct import_sink *sink;
    csv_read *read; /* the file's bytes */
    void *read_ctx;
    const char *rejects_path; /* NULL: rejects are only counted */
    /* Called after each chunk with the rows so far; may be NULL. */
    void (*progress)(void *ctx, const struct import *import);
    void *progress_ctx;

    int64_t count, tally[4]; /* out: rows read; by ingest_status */
    struct str ignored;      /* out: columns that mean nothing, in the arena */
};
/* RC_INVALID for a header that will not do, RC_IO and so on; *why (in the arena) is a sentence. Rows that were put before a
 * fault stay; a second run takes the rest. */
enum rc import_run(struct import *import, struct arena *arena, struct str *why);

#endif
