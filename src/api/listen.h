/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Listening sockets: TCP by "host:port" and the admin socket in the file system. One thread. */
#ifndef REKINDLE_API_LISTEN_H
#define REKINDLE_API_LISTEN_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

/* "127.0.0.1:8080", "[::1]:8080", "shop.example:80"; port 0 picks a free one. *fd is listening, non-blocking and the
 * caller's to close. RC_INVALID for a text that is no address, RC_IO otherwise, with a sentence in *why (static). */
enum rc listen_tcp(struct str address, int *fd, struct str *why);
/* A socket at `path`, mode 0600. One left behind by a dead process is replaced; RC_CONFLICT when somebody answers there. */
enum rc listen_unix(struct str path, int *fd, struct str *why);
/* Port of a TCP socket, 0 for others. */
int listen_port(int fd);

#endif
