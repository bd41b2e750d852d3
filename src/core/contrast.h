/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Contrast of two colours as WCAG 2.2 defines it (w3.org/TR/WCAG22, "relative luminance" and "contrast ratio"), and what
 * follows for a colour that a shop chose freely: the ink to print on it, and the nearest to it that can be read. */
#ifndef REKINDLE_CORE_CONTRAST_H
#define REKINDLE_CORE_CONTRAST_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define CONTRAST_MIN 4.5 /* success criterion 1.4.3 for text of any size */

struct color {
    uint8_t red, green, blue;
};
/* "#1c5f4a", in either case. False for anything else; *out is untouched then. */
bool color_read(struct str text, struct color *out);
/* "#1c5f4a", in the arena. */
struct str color_text(struct color color, struct arena *arena);
/* 1 (the same) to 21 (black on white). */
double contrast_ratio(struct color a, struct color b);
/* Black or white, whichever stands out more on `background`: always more than CONTRAST_MIN. */
struct color contrast_ink(struct color background);
/* `color` itself when it can be read on `background`, else mixed with the ink for it until it can. */
struct color contrast_readable(struct color color, struct color background);

#endif
