/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/import.h"

#include "step/suppress_list.h"

int import_reason(const struct ingest_row *row)
{
    struct str word = row->as.client.consent_source;
    return str_is_none(word) ? SUPPRESSED_IMPORT : field_enum_from(SUPPRESSION_REASON_WORDS, word);
}

static enum rc suppress(const struct step_env *env, struct import_chunk *chunk)
{
    struct suppress_item *items = arena_new(&chunk->arena, chunk->count, sizeof *items);
    size_t count = 0, at = 0;
    for (size_t i = 0; i < chunk->count; i++)
        if (chunk->rows[i].status != INGEST_REJECTED)
            items[count++] = (struct suppress_item){.email = chunk->rows[i].as.client.email,
                                                    .reason = import_reason(&chunk->rows[i])};
    enum rc rc = suppress_list(env, items, count, STR("import"), &chunk->arena);
    for (size_t i = 0; rc == RC_OK && i < chunk->count; i++)
        if (chunk->rows[i].status != INGEST_REJECTED)
            chunk->rows[i].status = items[at++].status == SUPPRESS_KNOWN ? INGEST_UNCHANGED : INGEST_STORED;
    return rc;
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
