/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A new password from a person (asked twice, not shown) or from a pipe. */
#ifndef REKINDLE_MAIN_PASSWORD_H
#define REKINDLE_MAIN_PASSWORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/rc.h"

#define PASSWORD_MIN_BYTES 12
#define PASSWORD_MAX_BYTES 1024

/* The first line of stdin when `from_stdin`, else asked for on the terminal. RC_INVALID with a sentence in *why. */
enum rc password_ask(bool from_stdin, struct arena *arena, struct str *out, struct str *why);

#endif
