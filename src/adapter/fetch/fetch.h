/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The fetch port over adapter/https: at most 10 seconds a document, TLS verified by the system's roots or a file's. */
#ifndef REKINDLE_ADAPTER_FETCH_FETCH_H
#define REKINDLE_ADAPTER_FETCH_FETCH_H

#include "port/fetch.h"

/* `ca_file` absent: the system's roots. RC_INVALID with *why (static memory). Freed by its close. */
enum rc fetch_open(struct str ca_file, struct fetch **out, struct str *why);

#endif
