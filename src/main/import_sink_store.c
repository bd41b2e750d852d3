/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/import.h"

#include "step/client_acts.h"

static enum rc suppress(const struct step_env *env, struct import_chunk *chunk)
{
    for (size_t i = 0; i < chunk->count; i++) {
        struct suppression added;
        if (chunk->rows[i].status == INGEST_REJECTED)
            continue;
        enum rc rc = suppression_add(env, chunk->rows[i].as.client.email, SUPPRESSED_IMPORT, STR("import"),
                                     &chunk->arena, &added);
        if (rc != RC_OK)
            return rc;
        chunk->rows[i].status = INGEST_STORED;
    }
    return RC_OK;
}

static enum rc put_in_store(struct import_sink *sink, struct import_chunk *chunk)
{
    const struct step_env *env = ((struct import_sink_store *)(void *)sink)->env;
    if (chunk->rows[0].kind == RECORD_SUPPRESSION)
        return suppress(env, chunk);
    enum rc rc = ingest_rows(env, chunk->rows, chunk->count, STR("import"), true, &chunk->arena);
    for (size_t i = 0; i < chunk->count && rc == RC_OK; i++)
        if (chunk->rows[i].status == INGEST_REJECTED && str_is_none(chunk->reasons[i]))
            chunk->reasons[i] = STR("it does not fit what is stored: an order keeps its client");
    return rc;
}

void import_sink_store_init(struct import_sink_store *sink, const struct step_env *env)
{
    *sink = (struct import_sink_store){.sink = {.put = put_in_store}, .env = env};
}

static enum rc put_nowhere(struct import_sink *sink, struct import_chunk *chunk)
{
    (void)sink;
    (void)chunk;
    return RC_OK;
}

void import_sink_check_init(struct import_sink *sink) { *sink = (struct import_sink){.put = put_nowhere}; }
