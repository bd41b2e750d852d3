/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How often each text came by: orders without an id are told apart by their count within client, day and total, over a
 * whole file. Keeps 16 bytes of a digest a text, so a file of millions fits. One thread. */
#ifndef REKINDLE_MAIN_TALLY_H
#define REKINDLE_MAIN_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct tally_slot {
    uint8_t digest[16];
    uint32_t count; /* 0: free */
};
struct tally {
    struct tally_slot *slots;
    size_t capacity, used;
};

/* How often `text` came before; counts this time too. `(struct tally){0}` is empty. */
uint32_t tally_next(struct tally *tally, struct str text);
void tally_clear(struct tally *tally);

#endif
