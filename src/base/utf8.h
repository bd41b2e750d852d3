/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* UTF-8 (RFC 3629) and the little Unicode that the edges need, by ICU where tables are needed. Any thread. */
#ifndef REKINDLE_BASE_UTF8_H
#define REKINDLE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

bool utf8_is_valid(struct str s);
/* Bytes of the one well-formed code point that `text` begins with: 1 to 4; 0 when it is malformed or cut off. */
size_t utf8_sequence(const char *text, size_t size);
size_t utf8_length(struct str s); /* code points; s must be valid */
/* Next code point from *rest (valid UTF-8); -1 at the end. */
int32_t utf8_next(struct str *rest);
bool utf8_has_control(struct str s); /* C0/C1 controls, bidi controls, zero-width, U+2028/9, U+FEFF */
struct str utf8_fold(struct str s, struct arena *arena); /* NFKC casefold, for search and comparing */
bool utf8_is_letter(int32_t code_point);
bool utf8_is_digit(int32_t code_point); /* any Nd */
bool utf8_is_script_latin_or_common(int32_t code_point);
/* Normalised address for the person hash: trimmed, whole address casefolded (NFKC), domain to ASCII. STR_NONE if absent. */
struct str utf8_normal_email(struct str address, struct arena *arena);

#endif
