/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* For tests: certificate authorities, certificates that they issue, and signatures by these. One thread. */
#ifndef REKINDLE_BASE_X509_TESTING_H
#define REKINDLE_BASE_X509_TESTING_H

#include <stdint.h>

#include "base/arena.h"

struct test_signer; /* a key and its certificate */

struct test_certificate {
    const char *host;          /* the one name it bears; of an authority its common name */
    bool is_authority;         /* may issue others */
    int64_t from_ms, until_ms; /* both 0: around now */
    const char *issuer_url;    /* caIssuers; NULL: not told */
    int bits;                  /* of the RSA key; 0: 2048 */
    const char *common_name;   /* NULL: the host */
};
/* `by` NULL: it signs itself. Freed by test_signer_free. */
struct test_signer *test_signer_new(const struct test_certificate *certificate, const struct test_signer *by);
void test_signer_free(struct test_signer *signer);
struct str test_signer_pem(const struct test_signer *signer, struct arena *arena);
struct str test_signer_der(const struct test_signer *signer, struct arena *arena);
/* PKCS #1 v1.5 with SHA-256, or SHA-1. */
struct str test_signer_sign(const struct test_signer *signer, struct str data, bool with_sha1, struct arena *arena);

#endif
