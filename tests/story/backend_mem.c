/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "story.h"

#include "adapter/mem/mem.h"

void story_backend_open(struct story_backend *out, const char *folder)
{
    struct mem_backend *backend = mem_open();
    (void)folder;
    *out = (struct story_backend){.store = mem_store(backend), .feed = mem_feed(backend), .queue = mem_queue(backend)};
}
