/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The fields of a form as browsers and mail providers post it: application/x-www-form-urlencoded, and multipart/form-data
 * (RFC 7578) as RFC 8058 asks. A body of another or of no type is read as urlencoded: old providers send none. Pure. */
#ifndef REKINDLE_API_FORM_H
#define REKINDLE_API_FORM_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

/* The first value of `name`, decoded, in the arena or borrowed from the body. RC_NOT_FOUND when there is no such field;
 * RC_INVALID when the body breaks its form before it is found. `type` is the Content-Type header. */
enum rc form_field(struct str type, struct str body, const char *name, struct arena *arena, struct str *out);

#endif
