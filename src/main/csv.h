/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* CSV by RFC 4180, with the liberties files take: LF or CRLF, a UTF-8 BOM, blank lines (skipped), a last line without an
 * end. A broken row is reported and reading goes on behind its first line, so that one stray quote costs one row and not
 * the rest of the file. One thread. */
#ifndef REKINDLE_MAIN_CSV_H
#define REKINDLE_MAIN_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"

#define CSV_FIELDS_MAX 256
#define CSV_ROW_MAX_BYTES (1024 * 1024)

/* Bytes of the file: as gzip_read. */
typedef enum rc csv_read(void *ctx, char *out, size_t size, size_t *got);

struct csv {
    csv_read *read;
    void *ctx;
    char *bytes; /* window over the file: [at, end) is not parsed yet */
    size_t at, end, cap;
    bool is_begun, is_over;
    int64_t line; /* of the next byte, from 1 */
    struct buf text;
    size_t starts[CSV_FIELDS_MAX + 1]; /* of the fields in text */
    struct str fields[CSV_FIELDS_MAX];
};

struct csv_row {
    const struct str *fields; /* empty ones have len 0; valid until the next call */
    size_t count;
    int64_t line;      /* where it begins */
    const char *fault; /* NULL, or what is wrong with the row (static); fields are not to be used then */
};

void csv_init(struct csv *csv, csv_read *read, void *ctx);
void csv_clear(struct csv *csv);
/* RC_OK with a row; RC_NOT_FOUND at the end; RC_IO or RC_CORRUPT from read. */
enum rc csv_next(struct csv *csv, struct csv_row *row);

/* Appends a field, quoted when it must be. */
void csv_add(struct buf *out, struct str field);

#endif
