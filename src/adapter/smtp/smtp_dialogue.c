/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The dot may be out once all body bytes are on the socket and libcurl knows there are no more; before that it surely is
 * not, since libcurl writes the dot after the body. */
#include "adapter/smtp/smtp_dialogue.h"

#include <string.h>

void smtp_dialogue_init(struct smtp_dialogue *dialogue, size_t message_bytes)
{
    memset(dialogue, 0, sizeof *dialogue);
    dialogue->message_bytes = message_bytes;
    dialogue->phase = REPLY_CONNECT;
}

void smtp_dialogue_command(struct smtp_dialogue *dialogue, struct str command)
{
    static const struct {
        struct str verb;
        enum reply_phase phase;
    } VERBS[] = {{STR_INIT("EHLO"), REPLY_EHLO}, {STR_INIT("HELO"), REPLY_EHLO}, {STR_INIT("STARTTLS"), REPLY_TLS},
                 {STR_INIT("AUTH"), REPLY_AUTH}, {STR_INIT("MAIL"), REPLY_MAIL}, {STR_INIT("RCPT"), REPLY_RCPT},
                 {STR_INIT("DATA"), REPLY_DATA}};
    /* Lines of a login are base64, which could spell a verb but no blank or colon. */
    bool is_quit = str_equal(str_trim(command), STR("QUIT"));
    if (dialogue->phase == REPLY_AUTH && !is_quit && !str_starts_with(command, STR("MAIL FROM:")))
        return;
    for (size_t i = 0; i < sizeof VERBS / sizeof VERBS[0]; i++)
        if (str_starts_with(command, VERBS[i].verb))
            dialogue->phase = VERBS[i].phase;
    dialogue->quitting = dialogue->quitting || is_quit;
}

static bool dot_may_be_out(const struct smtp_dialogue *dialogue)
{
    return dialogue->handed_out && dialogue->written_bytes >= dialogue->message_bytes;
}

static void body_moved(struct smtp_dialogue *dialogue)
{
    if (dialogue->phase == REPLY_BODY && dot_may_be_out(dialogue))
        dialogue->phase = REPLY_DOT;
}

void smtp_dialogue_line(struct smtp_dialogue *dialogue, struct str line)
{
    line = str_trim(line);
    if (dialogue->quitting || line.len == 0 || str_starts_with(line, STR("221")))
        return;
    if (dialogue->phase == REPLY_DATA && str_starts_with(line, STR("354")))
        dialogue->phase = REPLY_BODY;
    dialogue->line_phase = dialogue->phase;
    dialogue->line_len = 0;
    for (size_t i = 0; i < line.len && dialogue->line_len < SMTP_LINE_MAX; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        dialogue->line[dialogue->line_len++] = c >= ' ' && c < 0x7F ? (char)c : '?';
    }
    body_moved(dialogue);
}

void smtp_dialogue_written(struct smtp_dialogue *dialogue, size_t bytes)
{
    dialogue->written_bytes += bytes;
    body_moved(dialogue);
}

void smtp_dialogue_handed_out(struct smtp_dialogue *dialogue)
{
    dialogue->handed_out = true;
    body_moved(dialogue);
}

/* The reply that decides: one that came after the dot, or a refusal before it. STR_NONE when the connection just broke. */
static struct str deciding_line(const struct smtp_dialogue *dialogue)
{
    struct str line = {dialogue->line, dialogue->line_len};
    if (line.len == 0)
        return STR_NONE;
    bool refusal = line.ptr[0] == '4' || line.ptr[0] == '5';
    bool after_dot = dialogue->line_phase == REPLY_DOT;
    return after_dot || (refusal && dialogue->line_phase == dialogue->phase) ||
                   (refusal && dialogue->line_phase == REPLY_BODY)
               ? line
               : STR_NONE;
}

static int code_of(struct str line)
{
    int code = 0;
    for (size_t i = 0; i < 3 && i < line.len && line.ptr[i] >= '0' && line.ptr[i] <= '9'; i++)
        code = code * 10 + (line.ptr[i] - '0');
    return code;
}

void smtp_dialogue_decide(const struct smtp_dialogue *dialogue, struct str failure, bool our_fault, struct arena *arena,
                          struct reply *reply)
{
    struct str line = deciding_line(dialogue);
    enum reply_phase phase = str_is_none(line) ? dialogue->phase : dialogue->line_phase;
    *reply = (struct reply){reply_classify(phase, line), phase, code_of(line), STR_NONE};
    if (str_is_none(line) && our_fault && phase < REPLY_BODY)
        reply->class = REPLY_OUR_FAULT;
    reply->text = arena_str(arena, str_is_none(line) ? failure : line);
}
