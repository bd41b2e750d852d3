/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How a command reaches the shop: through the server that runs on the folder, over its admin socket, or, when none runs, by
 * opening the store itself and calling the steps. One thread. */
#ifndef REKINDLE_MAIN_ACCESS_H
#define REKINDLE_MAIN_ACCESS_H

#include "base/json.h"
#include "main/http_client.h"
#include "main/wire.h"

struct access {
    struct config config;
    struct arena arena;
    struct http_client *server; /* NULL: the store is ours, in `wired` */
    struct folder_owner owner;  /* of the folder, when a server has it */
    struct wired wired;
};

/* `data`: the --data option, absent = REKINDLE_DATA. EXIT_DONE, or the exit code after a sentence on stderr. access_close in
 * any case. `must_exist`: a folder without a database is a mistake, not a new shop. */
int access_open(struct str data, const char *command, bool must_exist, struct access *out);
void access_close(struct access *access);

/* Calls the server with a JSON body (absent = none) and reads its JSON answer (*out NULL after 204; free with json_free).
 * EXIT_DONE for 2xx, else EXIT_FAILED after a sentence on stderr made from the problem. `out` may be NULL. */
int access_call(struct access *access, const char *method, const char *path, struct str body, struct json **out);
/* The same with If-Match. */
int access_call_match(struct access *access, const char *method, const char *path, struct str body, struct str if_match,
                      struct json **out);

/* A POST of a body of another type. */
int access_post(struct access *access, const char *path, const char *type, struct str body, struct json **out);

/* Walks a list: the server's pages of `path`, or the store's of `index`; each row as its API object. */
typedef void access_row(void *ctx, const struct json *row);
int access_each(struct access *access, const char *path, enum record_index index, access_row *row, void *ctx);

/* A sentence on stderr for a result that is not RC_OK, "rekindle: WHAT: ..."; EXIT_FAILED. */
int access_fault(const char *what, enum rc rc);

#endif
