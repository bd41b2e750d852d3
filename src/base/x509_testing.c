/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/x509_testing.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time_text.h"

struct test_signer {
    EVP_PKEY *key;
    X509 *cert;
};

static void need(int done)
{
    if (done <= 0)
        abort();
}

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *text)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, text);
    need(extension != NULL);
    need(X509_add_ext(cert, extension, -1));
    X509_EXTENSION_free(extension);
}

static void add_extensions(X509 *cert, X509 *issuer, const struct test_certificate *wish)
{
    struct arena arena = {0};
    add_extension(cert, issuer, NID_basic_constraints, wish->is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (wish->is_authority) {
        add_extension(cert, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        add_extension(cert, issuer, NID_subject_alt_name, arena_printf(&arena, "DNS:%s", wish->host).ptr);
        add_extension(cert, issuer, NID_ext_key_usage, "serverAuth");
    }
    if (wish->issuer_url != NULL)
        add_extension(cert, issuer, NID_info_access, arena_printf(&arena, "caIssuers;URI:%s", wish->issuer_url).ptr);
    arena_clear(&arena);
}

static void set_times(X509 *cert, const struct test_certificate *wish)
{
    bool told = wish->from_ms != 0 || wish->until_ms != 0;
    int64_t from = told ? wish->from_ms : clock_wall() - TIME_DAY_MS;
    int64_t until = told ? wish->until_ms : clock_wall() + TIME_DAY_MS;
    need(ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)(from / 1000)) != NULL);
    need(ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)(until / 1000)) != NULL);
}

struct test_signer *test_signer_new(const struct test_certificate *wish, const struct test_signer *by)
{
    static long serial = 1;
    struct test_signer *signer = mem_new(1, sizeof *signer);
    const char *name = wish->common_name != NULL ? wish->common_name : wish->host;
    signer->key = EVP_RSA_gen((unsigned)(wish->bits > 0 ? wish->bits : 2048));
    signer->cert = X509_new();
    need(signer->key != NULL && signer->cert != NULL);
    const struct test_signer *issuer = by != NULL ? by : signer;
    need(X509_set_version(signer->cert, X509_VERSION_3));
    need(ASN1_INTEGER_set(X509_get_serialNumber(signer->cert), serial++));
    set_times(signer->cert, wish);
    X509_NAME *subject = X509_get_subject_name(signer->cert);
    need(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0));
    need(X509_set_issuer_name(signer->cert, X509_get_subject_name(issuer->cert)));
    need(X509_set_pubkey(signer->cert, signer->key));
    add_extensions(signer->cert, issuer->cert, wish);
    need(X509_sign(signer->cert, issuer->key, EVP_sha256()));
    return signer;
}

void test_signer_free(struct test_signer *signer)
{
    if (signer == NULL)
        return;
    EVP_PKEY_free(signer->key);
    X509_free(signer->cert);
    mem_free(signer);
}

struct str test_signer_pem(const struct test_signer *signer, struct arena *arena)
{
    char *bytes;
    BIO *bio = BIO_new(BIO_s_mem());
    need(PEM_write_bio_X509(bio, signer->cert));
    long size = BIO_get_mem_data(bio, &bytes);
    struct str text = arena_str(arena, (struct str){bytes, (size_t)size});
    BIO_free(bio);
    return text;
}

struct str test_signer_der(const struct test_signer *signer, struct arena *arena)
{
    unsigned char *bytes = NULL;
    int size = i2d_X509(signer->cert, &bytes);
    need(size);
    struct str text = arena_str(arena, (struct str){(const char *)bytes, (size_t)size});
    OPENSSL_free(bytes);
    return text;
}

struct str test_signer_sign(const struct test_signer *signer, struct str data, bool with_sha1, struct arena *arena)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = 0;
    need(EVP_DigestSignInit(context, NULL, with_sha1 ? EVP_sha1() : EVP_sha256(), NULL, signer->key));
    need(EVP_DigestSign(context, NULL, &size, (const unsigned char *)data.ptr, data.len));
    unsigned char *bytes = arena_new(arena, size + 1, 1);
    need(EVP_DigestSign(context, bytes, &size, (const unsigned char *)data.ptr, data.len));
    EVP_MD_CTX_free(context);
    return (struct str){(const char *)bytes, size};
}
