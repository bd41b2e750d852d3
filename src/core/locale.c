/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/locale.h"

#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/time_text.h"
#include "base/utf8.h"

#define DATE_CHARS 96
#define UTF8_PER_CHAR 3 /* bytes at most for one UTF-16 unit */

/* Opened for each date: an offer's date is printed once an email, and a formatter may not be shared by threads. */
struct str locale_date(struct str locale, int64_t day, struct arena *arena)
{
    static const UChar UTC[] = {'U', 'T', 'C'};
    UErrorCode code = U_ZERO_ERROR;
    char icu_locale[ULOC_FULLNAME_CAPACITY] = "";
    char bytes[DATE_CHARS * UTF8_PER_CHAR];
    UChar chars[DATE_CHARS];
    int32_t length = 0, read = 0;
    uloc_forLanguageTag(arena_str(arena, str_is_none(locale) ? STR("") : locale).ptr, icu_locale, sizeof icu_locale,
                        &read, &code);
    UDateFormat *format = udat_open(UDAT_NONE, UDAT_LONG, icu_locale, UTC, 3, NULL, 0, &code);
    length = udat_format(format, (UDate)(day * TIME_DAY_MS), chars, DATE_CHARS, NULL, &code);
    u_strToUTF8(bytes, sizeof bytes, &length, chars, length, &code);
    udat_close(format);
    if (U_FAILURE(code))
        return time_day_to_text(day, arena);
    return arena_str(arena, (struct str){bytes, (size_t)length});
}

struct str locale_capital(struct str text, struct arena *arena)
{
    if (text.len == 0 || !utf8_is_valid(text))
        return text;
    struct str rest = text;
    UErrorCode code = U_ZERO_ERROR;
    UChar32 first = utf8_next(&rest), large = u_totitle(first);
    UChar chars[2];
    char bytes[2 * UTF8_PER_CHAR];
    int32_t length = 0;
    u_strFromUTF32(chars, 2, &length, &large, 1, &code);
    u_strToUTF8(bytes, sizeof bytes, &length, chars, length, &code);
    if (large == first || U_FAILURE(code))
        return text;
    return arena_printf(arena, "%.*s%.*s", (int)length, bytes, STR_ARG(rest));
}
