/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/mail_records.c: records as they are published, and the slips that are seen again and again. */
#include "core/mail_records.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/hash.h"

struct row {
    const char *texts[3];
    enum mail_verdict verdict;
    const char *says; /* a part of it */
};

static void hold(const struct row *rows, size_t count,
                 struct mail_finding (*judge)(const struct str *, size_t, struct arena *))
{
    for (size_t i = 0; i < count; i++) {
        struct arena arena = {0};
        struct str texts[3];
        size_t n = 0;
        while (n < 3 && rows[i].texts[n] != NULL) {
            texts[n] = str_of(rows[i].texts[n]);
            n++;
        }
        struct mail_finding finding = judge(texts, n, &arena);
        print_message("%s: %.*s\n", n ? rows[i].texts[0] : "nothing", STR_ARG(finding.says));
        assert_int_equal(finding.verdict, rows[i].verdict);
        assert_true(str_contains(finding.says, str_of(rows[i].says)));
        arena_clear(&arena);
    }
}
#define HOLD(rows, judge) hold(rows, sizeof(rows) / sizeof((rows)[0]), judge)

static void spf_is_one_record_that_ends_in_a_no(void **state)
{
    static const struct row rows[] = {
        {{"v=spf1 include:amazonses.com -all"}, MAIL_OK, "one SPF record"},
        {{"google-site-verification=x", "V=SPF1 ip4:192.0.2.1 ~all"}, MAIL_OK, "one SPF record"},
        {{"v=spf1 redirect=_spf.example.com"}, MAIL_OK, "one SPF record"},
        {{NULL}, MAIL_FAIL, "no SPF record"},
        {{"v=spf10 -all"}, MAIL_FAIL, "no SPF record"},
        {{"v=spf1 a -all", "v=spf1 mx -all"}, MAIL_FAIL, "several"},
        {{"v=spf1 +all"}, MAIL_FAIL, "everybody"},
        {{"v=spf1 a all"}, MAIL_FAIL, "everybody"},
        {{"v=spf1 a ?all"}, MAIL_WARN, "other senders"},
        {{"v=spf1"}, MAIL_WARN, "other senders"},
        {{"v=spf1 ip4:192.0.2.0/24"}, MAIL_WARN, "other senders"},
        {{"v=spf1 include:a include:b include:c include:d include:e include:f include:g a mx/24 exists:%{i}.x -all"},
         MAIL_OK,
         "one SPF record"},
        {{"v=spf1 include:a include:b include:c include:d include:e include:f include:g a mx exists:x ?ptr -all"},
         MAIL_FAIL,
         "11 lookups"},
    };
    (void)state;
    HOLD(rows, mail_spf);
}

/* Of 2048 bits, and of 1024. */
#define RSA_2048                                                                                           \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqTUHE+UoKw5vKDRfVE2/kYTbRNYxCtU3M0q97P0IToiZIBeWriuYPbsX" \
    "K8q6SiYCIyWtSwG0BWXVx/VlSI3Tth0ri6o+8an+snxucDez3w5mbA+bxlxgaAgbDn8isLTwYiUsYXhwUDEv38fnfOFoxcQCDmXQ" \
    "lCuhHUAO4Jd7oHkegLZ4LUReegY3O2DArzdTopxdqAMZcul/jbfdMmjWKVMOQpmZ7krZ5Xau6LhB7jlXe5YOckbgTSaWjN4xcTAV" \
    "TY7D+LkCMSc9s4m2HrBIB6a9lo0mm+USVKUS7oVn6P3dIjyAl7aD7mcvYfPHSg36v3Jl3Yp8qpUgJ9gRSQZTVwIDAQAB"
#define RSA_1024                                                                                           \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDMKlIJQywr9qvtOPr8lVLCUOY9tVeMj7rGe6br/AySFfv/0yNtfWCkAK4FFE4g" \
    "c/fKFYPdh6ap5hva5TLL9lVvBu9omoXMux3lONNgCRCanRjBOP+coXMA3K/jpaJKGPEU3/Z52QKvRwAetq2GuWw3b2rDgzlKq1/y" \
    "paCZoP+AcwIDAQAB"

static void dkim_is_a_long_key_that_is_in_use(void **state)
{
    static const struct row rows[] = {
        {{"v=DKIM1; k=rsa; p=" RSA_2048}, MAIL_OK, "2048"},
        {{"p=" RSA_2048}, MAIL_OK, "2048"},
        {{"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}, MAIL_OK, "as good"},
        {{"v=DKIM1; k=rsa; p=" RSA_1024}, MAIL_WARN, "shorter"},
        {{"v=DKIM1; t=y; p=" RSA_2048}, MAIL_WARN, "test"},
        {{"v=DKIM1; p="}, MAIL_FAIL, "revoked"},
        {{"v=DKIM1; p=no base64!"}, MAIL_FAIL, "cannot be read"},
        {{NULL}, MAIL_FAIL, "no DKIM key"},
        {{"hello"}, MAIL_FAIL, "no DKIM key"},
    };
    (void)state;
    HOLD(rows, mail_dkim);
}

static void dmarc_is_one_record_with_a_policy(void **state)
{
    static const struct row rows[] = {
        {{"v=DMARC1; p=none; rua=mailto:d@example.com"}, MAIL_OK, "enough to begin"},
        {{"v=DMARC1;p=reject;rua=mailto:d@example.com"}, MAIL_OK, "p=reject"},
        {{"v=DMARC1; p=quarantine; pct=50; rua=mailto:d@example.com"}, MAIL_OK, "p=quarantine"},
        {{"v=DMARC1; p=none"}, MAIL_WARN, "no reports"},
        {{"v=DMARC1; rua=mailto:d@example.com"}, MAIL_FAIL, "no policy"},
        {{"v=DMARC1; p=maybe"}, MAIL_FAIL, "no policy"},
        {{"v=DMARC1; p=none", "v=DMARC1; p=reject"}, MAIL_FAIL, "several"},
        {{"v=DMARC11; p=none"}, MAIL_FAIL, "no DMARC"},
        {{NULL}, MAIL_FAIL, "no DMARC"},
    };
    (void)state;
    HOLD(rows, mail_dmarc);
}

static void domains_are_aligned_when_one_is_in_the_other(void **state)
{
    static const struct {
        const char *from, *envelope;
        bool aligned;
    } rows[] = {{"shop.example", "shop.example", true},
                {"shop.example", "bounce.shop.example", true},
                {"news.shop.example", "Shop.example", true},
                {"shop.example", "bounceshop.example", false},
                {"shop.example", "amazonses.example", false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(mail_is_aligned(str_of(rows[i].from), str_of(rows[i].envelope)), rows[i].aligned);
}

int main(void)
{
    hash_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spf_is_one_record_that_ends_in_a_no),
        cmocka_unit_test(dkim_is_a_long_key_that_is_in_use),
        cmocka_unit_test(dmarc_is_one_record_with_a_policy),
        cmocka_unit_test(domains_are_aligned_when_one_is_in_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
