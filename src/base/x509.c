/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/x509.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

#define CHAIN_MAX 8
#define RSA_LEAST_BITS 2048

struct x509_roots {
    X509_STORE *store;
};
struct x509_cert {
    X509 *certs[CHAIN_MAX]; /* the certificate itself first */
    int count;
};

/* --- roots --------------------------------------------------------------------------------------------------------- */

enum rc x509_roots_open(struct str ca_file, struct x509_roots **out)
{
    X509_STORE *store = X509_STORE_new();
    char *file = str_is_empty(ca_file) ? NULL : str_dup(ca_file);
    int done = file != NULL ? X509_STORE_load_file(store, file) : X509_STORE_set_default_paths(store);
    mem_free(file);
    ERR_clear_error();
    if (done != 1) {
        X509_STORE_free(store);
        return RC_INVALID;
    }
    *out = mem_new(1, sizeof **out);
    (*out)->store = store;
    return RC_OK;
}

void x509_roots_close(struct x509_roots *roots)
{
    if (roots == NULL)
        return;
    X509_STORE_free(roots->store);
    mem_free(roots);
}

/* --- certificates -------------------------------------------------------------------------------------------------- */

static void read_pem(BIO *bio, struct x509_cert *cert)
{
    X509 *one;
    while (cert->count < CHAIN_MAX && (one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
        cert->certs[cert->count++] = one;
}

enum rc x509_read(struct str bytes, struct x509_cert **out)
{
    *out = NULL;
    if (bytes.len == 0 || bytes.len > INT_MAX)
        return RC_INVALID;
    struct x509_cert *cert = mem_new(1, sizeof *cert);
    BIO *bio = BIO_new_mem_buf(bytes.ptr, (int)bytes.len);
    read_pem(bio, cert);
    BIO_free(bio);
    if (cert->count == 0) {
        const unsigned char *at = (const unsigned char *)bytes.ptr;
        cert->certs[0] = d2i_X509(NULL, &at, (long)bytes.len);
        cert->count = cert->certs[0] != NULL;
    }
    ERR_clear_error();
    if (cert->count == 0) {
        mem_free(cert);
        return RC_INVALID;
    }
    *out = cert;
    return RC_OK;
}

void x509_free(struct x509_cert *cert)
{
    if (cert == NULL)
        return;
    for (int i = 0; i < cert->count; i++)
        X509_free(cert->certs[i]);
    mem_free(cert);
}

void x509_add(struct x509_cert *cert, const struct x509_cert *issuer)
{
    if (cert->count == CHAIN_MAX)
        return;
    X509_up_ref(issuer->certs[0]);
    cert->certs[cert->count++] = issuer->certs[0];
}

struct str x509_issuer_url(const struct x509_cert *cert, struct arena *arena)
{
    struct str url = STR_NONE;
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(cert->certs[cert->count - 1], NID_info_access, NULL, NULL);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access) && str_is_none(url); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(one->method) != NID_ad_ca_issuers || one->location->type != GEN_URI)
            continue;
        const ASN1_IA5STRING *text = one->location->d.uniformResourceIdentifier;
        url =
            arena_str(arena, (struct str){(const char *)ASN1_STRING_get0_data(text), (size_t)ASN1_STRING_length(text)});
    }
    AUTHORITY_INFO_ACCESS_free(access);
    ERR_clear_error();
    return url;
}

/* --- checks -------------------------------------------------------------------------------------------------------- */

static enum rc judge(int error, struct str *why)
{
    static const struct {
        int error;
        struct str why;
    } REASONS[] = {
        {X509_V_ERR_CERT_HAS_EXPIRED, STR_INIT("the certificate has expired")},
        {X509_V_ERR_CERT_NOT_YET_VALID, STR_INIT("the certificate is not valid yet")},
        {X509_V_ERR_HOSTNAME_MISMATCH, STR_INIT("the certificate is of another host")},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, STR_INIT("the certificate signs itself")},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, STR_INIT("the certificate leads to no root that is trusted here")},
        {X509_V_ERR_CERT_SIGNATURE_FAILURE, STR_INIT("the certificate is not signed by its issuer")},
    };
    if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
        error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE) {
        *why = STR("the certificate's issuer is not known");
        return RC_NOT_FOUND;
    }
    *why = STR("the certificate cannot be verified");
    for (size_t i = 0; i < sizeof REASONS / sizeof REASONS[0]; i++)
        if (REASONS[i].error == error)
            *why = REASONS[i].why;
    return RC_DENIED;
}

static void set_wish(X509_STORE_CTX *context, const struct x509_wish *wish)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, (time_t)(wish->at_ms / 1000));
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER); /* what certificates for host names are issued as */
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    for (size_t i = 0; i < wish->name_count; i++)
        X509_VERIFY_PARAM_add1_host(param, wish->names[i].ptr, wish->names[i].len);
}

enum rc x509_check(const struct x509_roots *roots, const struct x509_cert *cert, const struct x509_wish *wish,
                   struct str *why)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *others = sk_X509_new_null();
    *why = STR("the certificate cannot be verified");
    enum rc rc = RC_DENIED;
    for (int i = 1; i < cert->count; i++)
        sk_X509_push(others, cert->certs[i]);
    /* Without a name any certificate of any host would do. */
    if (wish->name_count > 0 && X509_STORE_CTX_init(context, roots->store, cert->certs[0], others) == 1) {
        set_wish(context, wish);
        rc = X509_verify_cert(context) == 1 ? RC_OK : judge(X509_STORE_CTX_get_error(context), why);
    }
    sk_X509_free(others);
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return rc;
}

bool x509_signed(const struct x509_cert *cert, struct str data, struct str signature)
{
    EVP_PKEY *key = X509_get0_pubkey(cert->certs[0]);
    if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < RSA_LEAST_BITS)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, (const unsigned char *)signature.ptr, signature.len,
                                 (const unsigned char *)data.ptr, data.len) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return good;
}
