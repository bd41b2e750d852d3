/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Validity is proved over all code points and all short byte strings; the rest by known answers. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The bytes of a code point, written as RFC 3629 section 3 defines them, right or wrong. */
static size_t encode(int32_t c, size_t length, char out[4])
{
    static const int LEAD[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)(LEAD[length] | c);
    return length;
}

static size_t shortest(int32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

static void every_code_point_is_valid_in_its_shortest_form_only(void **state)
{
    (void)state;
    for (int32_t c = 0; c < 0x200000; c++) {
        for (size_t length = shortest(c); length <= 4; length++) {
            char bytes[4];
            struct str text = {bytes, encode(c, length, bytes)};
            bool good = length == shortest(c) && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
            assert_int_equal(utf8_is_valid(text), good);
            if (!good)
                continue;
            assert_int_equal(utf8_sequence(bytes, 4), length);
            assert_int_equal(utf8_sequence(bytes, length - 1), 0); /* cut off */
            assert_int_equal(utf8_length(text), 1);
            assert_int_equal(utf8_next(&text), c);
            assert_int_equal(utf8_next(&text), -1);
        }
    }
}

/* The table of the Unicode standard (3-7), as plainly as can be. */
static bool valid_plainly(const unsigned char *b, size_t size)
{
    while (size > 0) {
        size_t length = 0;
        int32_t c = 0;
        if (b[0] < 0x80) {
            length = 1;
            c = b[0];
        } else if (b[0] >= 0xc0 && b[0] < 0xf8) {
            length = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
            c = b[0] & (0xff >> (length + 1));
        }
        if (length == 0 || length > size)
            return false;
        for (size_t i = 1; i < length; i++) {
            if (b[i] < 0x80 || b[i] > 0xbf)
                return false;
            c = c << 6 | (b[i] & 0x3f);
        }
        if (shortest(c) != length || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
            return false;
        b += length;
        size -= length;
    }
    return true;
}

static void validity_agrees_with_plain_code_on_random_bytes(void **state)
{
    (void)state;
    static const unsigned char PARTS[] = {'a', 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf5};
    uint32_t seed = 11;
    for (int round = 0; round < 300000; round++) {
        unsigned char bytes[20];
        size_t size = 0;
        seed = seed * 1664525u + 1013904223u;
        size_t length = (seed >> 16) % (sizeof(bytes) + 1);
        while (size < length) {
            seed = seed * 1664525u + 1013904223u;
            /* Runs of ASCII bring the fast path to each offset. */
            bytes[size++] = seed >> 30 != 0 && round % 2 ? 'x' : PARTS[(seed >> 16) % sizeof(PARTS)];
        }
        struct str text = {(const char *)bytes, size};
        bool valid = valid_plainly(bytes, size);
        assert_int_equal(utf8_is_valid(text), valid);
        size_t points = 0;
        for (struct str rest = text; utf8_next(&rest) >= 0;)
            points++; /* ends, also on bad text */
        if (valid)
            assert_int_equal(points, utf8_length(text));
    }
}

static void absent_and_empty_are_valid_and_have_nothing(void **state)
{
    (void)state;
    assert_true(utf8_is_valid(STR_NONE) && utf8_is_valid(STR("")));
    assert_int_equal(utf8_length(STR_NONE), 0);
    assert_false(utf8_has_control(STR_NONE));
    struct str rest = STR_NONE;
    assert_int_equal(utf8_next(&rest), -1);
}

static void controls_and_invisible_marks_are_seen(void **state)
{
    (void)state;
    static const struct str BAD[] = {
        STR_INIT("a\nb"),         STR_INIT("a\tb"),
        STR_INIT("a\0b"),         STR_INIT("\x1b[31m"),
        STR_INIT("\x7f"),         STR_INIT("\xc2\x80"),
        STR_INIT("\xc2\x9f"),     STR_INIT("\xd8\x9c"),          /* U+061C */
        STR_INIT("\xe2\x80\x8b"), STR_INIT("\xe2\x80\x8d"),      /* U+200B, U+200D */
        STR_INIT("\xe2\x80\x8f"), STR_INIT("\xe2\x80\xa8"),      /* U+200F, U+2028 */
        STR_INIT("\xe2\x80\xa9"), STR_INIT("ab\xe2\x80\xaegnp"), /* U+2029, U+202E */
        STR_INIT("\xe2\x81\xa6"), STR_INIT("\xe2\x81\xa0"),      /* U+2066, U+2060 */
        STR_INIT("\xef\xbb\xbf"), STR_INIT("\xf3\xa0\x81\x81"),  /* U+FEFF, U+E0041 */
        STR_INIT("ok \xff"),
    };
    static const struct str GOOD[] = {
        STR_INIT("Anna-Lena O'Neill"), STR_INIT("S\xc3\xb8ren"),     STR_INIT("\xe6\x9d\x8e\xe6\x98\x8e"),
        STR_INIT("\xc2\xa0"),          STR_INIT("\xf0\x9f\x98\x80"),
    };
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_true(utf8_has_control(BAD[i]));
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++)
        assert_false(utf8_has_control(GOOD[i]));
}

static void folding_makes_equal_what_looks_equal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *folded;
    } ROWS[] = {
        {"", ""},
        {"Anna LENA 7", "anna lena 7"},
        {"S\xc3\x98REN", "s\xc3\xb8ren"},
        {"stra\xc3\x9f"
         "e",
         "strasse"},
        {"E\xcc\x81t\xc3\x89", "\xc3\xa9t\xc3\xa9"},     /* a combining accent, and a ready-made one */
        {"\xef\xbc\xa1\xef\xbd\x82\xef\xbc\x91", "ab1"}, /* full width */
        {"\xef\xac\x81n", "fin"},                        /* a ligature */
        {"\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82",
         "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83"},
        {"a\xe2\x80\x8b"
         "b",
         "ab"}, /* zero width is ignored */
        {"x\xff", "x\xef\xbf\xbd"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct str folded = utf8_fold(str_of(ROWS[i].text), &arena);
        assert_string_equal(folded.ptr, ROWS[i].folded);
        assert_int_equal(folded.len, strlen(ROWS[i].folded));
    }
    assert_true(str_is_none(utf8_fold(STR_NONE, &arena)));
    /* One code point that becomes eighteen: no fixed factor is enough. */
    struct str wide = utf8_fold(STR("\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba"), &arena);
    assert_int_equal(utf8_length(wide), 72);
    arena_clear(&arena);
}

static void letters_digits_and_scripts_are_those_of_unicode(void **state)
{
    (void)state;
    assert_true(utf8_is_letter('a') && utf8_is_letter(0xe9) && utf8_is_letter(0x4e2d) && utf8_is_letter(0x431));
    assert_false(utf8_is_letter('1') || utf8_is_letter('-') || utf8_is_letter(0x301) || utf8_is_letter(-1));
    assert_true(utf8_is_digit('0') && utf8_is_digit(0x663) && utf8_is_digit(0xff17)); /* Arabic 3, full width 7 */
    assert_false(utf8_is_digit('a') || utf8_is_digit(0x2162) || utf8_is_digit(0xbd)); /* Roman III, one half */
    assert_true(utf8_is_script_latin_or_common('z') && utf8_is_script_latin_or_common(' '));
    assert_true(utf8_is_script_latin_or_common(0x1ef9) && utf8_is_script_latin_or_common(0x301));
    assert_false(utf8_is_script_latin_or_common(0x430) || utf8_is_script_latin_or_common(0x3b1)); /* а and α */
}

static void addresses_of_one_mailbox_are_one_person(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        const char *normal;
    } ROWS[] = {
        {"anna@example.com", "anna@example.com"},
        {"  Anna@Example.COM\r\n", "anna@example.com"},
        {"anna+news@example.com", "anna+news@example.com"}, /* another mailbox for all we know */
        {"\xc2\xa0"
         "anna@example.com\xe3\x80\x80",
         "anna@example.com"},
        {"info@B\xc3\x9c"
         "CHER.example",
         "info@xn--bcher-kva.example"},
        {"info@xn--bcher-kva.example", "info@xn--bcher-kva.example"},
        {"\xef\xbd\x81nna@\xef\xbd\x85xample\xe3\x80\x82"
         "com",
         "anna@example.com"}, /* full width letters and stop */
        {"J\xc3\x98RN@example.com", "j\xc3\xb8rn@example.com"},
        {"a@b@\xc3\xa9.example", "a@b@xn--9ca.example"},
        {"no at sign", "no at sign"},
        {"x@-\xc3\xa9-.example", "x@-\xc3\xa9-.example"}, /* not a domain: kept as folded */
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct str normal = utf8_normal_email(str_of(ROWS[i].address), &arena);
        assert_string_equal(normal.ptr, ROWS[i].normal);
        /* What is normal stays so. */
        assert_true(str_equal(utf8_normal_email(normal, &arena), normal));
    }
    assert_true(str_is_none(utf8_normal_email(STR_NONE, &arena)));
    assert_true(str_is_none(utf8_normal_email(STR(""), &arena)));
    assert_true(str_is_none(utf8_normal_email(STR(" \t"), &arena)));
    assert_true(str_is_none(utf8_normal_email(STR("\xe2\x80\x8b"), &arena))); /* zero width and nothing else */
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_valid_in_its_shortest_form_only),
        cmocka_unit_test(validity_agrees_with_plain_code_on_random_bytes),
        cmocka_unit_test(absent_and_empty_are_valid_and_have_nothing),
        cmocka_unit_test(controls_and_invisible_marks_are_seen),
        cmocka_unit_test(folding_makes_equal_what_looks_equal),
        cmocka_unit_test(letters_digits_and_scripts_are_those_of_unicode),
        cmocka_unit_test(addresses_of_one_mailbox_are_one_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
