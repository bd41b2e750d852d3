/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Certificates that sign messages: read, traced to a root, and asked whether a signature is theirs. By OpenSSL, whose headers
 * appear here alone. Roots: any thread, once opened. A certificate: the thread that has it. */
#ifndef REKINDLE_BASE_X509_H
#define REKINDLE_BASE_X509_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

struct x509_roots;
/* `ca_file`: PEM certificates to trust instead of the system's; absent: the system's. RC_INVALID when it cannot be read. */
enum rc x509_roots_open(struct str ca_file, struct x509_roots **out);
void x509_roots_close(struct x509_roots *roots); /* NULL is fine */

struct x509_cert; /* the certificate itself, and those that came with it */
/* PEM, the certificate first and then any that lead to a root, at most 8; or one in DER. RC_INVALID when it is neither. */
enum rc x509_read(struct str bytes, struct x509_cert **out);
void x509_free(struct x509_cert *cert); /* NULL is fine */
/* Adds the first certificate of `issuer` to those that came with `cert`. */
void x509_add(struct x509_cert *cert, const struct x509_cert *issuer);
/* Where the issuer of the last certificate can be had (RFC 5280 section 4.2.2.1, caIssuers); absent when it does not say. */
struct str x509_issuer_url(const struct x509_cert *cert, struct arena *arena);

struct x509_wish {
    const struct str *names; /* the host names of which the certificate must bear one; no wildcard counts */
    size_t name_count;
    int64_t at_ms; /* when the whole chain must be valid */
};
/* RC_OK: it leads to a root, bears a name and is valid. RC_NOT_FOUND: an issuer is missing. RC_DENIED: all else, with *why in
 * plain words (static memory). */
enum rc x509_check(const struct x509_roots *roots, const struct x509_cert *cert, const struct x509_wish *wish,
                   struct str *why);
/* Whether `signature` is that of `data` by the certificate's RSA key of at least 2048 bits, PKCS #1 v1.5 with SHA-256. */
bool x509_signed(const struct x509_cert *cert, struct str data, struct str signature);

#endif
