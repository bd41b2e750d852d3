/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A file read from its beginning, gzipped or not (told by its first bytes). One thread. */
#ifndef REKINDLE_MAIN_GZIP_INPUT_H
#define REKINDLE_MAIN_GZIP_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct gzip_input;

/* "-" is stdin. RC_NOT_FOUND or RC_IO; errno says more. */
enum rc gzip_open(const char *path, struct gzip_input **out);
/* Up to `size` bytes (over 0); *got 0 at the end. RC_CORRUPT when the gzip stream is damaged or cut short, RC_IO. */
enum rc gzip_read(struct gzip_input *input, char *out, size_t size, size_t *got);
/* How far the reading is in the file, 0 to 1; 0 when its size is not known. */
double gzip_progress(struct gzip_input *input);
void gzip_close(struct gzip_input *input); /* NULL is fine */

#endif
