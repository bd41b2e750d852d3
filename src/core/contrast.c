/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/contrast.h"

#include <math.h>

static bool hex_digit(char c, unsigned *out)
{
    if (c >= '0' && c <= '9')
        *out = (unsigned)(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        *out = (unsigned)((c | 0x20) - 'a') + 10;
    else
        return false;
    return true;
}

bool color_read(struct str text, struct color *out)
{
    uint8_t parts[3];
    if (text.len != 7 || text.ptr[0] != '#')
        return false;
    for (size_t i = 0; i < 3; i++) {
        unsigned high, low;
        if (!hex_digit(text.ptr[1 + 2 * i], &high) || !hex_digit(text.ptr[2 + 2 * i], &low))
            return false;
        parts[i] = (uint8_t)(high * 16 + low);
    }
    *out = (struct color){parts[0], parts[1], parts[2]};
    return true;
}

struct str color_text(struct color color, struct arena *arena)
{
    return arena_printf(arena, "#%02x%02x%02x", color.red, color.green, color.blue);
}

/* sRGB to linear light. */
static double linear(uint8_t part)
{
    double share = part / 255.0;
    return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

static double luminance(struct color color)
{
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

double contrast_ratio(struct color a, struct color b)
{
    double first = luminance(a), second = luminance(b);
    return (fmax(first, second) + 0.05) / (fmin(first, second) + 0.05);
}

/* Black and white contrast by 21, so the better of the two by at least its root, 4.58. */
struct color contrast_ink(struct color background)
{
    const struct color black = {0, 0, 0}, white = {255, 255, 255};
    return contrast_ratio(black, background) >= contrast_ratio(white, background) ? black : white;
}

static uint8_t mixed(uint8_t part, uint8_t with, int step, int steps)
{
    return (uint8_t)((part * (steps - step) + with * step) / steps);
}

struct color contrast_readable(struct color color, struct color background)
{
    enum { STEPS = 32 };
    struct color ink = contrast_ink(background), result = color;
    for (int step = 1; step <= STEPS && contrast_ratio(result, background) < CONTRAST_MIN; step++)
        result = (struct color){mixed(color.red, ink.red, step, STEPS), mixed(color.green, ink.green, step, STEPS),
                                mixed(color.blue, ink.blue, step, STEPS)};
    return result;
}
