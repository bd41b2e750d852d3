/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reads a mailbox over IMAP (RFC 3501) by libcurl, a round at a time. What was taken is deleted from it; what was left is
 * flagged (\Flagged) for a person, and not looked at again. A message is fetched, given away and only then marked: one that
 * a dying program had in its hands is read again, or stays deleted and not expunged. TLS is required (STARTTLS or imaps,
 * certificate and host name verified) unless the server is on the loopback. */
#ifndef REKINDLE_ADAPTER_IMAP_IMAP_H
#define REKINDLE_ADAPTER_IMAP_IMAP_H

#include <stddef.h>

#include "base/rc.h"
#include "base/str.h"

struct imap;

struct imap_options {
    struct str url;           /* imaps://user:password@host[:port][/folder]; percent-encoded; no folder: INBOX */
    struct str ca_file;       /* PEM certificates to trust instead of the system's; absent: the system's */
    size_t message_max;       /* bytes of a message that is fetched; larger ones are given away as absent */
    long response_timeout_ms; /* for each answer of the server; 0 = 30,000 */
};

/* Makes a reader; connects only when it reads. RC_INVALID with the reason for a person in *why (static memory). Options are
 * copied. One thread at a time, but for imap_stop. */
enum rc imap_open(const struct imap_options *options, struct imap **out, struct str *why);
void imap_close(struct imap *imap); /* NULL is fine */
/* Ends a read that is under way within a second or so, and every later one at once. Any thread. */
void imap_stop(struct imap *imap);

/* Whether a mailbox URL is of the form above; RC_INVALID with the reason in *why (static memory). */
enum rc imap_url_check(struct str url, struct str *why);

enum imap_verdict { IMAP_TAKE, IMAP_LEAVE, IMAP_LATER /* stays as it is, and the round ends */ };
/* `message`: its bytes, valid during the call; absent when it is larger than message_max. */
typedef enum imap_verdict imap_message(void *ctx, struct str message);

/* Connects, logs in and selects the folder. RC_OK; RC_IO with the reason in *why, as below. */
enum rc imap_check(struct imap *imap, struct str *why);

/* One round: connects, gives away the messages that are neither flagged nor deleted, oldest first, at most `most`, and
 * disconnects. RC_OK when all went well, *count messages were marked; fewer than `most`: there are no more. RC_BUSY when a
 * verdict was IMAP_LATER. RC_IO with the reason for a person in *why (the reader's, until the next round; the same words for
 * the same cause); RC_LIMITED when it was stopped. */
enum rc imap_read(struct imap *imap, size_t most, imap_message *each, void *ctx, size_t *count, struct str *why);

#endif
