/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/x509.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/time_text.h"
#include "base/x509_testing.h"

#define HOST "sns.eu-west-1.amazonaws.com"
#define ISSUER_URL "http://crt.middle.amazontrust.com/middle.cer"

struct house {
    struct test_signer *root, *middle, *leaf, *stranger;
    struct x509_roots *roots;
    struct arena arena;
};

static int setup(void **state)
{
    struct house *house = mem_new(1, sizeof *house);
    char path[] = "/tmp/rekindle-x509-XXXXXX";
    int fd = mkstemp(path);
    house->root = test_signer_new(&(struct test_certificate){.host = "Root", .is_authority = true}, NULL);
    house->stranger = test_signer_new(&(struct test_certificate){.host = "Stranger", .is_authority = true}, NULL);
    house->middle = test_signer_new(&(struct test_certificate){.host = "Middle", .is_authority = true}, house->root);
    house->leaf = test_signer_new(&(struct test_certificate){.host = HOST, .issuer_url = ISSUER_URL}, house->middle);
    struct str pem = test_signer_pem(house->root, &house->arena);
    assert_int_equal(write(fd, pem.ptr, pem.len), pem.len);
    close(fd);
    assert_int_equal(x509_roots_open(str_of(path), &house->roots), RC_OK);
    unlink(path);
    *state = house;
    return 0;
}

static int teardown(void **state)
{
    struct house *house = *state;
    x509_roots_close(house->roots);
    test_signer_free(house->root);
    test_signer_free(house->middle);
    test_signer_free(house->leaf);
    test_signer_free(house->stranger);
    arena_clear(&house->arena);
    mem_free(house);
    return 0;
}

static enum rc check(struct house *house, const struct x509_cert *cert, const char *name, int64_t at_ms)
{
    const struct str names[] = {STR("sns-signing.eu-west-1.amazonaws.com"), str_of(name)};
    struct x509_wish wish = {.names = names, .name_count = 2, .at_ms = at_ms};
    struct str why = STR_NONE;
    enum rc rc = x509_check(house->roots, cert, &wish, &why);
    assert_int_equal(str_is_none(why), false);
    return rc;
}

static struct x509_cert *read_signer(struct house *house, const struct test_signer *signer)
{
    struct x509_cert *cert;
    assert_int_equal(x509_read(test_signer_pem(signer, &house->arena), &cert), RC_OK);
    return cert;
}

static void a_certificate_that_came_alone_is_completed_by_its_issuer(void **state)
{
    struct house *house = *state;
    struct x509_cert *cert = read_signer(house, house->leaf), *issuer;
    assert_int_equal(check(house, cert, HOST, clock_wall()), RC_NOT_FOUND);
    assert_string_equal(x509_issuer_url(cert, &house->arena).ptr, ISSUER_URL);
    assert_int_equal(x509_read(test_signer_der(house->middle, &house->arena), &issuer), RC_OK);
    x509_add(cert, issuer);
    x509_free(issuer);
    assert_int_equal(check(house, cert, HOST, clock_wall()), RC_OK);
    assert_true(str_is_none(x509_issuer_url(cert, &house->arena))); /* the last one's now, and it tells none */
    x509_free(cert);
}

static void a_chain_in_one_file_is_enough(void **state)
{
    struct house *house = *state;
    struct x509_cert *cert;
    struct str both = arena_printf(&house->arena, "%s%s", test_signer_pem(house->leaf, &house->arena).ptr,
                                   test_signer_pem(house->middle, &house->arena).ptr);
    assert_int_equal(x509_read(both, &cert), RC_OK);
    assert_int_equal(check(house, cert, HOST, clock_wall()), RC_OK);
    assert_int_equal(check(house, cert, "sns.evil.com", clock_wall()), RC_DENIED);
    assert_int_equal(check(house, cert, HOST, clock_wall() + 2 * TIME_DAY_MS), RC_DENIED);
    assert_int_equal(check(house, cert, HOST, clock_wall() - 2 * TIME_DAY_MS), RC_DENIED);
    struct x509_wish nameless = {.at_ms = clock_wall()};
    struct str why;
    assert_int_equal(x509_check(house->roots, cert, &nameless, &why), RC_DENIED);
    x509_free(cert);
}

/* Each certificate differs from a good one in a single thing. */
static void what_is_not_issued_for_it_is_denied(void **state)
{
    struct house *house = *state;
    int64_t now = clock_wall();
    const struct {
        struct test_certificate certificate;
        const struct test_signer *by;
    } ROWS[] = {
        {{.host = HOST}, NULL},
        {{.host = HOST}, house->stranger},
        {{.host = HOST, .from_ms = now - 2 * TIME_DAY_MS, .until_ms = now - TIME_DAY_MS}, house->root},
        {{.host = HOST, .from_ms = now + TIME_DAY_MS, .until_ms = now + 2 * TIME_DAY_MS}, house->root},
        {{.host = HOST ".evil.example"}, house->root},
        {{.host = "*.eu-west-1.amazonaws.com"}, house->root},
        {{.host = "evil.example", .common_name = HOST}, house->root},
        {{.host = HOST}, house->leaf}, /* a leaf issues nothing */
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct test_signer *signer = test_signer_new(&ROWS[i].certificate, ROWS[i].by);
        struct x509_cert *cert = read_signer(house, signer);
        const struct test_signer *chain[] = {house->middle, house->leaf, house->stranger};
        for (size_t k = 0; k < 3; k++) {
            struct x509_cert *other = read_signer(house, chain[k]);
            x509_add(cert, other);
            x509_free(other);
        }
        if (check(house, cert, HOST, now) != RC_DENIED)
            fail_msg("row %zu", i);
        x509_free(cert);
        test_signer_free(signer);
    }
}

static void a_signature_is_of_these_bytes_by_this_key(void **state)
{
    struct house *house = *state;
    struct x509_cert *cert = read_signer(house, house->leaf);
    struct str data = STR("Message\nhello\n");
    struct str good = test_signer_sign(house->leaf, data, false, &house->arena);
    assert_true(x509_signed(cert, data, good));
    assert_false(x509_signed(cert, STR("Message\nhellp\n"), good));
    assert_false(x509_signed(cert, data, test_signer_sign(house->leaf, data, true, &house->arena)));
    assert_false(x509_signed(cert, data, test_signer_sign(house->middle, data, false, &house->arena)));
    assert_false(x509_signed(cert, data, (struct str){good.ptr, good.len - 1}));
    assert_false(x509_signed(cert, data, STR("")));
    x509_free(cert);
}

static void a_short_key_signs_nothing(void **state)
{
    struct house *house = *state;
    struct test_signer *weak = test_signer_new(&(struct test_certificate){.host = HOST, .bits = 1024}, house->root);
    struct x509_cert *cert = read_signer(house, weak);
    struct str data = STR("data");
    assert_false(x509_signed(cert, data, test_signer_sign(weak, data, false, &house->arena)));
    x509_free(cert);
    test_signer_free(weak);
}

static void what_is_no_certificate_is_not_read(void **state)
{
    struct house *house = *state;
    struct str pem = test_signer_pem(house->leaf, &house->arena);
    const struct str rows[] = {STR(""),
                               STR("hello"),
                               STR("<html>not found</html>"),
                               STR("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                               {pem.ptr, pem.len / 2}};
    struct x509_cert *cert;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(x509_read(rows[i], &cert), RC_INVALID);
    struct x509_roots *roots;
    assert_int_equal(x509_roots_open(STR("/nowhere/ca.pem"), &roots), RC_INVALID);
    assert_int_equal(x509_roots_open(STR_NONE, &roots), RC_OK);
    x509_roots_close(roots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_that_came_alone_is_completed_by_its_issuer),
        cmocka_unit_test(a_chain_in_one_file_is_enough),
        cmocka_unit_test(what_is_not_issued_for_it_is_denied),
        cmocka_unit_test(a_signature_is_of_these_bytes_by_this_key),
        cmocka_unit_test(a_short_key_signs_nothing),
        cmocka_unit_test(what_is_no_certificate_is_not_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
