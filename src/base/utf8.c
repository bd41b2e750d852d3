/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Validity is arithmetic (RFC 3629 section 4); properties, folding and IDNA are ICU's. ICU works on UTF-16, so folding
 * goes there and back; plain ASCII, the usual case, never does. ICU fails here only without memory or without its data, and
 * both end the process. */
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "base/mem.h"

#define REPLACEMENT 0xfffd

static bool is_tail(unsigned char byte) { return (byte & 0xc0) == 0x80; }

size_t utf8_sequence(const char *text, size_t size)
{
    if (size == 0)
        return 0;
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char lead = bytes[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4) /* a tail byte, an overlong form, or above U+10FFFF */
        return 0;
    size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (!is_tail(bytes[i]))
            return 0;
    }
    /* What the lead byte leaves open: overlong forms, surrogates, and again the upper bound. */
    if ((lead == 0xe0 && bytes[1] < 0xa0) || (lead == 0xed && bytes[1] > 0x9f) || (lead == 0xf0 && bytes[1] < 0x90) ||
        (lead == 0xf4 && bytes[1] > 0x8f))
        return 0;
    return length;
}

/* Bytes of plain ASCII at the start of the text, eight at a time. */
static size_t ascii_run(const char *text, size_t size)
{
    size_t at = 0;
    uint64_t eight;
    while (size - at >= sizeof(eight)) {
        memcpy(&eight, text + at, sizeof(eight));
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
        at += sizeof(eight);
    }
    while (at < size && (unsigned char)text[at] < 0x80)
        at++;
    return at;
}

bool utf8_is_valid(struct str s)
{
    size_t at = 0;
    while (at < s.len) {
        at += ascii_run(s.ptr + at, s.len - at);
        if (at == s.len)
            break;
        size_t length = utf8_sequence(s.ptr + at, s.len - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

size_t utf8_length(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += !is_tail((unsigned char)s.ptr[i]);
    return count;
}

int32_t utf8_next(struct str *rest)
{
    static const unsigned char LEAD_BITS[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    if (rest->len == 0)
        return -1;
    size_t length = utf8_sequence(rest->ptr, rest->len);
    int32_t code_point = REPLACEMENT;
    if (length > 0)
        code_point = (unsigned char)rest->ptr[0] & LEAD_BITS[length];
    else
        length = 1;
    for (size_t i = 1; i < length; i++)
        code_point = code_point << 6 | ((unsigned char)rest->ptr[i] & 0x3f);
    *rest = (struct str){rest->ptr + length, rest->len - length};
    return code_point;
}

bool utf8_has_control(struct str s)
{
    static const struct {
        int32_t first;
        int32_t last;
    } CONTROLS[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},     /* C0, DEL, C1 */
        {0x61c, 0x61c},     {0x180e, 0x180e}, /* Arabic letter mark, Mongolian vowel separator */
        {0x200b, 0x200f},                     /* zero width space and joiners, left and right marks */
        {0x2028, 0x202e},                     /* line and paragraph separator, bidi embeddings */
        {0x2060, 0x206f},                     /* word joiner, invisible operators, bidi isolates */
        {0xfeff, 0xfeff},   {0xfff9, 0xfffb}, /* BOM, interlinear annotation */
        {0xe0000, 0xe007f},                   /* tags: invisible letters */
    };
    while (s.len > 0) {
        if (utf8_sequence(s.ptr, s.len) == 0)
            return true; /* what it would become downstream nobody knows */
        int32_t c = utf8_next(&s);
        for (size_t i = 0; i < sizeof(CONTROLS) / sizeof(CONTROLS[0]) && c >= CONTROLS[i].first; i++) {
            if (c <= CONTROLS[i].last)
                return true;
        }
    }
    return false;
}

static void must(UErrorCode error)
{
    if (U_FAILURE(error))
        abort();
}

static int32_t icu_length(size_t length)
{
    if (length > INT32_MAX / 4)
        abort(); /* sizes from outside are capped long before */
    return (int32_t)length;
}

static struct str lower_ascii(struct str s, struct arena *arena)
{
    char *copy = arena_new(arena, s.len + 1, 1);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + ('a' - 'A') : s.ptr[i]);
    return (struct str){copy, s.len};
}

/* UTF-16 to UTF-8 in the arena. */
static struct str from_utf16(const UChar *text, int32_t length, struct arena *arena)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t bytes = 0;
    (void)u_strToUTF8(NULL, 0, &bytes, text, length, &error); /* says how long it becomes */
    char *out = arena_new(arena, (size_t)bytes + 1, 1);
    error = U_ZERO_ERROR;
    (void)u_strToUTF8(out, bytes + 1, NULL, text, length, &error);
    must(error);
    return (struct str){out, (size_t)bytes};
}

struct str utf8_fold(struct str s, struct arena *arena)
{
    if (str_is_none(s))
        return STR_NONE;
    if (ascii_run(s.ptr, s.len) == s.len)
        return lower_ascii(s, arena);

    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&error); /* ICU's own, shared */
    must(error);
    int32_t cap = icu_length(s.len); /* UTF-16 never has more units than UTF-8 has bytes */
    UChar *wide = mem_new((size_t)cap, sizeof(UChar));
    int32_t length = 0;
    (void)u_strFromUTF8WithSub(wide, cap, &length, s.ptr, icu_length(s.len), REPLACEMENT, NULL, &error);
    must(error); /* that there was no room for a NUL is a warning only */
    error = U_ZERO_ERROR;
    int32_t folded_length = unorm2_normalize(fold, wide, length, NULL, 0, &error);
    UChar *folded = mem_new((size_t)folded_length + 1, sizeof(UChar));
    error = U_ZERO_ERROR;
    (void)unorm2_normalize(fold, wide, length, folded, folded_length + 1, &error);
    must(error);
    struct str out = from_utf16(folded, folded_length, arena);
    mem_free(folded);
    mem_free(wide);
    return out;
}

bool utf8_is_letter(int32_t code_point) { return u_isalpha(code_point); }
bool utf8_is_digit(int32_t code_point) { return u_isdigit(code_point); }

bool utf8_is_script_latin_or_common(int32_t code_point)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(code_point, &error);
    return U_SUCCESS(error) && (script == USCRIPT_LATIN || script == USCRIPT_COMMON || script == USCRIPT_INHERITED);
}

/* The domain's ASCII form (UTS #46, non-transitional), or STR_NONE when it has none. */
static struct str domain_to_ascii(struct str domain, struct arena *arena)
{
    char ascii[256]; /* a domain has at most 253 bytes */
    UErrorCode error = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &error);
    must(error);
    int32_t length =
        uidna_nameToASCII_UTF8(idna, domain.ptr, icu_length(domain.len), ascii, sizeof(ascii), &info, &error);
    uidna_close(idna);
    if (U_FAILURE(error) || info.errors != 0)
        return STR_NONE;
    return arena_str(arena, (struct str){ascii, (size_t)length});
}

struct str utf8_normal_email(struct str address, struct arena *arena)
{
    /* Folding turns the odd blanks of Unicode into plain ones, so trimming comes after it. */
    struct str folded = str_trim(utf8_fold(address, arena));
    if (str_is_empty(folded))
        return STR_NONE; /* or all clients with a blank address were one person */
    size_t at = folded.len;
    while (at > 0 && folded.ptr[at - 1] != '@')
        at--;
    struct str domain = {folded.ptr + at, folded.len - at};
    if (at == 0 || ascii_run(domain.ptr, domain.len) == domain.len)
        return arena_str(arena, folded);
    struct str ascii = domain_to_ascii(domain, arena);
    if (str_is_none(ascii))
        return arena_str(arena, folded);
    return arena_printf(arena, "%.*s%.*s", (int)at, folded.ptr, STR_ARG(ascii));
}
