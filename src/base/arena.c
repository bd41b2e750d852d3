/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A list of blocks, newest first; allocation moves one number. Only arena_new zeroes, and only what it hands out: texts
 * are written over at once, and a fresh block of 1 MB that is never filled is never touched. A request that does not fit
 * the next ordinary block gets one of its own behind the head, so that the room left in the head is not lost. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FIRST_BLOCK_BYTES ((size_t)4096)
#define LAST_BLOCK_BYTES ((size_t)1024 * 1024)

struct arena_block {
    struct arena_block *next;
    size_t size;       /* bytes behind this header */
    size_t used;       /* of them handed out */
    size_t next_bytes; /* how large the next ordinary block becomes, header included */
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena) { *arena = (struct arena){0}; }

void arena_clear(struct arena *arena)
{
    struct arena_block *block = arena->head;
    while (block != NULL) {
        struct arena_block *next = block->next;
        mem_free(block);
        block = next;
    }
    arena_init(arena);
}

/* Adds a block with room for `bytes` and returns it: a new head, or one of its own size behind the head. */
static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
    size_t total = arena->head ? arena->head->next_bytes : FIRST_BLOCK_BYTES;
    size_t after = total < LAST_BLOCK_BYTES ? total * 2 : LAST_BLOCK_BYTES;
    bool own = bytes > total - sizeof(struct arena_block);
    if (own) {
        after = total;
        /* An overflow here asks mem_resize for more than it can ever give, and that ends the process. */
        total = bytes > SIZE_MAX - sizeof(struct arena_block) ? SIZE_MAX : bytes + sizeof(struct arena_block);
    }
    struct arena_block *block = mem_resize(NULL, total, 1);
    *block = (struct arena_block){.size = total - sizeof(struct arena_block), .next_bytes = after};
    if (own && arena->head != NULL) {
        block->next = arena->head->next;
        arena->head->next = block;
    } else {
        block->next = arena->head;
        arena->head = block;
    }
    return block;
}

/* `bytes` of memory with any content at a multiple of `align`. */
static char *take(struct arena *arena, size_t bytes, size_t align)
{
    struct arena_block *block = arena->head;
    /* Blocks come from malloc, and bytes[] begins at a multiple of max_align_t: aligning the offset aligns the address. */
    size_t from = block ? (block->used + align - 1) & ~(align - 1) : 0;
    if (block == NULL || from > block->size || bytes > block->size - from) {
        block = add_block(arena, bytes);
        from = 0;
    }
    arena->used_bytes += from + bytes - block->used;
    block->used = from + bytes;
    return block->bytes + from;
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
    size_t bytes = size != 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size;
    return memset(take(arena, bytes, alignof(max_align_t)), 0, bytes);
}

struct str arena_str(struct arena *arena, struct str text)
{
    if (str_is_none(text))
        return STR_NONE;
    char *copy = take(arena, text.len + 1, 1);
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return (struct str){copy, text.len};
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    /* Into what the open block has left; only what does not fit there is formatted twice. */
    struct arena_block *block = arena->head;
    size_t room = block ? block->size - block->used : 0;
    int length = vsnprintf(room ? block->bytes + block->used : NULL, room, format, args);
    va_end(args);
    if (length < 0)
        abort(); /* a format this C library does not know: our bug */
    char *text = take(arena, (size_t)length + 1, 1);
    if ((size_t)length >= room)
        (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return (struct str){text, (size_t)length};
}
