/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the SMTP mailer: where the dialogue with the relay stands. libcurl tells of every command and reply line and of
 * every body byte it wrote; from these, and not from its result code (which calls an accepted 251 an error and keeps a stale
 * 250 after a break), we conclude what became of a message. Pure. */
#ifndef REKINDLE_ADAPTER_SMTP_SMTP_DIALOGUE_H
#define REKINDLE_ADAPTER_SMTP_SMTP_DIALOGUE_H

#include "core/reply.h"

#define SMTP_LINE_MAX 500

struct smtp_dialogue {
    size_t message_bytes; /* of the message being sent */
    size_t written_bytes; /* of its body (dot-stuffed) that went to the socket */
    bool handed_out;      /* libcurl has read the message to its end: the final dot follows the last body byte */
    bool quitting;        /* QUIT was said; what the relay answers to it decides nothing */
    enum reply_phase phase;
    enum reply_phase line_phase; /* in which the last reply line came */
    char line[SMTP_LINE_MAX];    /* the last reply line, controls stripped */
    size_t line_len;
};
void smtp_dialogue_init(struct smtp_dialogue *dialogue, size_t message_bytes);
void smtp_dialogue_command(struct smtp_dialogue *dialogue, struct str command); /* a line of ours; never kept */
void smtp_dialogue_line(struct smtp_dialogue *dialogue, struct str line);       /* a line of the relay */
void smtp_dialogue_written(struct smtp_dialogue *dialogue, size_t bytes);       /* body bytes on the socket */
void smtp_dialogue_handed_out(struct smtp_dialogue *dialogue);

/* What it came to. `failure` is libcurl's sentence, used as text when no reply line decided; `our_fault` tells that the
 * failure was one of login, TLS or configuration. */
void smtp_dialogue_decide(const struct smtp_dialogue *dialogue, struct str failure, bool our_fault, struct arena *arena,
                          struct reply *reply);

#endif
