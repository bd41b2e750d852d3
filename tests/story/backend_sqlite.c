/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "story.h"

#include "adapter/sqlite/sqlite.h"

void story_backend_open(struct story_backend *out, const char *folder)
{
    struct sqlite_backend *backend;
    struct str why;
    assert_int_equal(sqlite_open(folder, &backend, &why), RC_OK);
    *out = (struct story_backend){
        .store = sqlite_store(backend), .feed = sqlite_feed(backend), .queue = sqlite_queue(backend), .durable = true};
}
