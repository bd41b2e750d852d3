/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The names of the result codes. One table in the order of the enum; the size check keeps the two in step. */
#include "base/rc.h"

#include <stddef.h>

static const char *const NAMES[] = {
    "ok",   "invalid", "denied",  "not_found", "conflict", "limited",
    "busy", "io",      "timeout", "uncertain", "corrupt",  "bug",
};

_Static_assert(sizeof(NAMES) / sizeof(NAMES[0]) == RC_COUNT, "every result code has a name");

const char *rc_name(enum rc rc)
{
    size_t index = (size_t)rc;
    return index < RC_COUNT ? NAMES[index] : "unknown";
}
