/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ICU's properties, spoof checker and names behind the questions of unicode.h. ICU fails here only without memory or
 * without its data, and both end the process. */
#include "base/unicode.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "base/mem.h"
#include "base/utf8.h"

#define JOINER 0x200d
#define BLANK_BRAILLE 0x2800
#define LOCALE_MAX 64

static void must(UErrorCode error)
{
    if (U_FAILURE(error))
        abort();
}

/* --- hidden characters --------------------------------------------------------------------------------------------- */

static bool is_mark(int32_t c)
{
    int8_t type = u_charType(c);
    return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
}

bool unicode_is_emoji(int32_t c)
{
    return c > 0xff &&
           (u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) || u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER));
}

static bool is_hidden(int32_t c)
{
    int8_t type = u_charType(c);
    if (type == U_UNASSIGNED && unicode_is_emoji(c)) /* reserved for pictographs younger than this ICU */
        return false;
    return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || type == U_UNASSIGNED || type == U_PRIVATE_USE_CHAR ||
           type == U_SURROGATE || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR || c == BLANK_BRAILLE ||
           u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL);
}

/* A variation selector behind a pictograph, or a joiner between two, as in a family of one sign. */
static bool is_part_of_emoji(int32_t before, int32_t c, struct str rest)
{
    if (c == 0xfe0e || c == 0xfe0f)
        return unicode_is_emoji(before);
    return c == JOINER && (unicode_is_emoji(before) || before == 0xfe0f) && rest.len > 0 &&
           unicode_is_emoji(utf8_next(&rest));
}

struct str unicode_find_hidden(struct str text)
{
    enum { MARKS_MAX = 2 };
    int32_t before = -1;
    int marks = 0;
    while (text.len > 0) {
        struct str here = text;
        int32_t c = utf8_next(&text);
        marks = is_mark(c) ? marks + 1 : 0;
        if (marks > MARKS_MAX || (is_hidden(c) && !is_part_of_emoji(before, c, text)))
            return (struct str){here.ptr, here.len - text.len};
        before = c;
    }
    return STR_NONE;
}

/* --- characters ---------------------------------------------------------------------------------------------------- */

bool unicode_is_number(int32_t c)
{
    int8_t type = u_charType(c);
    return type == U_DECIMAL_DIGIT_NUMBER || type == U_LETTER_NUMBER || type == U_OTHER_NUMBER;
}

bool unicode_is_upper(int32_t c) { return u_isUUppercase(c) || u_istitle(c); }

bool unicode_is_fancy_letter(int32_t c)
{
    static const struct {
        int32_t first, last;
    } FANCY[] = {
        {0x180, 0x24f},   /* Latin Extended-B: turned and hooked letters of no language spoken here */
        {0x250, 0x2ff},   /* phonetic letters, letters as signs */
        {0x335, 0x338},   /* overlays: struck-out letters */
        {0x1d00, 0x1dbf}, /* small capitals and superscripts */
        {0x20d0, 0x20f0}, /* enclosing marks */
        {0x2100, 0x2121}, /* letterlike signs, before the trade mark */
        {0x2123, 0x214f},   {0x2460, 0x24ff},   /* circled letters */
        {0x2c60, 0x2c7f},   {0xa720, 0xa7ff},   /* more of Latin */
        {0xab30, 0xab6f},   {0xff00, 0xffef},   /* fullwidth */
        {0x1d400, 0x1d7ff}, {0x1f100, 0x1f1ff}, /* mathematical; squared, and flags spelled by letters */
    };
    /* Letters of Romanian (comma below), of Pinyin's and Croatian's digraphs are in the first range but plain. */
    if ((c >= 0x218 && c <= 0x21b) || (c >= 0x1cd && c <= 0x1dc))
        return false;
    for (size_t i = 0; i < sizeof FANCY / sizeof FANCY[0]; i++)
        if (c >= FANCY[i].first && c <= FANCY[i].last)
            return true;
    return false;
}

/* --- scripts ------------------------------------------------------------------------------------------------------- */

/* The locale as ICU wants it, NUL-terminated; false when it is too long to be one. */
static bool copy_locale(struct str locale, char out[LOCALE_MAX])
{
    if (locale.len == 0 || locale.len >= LOCALE_MAX || memchr(locale.ptr, '\0', locale.len) != NULL)
        return false;
    memcpy(out, locale.ptr, locale.len);
    out[locale.len] = '\0';
    return true;
}

struct unicode_scripts unicode_scripts_of(struct str locale)
{
    struct unicode_scripts scripts = {.count = 0};
    char name[LOCALE_MAX];
    UScriptCode codes[UNICODE_SCRIPTS_MAX];
    UErrorCode error = U_ZERO_ERROR;
    if (!copy_locale(locale, name))
        return scripts;
    int32_t count = uscript_getCode(name, codes, UNICODE_SCRIPTS_MAX, &error);
    for (int32_t i = 0; U_SUCCESS(error) && i < count && i < UNICODE_SCRIPTS_MAX; i++)
        scripts.codes[scripts.count++] = codes[i];
    return scripts;
}

bool unicode_fits(const struct unicode_scripts *scripts, int32_t c)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &error);
    must(error);
    if (script == USCRIPT_COMMON || script == USCRIPT_INHERITED)
        return true;
    for (size_t i = 0; i < scripts->count; i++)
        if (scripts->codes[i] == (int32_t)script)
            return true;
    return false;
}

/* --- skeletons ----------------------------------------------------------------------------------------------------- */

struct str unicode_skeleton(struct str text, struct arena *arena)
{
    UErrorCode error = U_ZERO_ERROR;
    if (str_is_none(text) || !utf8_is_valid(text))
        return STR_NONE;
    struct str folded = utf8_fold(text, arena);
    if (folded.len == 0)
        return STR("");
    USpoofChecker *checker = uspoof_open(&error);
    must(error);
    if (folded.len > INT32_MAX / 8)
        abort(); /* sizes from outside are capped long before */
    /* A skeleton grows where one sign stands for several, at most a few times. */
    int32_t size = uspoof_getSkeletonUTF8(checker, 0, folded.ptr, (int32_t)folded.len, NULL, 0, &error);
    char *out = arena_new(arena, (size_t)size + 1, 1);
    error = U_ZERO_ERROR;
    (void)uspoof_getSkeletonUTF8(checker, 0, folded.ptr, (int32_t)folded.len, out, size + 1, &error);
    uspoof_close(checker);
    must(error);
    return utf8_fold((struct str){out, (size_t)size}, arena);
}

/* --- names --------------------------------------------------------------------------------------------------------- */

struct str unicode_country_name(struct str code, struct str locale, struct arena *arena)
{
    enum { NAME_MAX_UNITS = 128 };
    UChar wide[NAME_MAX_UNITS];
    char place[LOCALE_MAX], name[LOCALE_MAX], out[NAME_MAX_UNITS * 3 + 1];
    UErrorCode error = U_ZERO_ERROR;
    int32_t bytes = 0;
    if (code.len != 2 || !copy_locale(locale, name))
        return STR_NONE;
    memcpy(place, "und_", 4);
    place[4] = (char)(code.ptr[0] & ~0x20);
    place[5] = (char)(code.ptr[1] & ~0x20);
    place[6] = '\0';
    int32_t length = uloc_getDisplayCountry(place, name, wide, NAME_MAX_UNITS, &error);
    if (U_FAILURE(error) || error == U_USING_DEFAULT_WARNING || length <= 2)
        return STR_NONE;
    (void)u_strToUTF8(out, sizeof out, &bytes, wide, length, &error);
    must(error);
    return arena_str(arena, (struct str){out, (size_t)bytes});
}
