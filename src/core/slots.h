/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Slots: an HTML text with marks in double braces, filled. {{name}} is a value, escaped; {{#name}} to {{/name}} stands once
 * for each item of a list, or once when the value is there; {{^name}} to {{/name}} when list or value is empty. A name is
 * looked for in the item first, then around it. This is the only place where values become HTML: nothing in them is ever
 * markup, the end of an attribute or a mark. A section may not lie in another of its own name. */
#ifndef REKINDLE_CORE_SLOTS_H
#define REKINDLE_CORE_SLOTS_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/str.h"

struct slots;
struct slot {
    const char *name;
    struct str value;          /* of a value; absent or "" = not there */
    const struct slots *items; /* of a list */
    size_t count;              /* items in it */
};
struct slots {
    const struct slot *slots;
    size_t count;
};
/* Appends the filled text. RC_BUG when it names a slot that `slots` lacks, or a section has no end. */
enum rc slots_fill(struct str text, const struct slots *slots, struct buf *out);

#endif
