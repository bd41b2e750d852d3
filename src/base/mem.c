/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Why: so that nobody above has to think about a failed allocation. Zero bytes are asked for as one, because malloc(0)
 * may answer NULL and "never NULL" is the promise. The last words are written without printf, which could allocate. */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void die(void)
{
    static const char WORDS[] = "out_of_memory: the process ends; its jobs are durable and run again after a restart\n";
    /* Nothing better can be done when even this write fails. */
    ssize_t written = write(STDERR_FILENO, WORDS, sizeof(WORDS) - 1);
    (void)written;
    abort();
}

void *mem_new(size_t count, size_t size)
{
    if (count == 0 || size == 0)
        count = size = 1;
    void *block = calloc(count, size); /* checks the product itself */
    if (block == NULL)
        die();
    return block;
}

void *mem_resize(void *block, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        die();
    size_t bytes = count * size;
    void *moved = realloc(block, bytes ? bytes : 1);
    if (moved == NULL)
        die();
    return moved;
}

char *mem_dup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = mem_resize(NULL, bytes, 1);
    memcpy(copy, text, bytes);
    return copy;
}

void mem_free(void *block) { free(block); }
