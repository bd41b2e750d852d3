/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* It asks nobody: no bytes leave, nothing is billed, and it never has to wait. Its draft takes the same way as a model's:
 * as JSON text that is parsed and checked. */
#include "adapter/template/template.h"

#include "base/clock.h"
#include "core/template_writer.h"

static enum rc prepare(struct writer *writer, const struct brief *brief, const struct prompt *prompt,
                       struct arena *arena, struct writer_call *out)
{
    (void)writer, (void)prompt, (void)arena;
    *out = (struct writer_call){.brief = brief};
    return RC_OK;
}

static enum rc admit(struct writer *writer, const struct writer_call *call, int64_t *wait_ms)
{
    (void)writer, (void)call;
    *wait_ms = 0;
    return RC_OK;
}

static void leave(struct writer *writer, const struct writer_call *call) { (void)writer, (void)call; }

static enum rc send_call(struct writer *writer, const struct writer_call *call, struct arena *arena,
                         struct writer_reply *reply)
{
    (void)writer;
    int64_t began = clock_mono();
    struct draft *draft = arena_new(arena, 1, sizeof *draft);
    enum rc rc = template_write(call->brief, arena, draft);
    *reply = (struct writer_reply){.kind = STR("template"), .finish = STR("stop"), .bill = WRITER_BILL_NOTHING};
    reply->outcome = rc == RC_OK ? WRITER_ANSWERED : WRITER_REFUSED;
    if (rc == RC_OK) {
        struct buf text = {0};
        struct json_out out;
        json_out_init(&out, &text);
        draft_to_reply(draft, &out);
        reply->raw = arena_str(arena, buf_str(&text));
        buf_clear(&text);
    } else {
        reply->error = STR("there is no template in the client's language");
    }
    reply->latency_ms = clock_mono() - began;
    return RC_OK;
}

static enum rc look_up(struct writer *writer, struct str generation_id, int64_t *cost_microusd)
{
    (void)writer, (void)generation_id;
    *cost_microusd = 0;
    return RC_NOT_FOUND;
}

static void tell_state(struct writer *writer, struct arena *arena, struct writer_state *out)
{
    (void)writer, (void)arena;
    *out = (struct writer_state){
        .kind = STR("template"), .health = WRITER_READY, .last_error_ms_ago = I64_NONE, .key_left_microusd = I64_NONE};
}

static void do_nothing(struct writer *writer) { (void)writer; }

static const struct writer_vtable VTABLE = {.prepare = prepare,
                                            .admit = admit,
                                            .leave = leave,
                                            .send = send_call,
                                            .look_up = look_up,
                                            .state = tell_state,
                                            .stop = do_nothing,
                                            .close = do_nothing};

struct writer *template_writer(void)
{
    static struct writer writer = {.vtable = &VTABLE};
    return &writer;
}
