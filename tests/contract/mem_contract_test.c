/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Holds the memory adapter to the contract. */
#include "adapter/mem/mem.h"
#include "contract/contract.h"

static void open_mem(struct contract *contract)
{
    struct mem_backend *backend = mem_open();
    contract->backend = backend;
    contract->store = mem_store(backend);
    contract->feed = mem_feed(backend);
    contract->queue = mem_queue(backend);
}

int main(void)
{
    const struct contract_adapter adapter = {.name = "mem", .open = open_mem, .persists = false};
    return contract_run(&adapter);
}
