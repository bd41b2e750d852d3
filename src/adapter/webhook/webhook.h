/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The notifier over HTTPS: one signed POST an event, as Standard Webhooks says (webhook-id, webhook-timestamp,
 * webhook-signature). Accepted is any 2xx; a redirect is an answer like any other and is not followed; what the receiver
 * writes besides is not read. The timestamp is the real clock's, at each try anew: a receiver refuses old
 * ones. */
#ifndef REKINDLE_ADAPTER_WEBHOOK_WEBHOOK_H
#define REKINDLE_ADAPTER_WEBHOOK_WEBHOOK_H

#include "base/str.h"
#include "port/notifier.h"

struct webhook_options {
    struct str url;
    struct str secret;  /* of signature_key */
    struct str ca_file; /* absent: the system's */
    int64_t total_ms;   /* a try may take so long; 0: WEBHOOK_TOTAL_MS */
};
#define WEBHOOK_TOTAL_MS 15000

/* Texts are copied. RC_INVALID with *why (static memory). */
enum rc webhook_open(const struct webhook_options *options, struct notifier **out, struct str *why);

#endif
