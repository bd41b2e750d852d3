/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The console's files out of the program itself (api/asset.h). Names with a content hash are cached for ever; index.html is
 * never cached, as each answer carries its own nonce; an unknown page is the console's to route, an unknown file is 404. */
#ifndef REKINDLE_API_CONSOLE_H
#define REKINDLE_API_CONSOLE_H

#include "api/asset.h"
#include "api/request.h"

/* Answers a GET or HEAD of a path that is no route. */
void console_serve(const struct request *request, struct response *response);

/* The same over a table given by the caller; console_serve uses the one built in. For tests. */
struct console_files {
    const struct asset *items; /* sorted by path */
    size_t count;
};
void console_serve_from(const struct console_files *files, const struct request *request, struct response *response);

#endif
