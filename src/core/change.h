/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Change: what the store emits, in the same commit, when a record is written. */
#ifndef REKINDLE_CORE_CHANGE_H
#define REKINDLE_CORE_CHANGE_H

#include "core/record.h"

enum change_op {
    CHANGE_PUT,
    CHANGE_DELETE,
    CHANGE_LOAD /* a bulk load: one change for many records; `keys` are the client ids it touched */
};
extern const char *const CHANGE_OP_WORDS[];

struct change {
    int64_t seq; /* grows by at least 1 */
    enum record_kind kind;
    enum change_op op;
    struct str key;       /* of the record; for a load the first client id */
    struct str old_image; /* JSON or absent */
    struct str new_image; /* JSON or absent; for a load the JSON array of client ids */
    int64_t at;           /* updated_at of the record; of a deleted one as it last was */
};

#endif
