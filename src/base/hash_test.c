/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Known answers of FIPS 180-4, RFC 4231 and RFC 4648, and the border of what is decoded. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static int start(void **state)
{
    (void)state;
    hash_init();
    hash_init(); /* a second time does no harm */
    return 0;
}

static void sha256_matches_fips_180_4(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(hash_sha256_hex(STR("abc"), &arena).ptr,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(hash_sha256_hex(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), &arena).ptr,
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_string_equal(hash_sha256_hex(STR(""), &arena).ptr,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(hash_sha256_hex(STR_NONE, &arena).ptr,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    struct buf million = {0};
    memset(buf_room(&million, 1000000), 'a', 1000000);
    million.len = 1000000;
    struct str digest = hash_sha256_hex(buf_str(&million), &arena);
    assert_string_equal(digest.ptr, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    assert_int_equal(digest.len, HASH_HEX_BYTES - 1);
    buf_clear(&million);
    arena_clear(&arena);
}

static void hmac_matches_rfc_4231(void **state)
{
    (void)state;
    struct arena arena = {0};
    /* Test cases 1 to 4. HMAC fills a short key with zeros (RFC 2104), so ours of 32 bytes says the same. */
    struct hash_key key = {{0}};
    memset(key.bytes, 0x0b, 20);
    assert_string_equal(hash_hmac_hex(&key, STR("Hi There"), &arena).ptr,
                        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    memset(key.bytes, 0, sizeof(key.bytes));
    memcpy(key.bytes, "Jefe", 4);
    assert_string_equal(hash_hmac_hex(&key, STR("what do ya want for nothing?"), &arena).ptr,
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char data[50];
    memset(key.bytes, 0, sizeof(key.bytes));
    memset(key.bytes, 0xaa, 20);
    memset(data, 0xdd, sizeof(data));
    assert_string_equal(hash_hmac_hex(&key, (struct str){data, sizeof(data)}, &arena).ptr,
                        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    memset(key.bytes, 0, sizeof(key.bytes));
    for (uint8_t i = 0; i < 25; i++)
        key.bytes[i] = (uint8_t)(i + 1);
    memset(data, 0xcd, sizeof(data));
    assert_string_equal(hash_hmac_hex(&key, (struct str){data, sizeof(data)}, &arena).ptr,
                        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    arena_clear(&arena);
}

static struct str parts_hex(struct str a, struct str b, struct arena *arena)
{
    struct hash_parts state;
    hash_parts_init(&state);
    hash_parts_add(&state, a);
    hash_parts_add(&state, b);
    return hash_parts_hex(&state, arena);
}

static void parts_are_told_apart_by_their_lengths(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct str ab_c = parts_hex(STR("ab"), STR("c"), &arena);
    assert_true(str_equal(ab_c, hash_sha256_hex(STR("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c"), &arena)));
    assert_false(str_equal(ab_c, parts_hex(STR("a"), STR("bc"), &arena)));
    assert_true(str_equal(parts_hex(STR("a"), STR_NONE, &arena), parts_hex(STR("a"), STR(""), &arena)));
    arena_clear(&arena);
}

static void equal_looks_at_every_byte(void **state)
{
    (void)state;
    assert_true(hash_equal("token", "token", 5));
    assert_false(hash_equal("token", "tokeN", 5));
    assert_false(hash_equal("token", "Token", 5));
    assert_true(hash_equal("a", "b", 0));
    assert_true(hash_equal(NULL, NULL, 0));
}

static void hex_goes_both_ways(void **state)
{
    (void)state;
    struct arena arena = {0};
    uint8_t bytes[4] = {0x00, 0x7f, 0xab, 0xff};
    uint8_t back[4];
    assert_string_equal(hash_to_hex(bytes, 4, &arena).ptr, "007fabff");
    assert_string_equal(hash_to_hex(bytes, 0, &arena).ptr, "");
    assert_int_equal(hash_from_hex(STR("007fABff"), back, 4), RC_OK);
    assert_memory_equal(back, bytes, 4);
    static const char *const BAD[] = {"007fab", "007fabff00", "007fabf", "007fabfg", "007f bff", "0x7fabff", ""};
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(hash_from_hex(str_of(BAD[i]), back, 4), RC_INVALID);
    assert_int_equal(hash_from_hex(STR_NONE, back, 4), RC_INVALID);
    arena_clear(&arena);
}

/* Cases 2 and 6: a key shorter and one longer than a block. */
static void hmac_takes_a_key_of_any_length(void **state)
{
    (void)state;
    struct arena arena = {0};
    uint8_t digest[HASH_BYTES];
    char key[131];
    memset(key, 0xaa, sizeof key);
    hash_hmac_by(STR("Jefe"), STR("what do ya want for nothing?"), digest);
    assert_string_equal(hash_to_hex(digest, sizeof digest, &arena).ptr,
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    hash_hmac_by((struct str){key, sizeof key}, STR("Test Using Larger Than Block-Size Key - Hash Key First"), digest);
    assert_string_equal(hash_to_hex(digest, sizeof digest, &arena).ptr,
                        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    arena_clear(&arena);
}

static void base64_matches_rfc_4648(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(hash_to_base64("f", 1, &arena).ptr, "Zg==");
    assert_string_equal(hash_to_base64("foob", 4, &arena).ptr, "Zm9vYg==");
    assert_string_equal(hash_to_base64("\xfb\xff\xfe", 3, &arena).ptr, "+//+");
    arena_clear(&arena);
}

static void base64url_matches_rfc_4648(void **state)
{
    (void)state;
    static const struct {
        struct str bytes;
        const char *text;
    } ROWS[] = {
        {STR_INIT(""), ""},
        {STR_INIT("f"), "Zg"},
        {STR_INIT("fo"), "Zm8"},
        {STR_INIT("foo"), "Zm9v"},
        {STR_INIT("foob"), "Zm9vYg"},
        {STR_INIT("fooba"), "Zm9vYmE"},
        {STR_INIT("foobar"), "Zm9vYmFy"},
        {STR_INIT("\xfb\xff\xfe"), "-__-"},
    };
    struct arena arena = {0};
    struct str back = STR_NONE;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct str text = hash_to_base64url(ROWS[i].bytes.ptr, ROWS[i].bytes.len, &arena);
        assert_string_equal(text.ptr, ROWS[i].text);
        assert_int_equal(text.len, strlen(ROWS[i].text));
        assert_int_equal(hash_from_base64url(text, &arena, &back), RC_OK);
        assert_true(str_equal(back, ROWS[i].bytes));
        assert_int_equal(back.ptr[back.len], '\0');
    }
    /* Among them: left-over bits, with which one token would have many spellings. */
    static const char *const BAD[] = {"Z", "Zg==", "Zh", "Zm9", "Zm9v!", "Zm 9v", "+//+", "Zm9vY"};
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        back = STR("untouched");
        assert_int_equal(hash_from_base64url(str_of(BAD[i]), &arena, &back), RC_INVALID);
        assert_true(str_equal(back, STR("untouched")));
    }
    assert_int_equal(hash_from_base64url(STR("Zm9v\n"), &arena, &back), RC_INVALID);
    arena_clear(&arena);
}

static void base64_is_read_with_its_padding_alone(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct str bytes;
    } ROWS[] = {{"", STR_INIT("")},        {"Zg==", STR_INIT("f")},          {"Zm8=", STR_INIT("fo")},
                {"Zm9v", STR_INIT("foo")}, {"Zm9vYmFy", STR_INIT("foobar")}, {"+//+", STR_INIT("\xfb\xff\xfe")}};
    struct arena arena = {0};
    struct str back;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        assert_int_equal(hash_from_base64(str_of(ROWS[i].text), &arena, &back), RC_OK);
        assert_true(str_equal(back, ROWS[i].bytes));
    }
    static const char *const BAD[] = {"Zg", "Zg=", "Zh==", "Zm9", "-__-", "Zm 9v", "Zm9v\n", "Zm9v====", "="};
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(hash_from_base64(str_of(BAD[i]), &arena, &back), RC_INVALID);
    arena_clear(&arena);
}

static void passwords_are_known_again_and_others_are_not(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct str phc = hash_password(STR("correct horse"), &arena);
    assert_true(str_starts_with(phc, STR("$argon2id$v=19$")));
    assert_true(hash_password_ok(phc, STR("correct horse")));
    assert_false(hash_password_ok(phc, STR("correct horsf")));
    assert_false(hash_password_ok(phc, STR("correct horse ")));
    assert_false(hash_password_ok(phc, STR("")));
    assert_false(str_equal(phc, hash_password(STR("correct horse"), &arena))); /* salted */
    assert_false(hash_password_ok(STR_NONE, STR("correct horse")));
    assert_false(hash_password_ok(STR("$argon2id$v=19$m=65536"), STR("correct horse")));
    assert_false(hash_password_ok(STR("plain"), STR("plain")));
    arena_clear(&arena);
}

static void mix_is_finalised_fnv_1a_and_fixed_for_ever(void **state)
{
    (void)state;
    /* FNV-1a of "" is cbf29ce484222325 and of "foobar" 85944171f73967e8 (the FNV authors' vectors); then the finaliser. */
    assert_true(hash_mix(STR(""), 0) == UINT64_C(0xefd01f60ba992926));
    assert_true(hash_mix(STR("foobar"), 0) == UINT64_C(0x2c22194922d1672b));
    assert_true(hash_mix(STR("client-17"), 42) == UINT64_C(0xd271c818280bd455));
    assert_true(hash_mix(STR("client-17"), 42) != hash_mix(STR("client-17"), 43));
    assert_true(hash_mix(STR("a"), 1) != hash_mix(STR("b"), 2)); /* the seed is not just one more byte */
}

static void mix_fills_its_shares_evenly(void **state)
{
    (void)state;
    int shares[10] = {0};
    for (int i = 0; i < 100000; i++) {
        struct buf id = {0};
        buf_printf(&id, "c-%d", i);
        shares[hash_mix(buf_str(&id), 7) % 10]++;
        buf_clear(&id);
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(shares[i], 9500, 10500); /* five standard deviations are 475 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_matches_fips_180_4),
        cmocka_unit_test(hmac_matches_rfc_4231),
        cmocka_unit_test(parts_are_told_apart_by_their_lengths),
        cmocka_unit_test(equal_looks_at_every_byte),
        cmocka_unit_test(hex_goes_both_ways),
        cmocka_unit_test(hmac_takes_a_key_of_any_length),
        cmocka_unit_test(base64_matches_rfc_4648),
        cmocka_unit_test(base64url_matches_rfc_4648),
        cmocka_unit_test(base64_is_read_with_its_padding_alone),
        cmocka_unit_test(passwords_are_known_again_and_others_are_not),
        cmocka_unit_test(mix_is_finalised_fnv_1a_and_fixed_for_ever),
        cmocka_unit_test(mix_fills_its_shares_evenly),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
