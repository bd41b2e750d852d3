/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Heap memory that never fails to the caller: out of memory logs one line to stderr and aborts the process. Jobs are
 * durable, so nothing is lost by dying. Every size that comes from outside is capped before it gets here. Any thread. */
#ifndef REKINDLE_BASE_MEM_H
#define REKINDLE_BASE_MEM_H

#include <stddef.h>

/* Zeroed block of count * size bytes (overflow aborts). Freed by mem_free. Never NULL, also for 0 bytes. */
void *mem_new(size_t count, size_t size);

/* Grows or shrinks `block` (or NULL) to count * size bytes; new bytes are not zeroed. The old pointer is gone. */
void *mem_resize(void *block, size_t count, size_t size);

/* Heap copy of a C string, freed by mem_free. */
char *mem_dup(const char *text);

/* Frees what mem_new, mem_resize or mem_dup gave; NULL is fine. */
void mem_free(void *block);

#endif
