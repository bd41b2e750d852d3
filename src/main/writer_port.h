/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer that the configuration names: it, and no other one in its stead. */
#ifndef REKINDLE_MAIN_WRITER_PORT_H
#define REKINDLE_MAIN_WRITER_PORT_H

#include "core/prompt.h"
#include "main/config.h"
#include "port/writer.h"

/* The configuration must have passed config_check_serve. RC_INVALID with *why in the arena. Closed by its close. */
enum rc writer_port_open(const struct config *config, struct arena *arena, struct writer **out, struct str *why);
/* The bytes that a prompt would send, in the arena; empty for the template writer, which sends nothing. Opens and asks
 * nothing, and needs no key. RC_INVALID with *why in the arena: no model or provider is set. */
enum rc writer_port_request(const struct config *config, const struct prompt *prompt, struct arena *arena,
                            struct str *body, struct str *why);
const char *writer_port_kind(const struct config *config); /* static */
int writer_port_threads(const struct config *config);      /* how many may draft at a time */

#endif
