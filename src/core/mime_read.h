/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reads a message that came from outside, as far as bounces, complaints and unsubscribes need it: headers, the fields of a
 * report (RFC 3464, RFC 5965), the headers of the returned mail, and the first text. Whoever wrote it may be hostile: size,
 * parts, depth and counts are bounded, and nothing in it is believed here. GMime inside; mime_init first. Any thread. */
#ifndef REKINDLE_CORE_MIME_READ_H
#define REKINDLE_CORE_MIME_READ_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

#define MIME_READ_MAX (1024 * 1024) /* bytes of a message */
#define MIME_READ_TEXT_MAX 16384    /* bytes of its text that are kept */

/* One header or field: the value decoded and on one line, blanks folded to one. UTF-8 is not promised. */
struct mime_field {
    struct str name, value;
};
struct mime_fields {
    struct mime_field *items;
    size_t count;
};

enum mime_report { MIME_REPORT_NONE, MIME_REPORT_STATUS, MIME_REPORT_FEEDBACK };

struct mime_read {
    struct mime_fields headers;
    enum mime_report report;    /* of the first report part that was found, whatever the message calls itself */
    struct mime_fields *groups; /* of a delivery status: the message's fields, then each recipient's; else one group */
    size_t group_count;
    struct mime_fields returned; /* headers of the returned mail */
    struct str text;             /* first text/plain part, decoded; of a message without parts its body */
};

/* All texts in the arena. RC_LIMITED: over MIME_READ_MAX, or more parts than a mail program makes. RC_INVALID: no message. */
enum rc mime_read(struct str message, struct arena *arena, struct mime_read *out);

/* Value of the first field of that name (any case); absent when there is none. */
struct str mime_field(const struct mime_fields *fields, const char *name);

#endif
