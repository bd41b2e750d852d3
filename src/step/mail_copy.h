/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Under which id a mailer is handed the copy of a client's data: the name of its file in the maildir of rehearsals. */
#ifndef REKINDLE_STEP_MAIL_COPY_H
#define REKINDLE_STEP_MAIL_COPY_H

#include "base/arena.h"
#include "base/str.h"

struct str mail_copy_id(struct str client_id, struct arena *arena);

#endif
