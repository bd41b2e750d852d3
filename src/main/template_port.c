/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/template_port.h"

#include "base/clock.h"
#include "core/template_writer.h"

static enum rc write_draft(struct writer *writer, const struct brief *brief, struct arena *arena, struct draft *out,
                           struct writer_receipt *receipt)
{
    (void)writer;
    int64_t began = clock_mono();
    enum rc rc = template_write(brief, arena, out);
    *receipt = (struct writer_receipt){.kind = STR("template"), .latency_ms = clock_mono() - began};
    if (rc != RC_OK)
        receipt->error = STR("there is no template in the client's language");
    return rc;
}

static enum rc check(struct writer *writer, struct str *why)
{
    (void)writer;
    *why = STR_NONE;
    return RC_OK;
}

static void close_writer(struct writer *writer) { (void)writer; }

static const struct writer_vtable VTABLE = {.write = write_draft, .check = check, .close = close_writer};

struct writer *template_port(void)
{
    static struct writer writer = {.vtable = &VTABLE};
    return &writer;
}
