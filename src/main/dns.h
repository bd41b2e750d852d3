/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A few look-ups by the machine's own resolver, for `rekindle doctor`. One thread. */
#ifndef REKINDLE_MAIN_DNS_H
#define REKINDLE_MAIN_DNS_H

#include "base/arena.h"
#include "base/rc.h"

#define DNS_TEXTS_MAX 32

/* The TXT records of a name, each joined of its parts, in the arena; at most DNS_TEXTS_MAX. RC_NOT_FOUND: the name or such
 * records do not exist; RC_IO: nobody could say. */
enum rc dns_texts(struct str name, struct arena *arena, struct str *out, size_t *count);
/* Whether somebody takes mail for the name (it has an MX record). RC_NOT_FOUND, RC_IO as above. */
enum rc dns_has_mx(struct str name, struct arena *arena);

/* What dns_texts makes of the bytes of an answer (RFC 1035 section 4). */
enum rc dns_read_texts(const unsigned char *answer, size_t size, struct arena *arena, struct str *out, size_t *count);

#endif
