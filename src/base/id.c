/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* UUIDv7: 48 bits of time, so ids made later sort later and the newest rows of a table lie together; 74 random bits. */
#include "base/id.h"

#include <string.h>

bool id_is_valid(struct str id)
{
    if (id.len < 1 || id.len > ID_MAX_BYTES)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '.' && c != '_' && c != ':' && c != '-')
            return false;
    }
    return true;
}

struct str id_uuid7(int64_t now_ms, const uint8_t random[10], struct arena *arena)
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t bytes[16];
    for (size_t i = 0; i < 6; i++)
        bytes[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
    memcpy(bytes + 6, random, 10);
    bytes[6] = (uint8_t)(0x70 | (bytes[6] & 0x0f)); /* version 7 */
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f)); /* variant 10 */

    char text[36];
    size_t at = 0;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[at++] = '-';
        text[at++] = DIGITS[bytes[i] >> 4];
        text[at++] = DIGITS[bytes[i] & 0x0f];
    }
    return arena_str(arena, (struct str){text, sizeof(text)});
}
