/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A mailer that speaks SMTP by libcurl: one handle, one connection at a time, one recipient a transaction. It never sends
 * twice by itself; what it cannot know it calls uncertain. TLS is required (STARTTLS or smtps, certificate and host name
 * verified) unless the relay is on the loopback. */
#ifndef REKINDLE_ADAPTER_SMTP_SMTP_H
#define REKINDLE_ADAPTER_SMTP_SMTP_H

#include "port/mailer.h"

struct smtp_options {
    struct str url;           /* smtp://[user:password@]host[:port] or smtps://; user and password percent-encoded */
    struct str ehlo_name;     /* our host name for EHLO; absent: the machine's */
    struct str ca_file;       /* PEM certificates to trust instead of the system's; absent: the system's */
    long response_timeout_ms; /* for each reply of the relay; 0 = 600,000 (RFC 5321 section 4.5.3.2.6) */
};

/* Makes a mailer; connects only when it sends or checks. RC_INVALID with the reason for a person in *why (static memory).
 * Options are copied. The mailer is freed by its close; one thread at a time. Its check connects, logs in and says NOOP,
 * at most once a minute, and waits at most 10 s for each answer; *why is valid until the next check. */
enum rc smtp_open(const struct smtp_options *options, struct mailer **out, struct str *why);

/* Whether a mail URL is of the form above; RC_INVALID with the reason in *why (static memory). */
enum rc smtp_url_check(struct str url, struct str *why);

#endif
