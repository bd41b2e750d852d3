/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The mailer: hands one finished message to a relay. One thread per mailer (each send worker has its own). */
#ifndef REKINDLE_PORT_MAILER_H
#define REKINDLE_PORT_MAILER_H

#include "base/arena.h"
#include "base/rc.h"
#include "core/reply.h"

struct mail {
    struct str email_id;      /* for logs and file names */
    struct str envelope_from; /* addr-spec, checked by RULE_EMAIL */
    struct str recipient;     /* addr-spec, checked */
    struct str message;       /* RFC 5322 bytes, CRLF, 7-bit */
};

struct mailer;
struct mailer_vtable {
    /* Sends once, never retries. *reply says how it went (core/reply.h: class, phase, code, text in the arena).
     * RC_OK: accepted (2xx after the final dot). RC_BUSY: surely not accepted, may be tried later. RC_DENIED: refused for
     * good. RC_UNCERTAIN: broke after the final dot may have gone out. RC_IO: our own fault (auth, policy, TLS): stop. */
    enum rc (*send)(struct mailer *mailer, const struct mail *mail, struct arena *arena, struct reply *reply);
    enum rc (*check)(struct mailer *mailer, struct str *why); /* for /readyz */
    void (*close)(struct mailer *mailer);
    bool rehearsal; /* mail does not leave the machine */
};
struct mailer {
    const struct mailer_vtable *vtable;
};

#endif
