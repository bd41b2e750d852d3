/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a sender's DNS records say to those who receive its mail: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489). Enough of
 * each to tell a person what is wrong, from texts that somebody else looked up. Pure. */
#ifndef REKINDLE_CORE_MAIL_RECORDS_H
#define REKINDLE_CORE_MAIL_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

enum mail_verdict { MAIL_OK, MAIL_WARN, MAIL_FAIL };
struct mail_finding {
    enum mail_verdict verdict;
    struct str says; /* a sentence: what is, and what to do when it is not well; static or in the arena */
};

/* `texts`: all TXT records of the name, each joined of its parts; those that are none of the kind are passed over. */
struct mail_finding mail_spf(const struct str *texts, size_t count, struct arena *arena); /* of the envelope's domain */
struct mail_finding mail_dkim(const struct str *texts, size_t count,
                              struct arena *arena); /* of SELECTOR._domainkey.DOMAIN */
struct mail_finding mail_dmarc(const struct str *texts, size_t count, struct arena *arena); /* of _dmarc.DOMAIN */
/* Whether SPF speaks for the From domain too: the envelope's domain is the same, or one is below the other. */
bool mail_is_aligned(struct str from_domain, struct str envelope_domain);

#endif
