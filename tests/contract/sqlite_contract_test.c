/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Holds the SQLite adapter to the contract. */
#include <stdio.h>

#include "adapter/sqlite/sqlite.h"
#include "contract/contract.h"

static void open_sqlite(struct contract *contract)
{
    struct sqlite_backend *backend = NULL;
    struct str why = STR_NONE;
    if (sqlite_open_loose(contract->folder, &backend, &why) != RC_OK)
        fail_msg("cannot open: %.*s", STR_ARG(why));
    contract->backend = backend;
    contract->store = sqlite_store(backend);
    contract->feed = sqlite_feed(backend);
    contract->queue = sqlite_queue(backend);
}

int main(void)
{
    const struct contract_adapter adapter = {.name = "sqlite", .open = open_sqlite, .persists = true};
    return contract_run(&adapter);
}
