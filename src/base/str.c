/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Slices. The one trap they share: ptr may be NULL with len 0, and memcmp and friends may not be given NULL even for zero
 * bytes; every function here asks for len first. No locale: ASCII only, bytes above 0x7f are never letters or blanks. */
#include "base/str.h"

#include <string.h>

#include "base/mem.h"

struct str str_of(const char *text) { return text ? (struct str){text, strlen(text)} : STR_NONE; }

/* memcmp that may be given NULL for nothing. */
static int compare_bytes(const char *a, const char *b, size_t size) { return size == 0 ? 0 : memcmp(a, b, size); }

static unsigned char lower(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + ('a' - 'A')) : byte;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool str_equal(struct str a, struct str b)
{
    if (str_is_none(a) || str_is_none(b))
        return str_is_none(a) && str_is_none(b);
    return a.len == b.len && compare_bytes(a.ptr, b.ptr, a.len) == 0;
}

bool str_equal_nocase(struct str a, struct str b)
{
    if (str_is_none(a) || str_is_none(b))
        return str_is_none(a) && str_is_none(b);
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

int str_compare(struct str a, struct str b)
{
    if (str_is_none(a) || str_is_none(b))
        return (int)str_is_none(b) - (int)str_is_none(a);
    int order = compare_bytes(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts_with(struct str s, struct str prefix)
{
    return s.len >= prefix.len && compare_bytes(s.ptr, prefix.ptr, prefix.len) == 0;
}

bool str_ends_with(struct str s, struct str suffix)
{
    if (suffix.len == 0)
        return true;
    return s.len >= suffix.len && memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0;
}

bool str_contains(struct str s, struct str needle) { return needle.len == 0 || str_find(s, needle) != SIZE_MAX; }

bool str_contains_nocase(struct str s, struct str needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++)
        if (str_equal_nocase((struct str){s.ptr + i, needle.len}, needle))
            return true;
    return needle.len == 0;
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct str str_cut(struct str *rest, char separator)
{
    struct str piece = *rest;
    const char *found = piece.len > 0 ? memchr(piece.ptr, separator, piece.len) : NULL;
    if (found == NULL) {
        *rest = STR_NONE;
        return piece;
    }
    piece.len = (size_t)(found - piece.ptr);
    *rest = (struct str){found + 1, rest->len - piece.len - 1};
    return piece;
}

size_t str_find(struct str s, struct str needle)
{
    if (str_is_none(s) || needle.len > s.len)
        return SIZE_MAX;
    if (needle.len == 0)
        return 0;
    const char *from = s.ptr;
    const char *last = s.ptr + (s.len - needle.len); /* the last place it can begin */
    while (from <= last) {
        const char *hit = memchr(from, needle.ptr[0], (size_t)(last - from) + 1);
        if (hit == NULL)
            return SIZE_MAX;
        if (memcmp(hit, needle.ptr, needle.len) == 0)
            return (size_t)(hit - s.ptr);
        from = hit + 1;
    }
    return SIZE_MAX;
}

enum rc str_to_i64(struct str s, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t at = negative ? 1 : 0;
    if (at >= s.len)
        return RC_INVALID;
    /* Gathered below zero, because INT64_MIN has no positive twin. */
    int64_t value = 0;
    for (; at < s.len; at++) {
        int digit = s.ptr[at] - '0';
        if (digit < 0 || digit > 9)
            return RC_INVALID;
        if (value < (INT64_MIN + digit) / 10)
            return RC_INVALID;
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN)
        return RC_INVALID;
    *out = negative ? value : -value;
    return RC_OK;
}

char *str_dup(struct str s)
{
    char *copy = mem_resize(NULL, s.len + 1, 1);
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}
