/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Everything that is kept of a person, as one JSON document: for the person (step/mail_copy.c) and for who answers them
 * (GET /clients/{id}/export). Its shape is in api/openapi.yaml as ClientExport; a member that goes or changes its meaning
 * makes a new version. Reads only; names of staff and secrets are left out. */
#ifndef REKINDLE_STEP_EXPORT_CLIENT_H
#define REKINDLE_STEP_EXPORT_CLIENT_H

#include "step/env.h"

#define EXPORT_FORMAT STR("rekindle.export")
#define EXPORT_VERSION 1

/* Appends the document of the person that client is: all clients of the address, with what belongs to each. RC_NOT_FOUND. */
enum rc export_client(const struct step_env *env, struct str client_id, struct arena *arena, struct buf *out);

#endif
