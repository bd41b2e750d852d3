/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 512 /* connections the kernel keeps while the loops are busy */

static struct str explain(int error)
{
    switch (error) {
    case EADDRINUSE: return STR("the address is in use already");
    case EADDRNOTAVAIL: return STR("this machine has no such address");
    case EACCES: return STR("this needs more rights (a port under 1024?)");
    case ENOENT: return STR("the folder does not exist");
    default: return STR("the system refuses to listen there");
    }
}

/* Cuts "host:port" or "[v6]:port" into two C strings. */
static enum rc split(struct str address, char host[256], char port[8])
{
    size_t colon = address.len;
    while (colon > 0 && address.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return RC_INVALID;
    struct str left = {address.ptr, colon - 1};
    struct str right = {address.ptr + colon, address.len - colon};
    int64_t number = 0;
    if (str_to_i64(right, &number) != RC_OK || number < 0 || number > 65535 || right.len > 5)
        return RC_INVALID;
    if (left.len > 1 && left.ptr[0] == '[' && left.ptr[left.len - 1] == ']')
        left = (struct str){left.ptr + 1, left.len - 2};
    if (left.len == 0 || left.len > 255)
        return RC_INVALID;
    memcpy(host, left.ptr, left.len);
    host[left.len] = '\0';
    memcpy(port, right.ptr, right.len);
    port[right.len] = '\0';
    return RC_OK;
}

static int try_listen(const struct addrinfo *info)
{
    int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, info->ai_protocol);
    if (fd < 0)
        return -1;
    int on = 1; /* a restart must not wait for the old connections' TIME_WAIT */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

enum rc listen_tcp(struct str address, int *fd, struct str *why)
{
    char host[256], port[8];
    if (split(address, host, port) != RC_OK) {
        *why = STR("must be address:port, for example 127.0.0.1:8080 or [::1]:8080");
        return RC_INVALID;
    }
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        *why = STR("the host name is not known");
        return RC_INVALID;
    }
    *fd = -1;
    for (const struct addrinfo *info = found; info != NULL && *fd < 0; info = info->ai_next)
        *fd = try_listen(info);
    *why = *fd < 0 ? explain(errno) : STR_NONE;
    freeaddrinfo(found);
    return *fd < 0 ? RC_IO : RC_OK;
}

/* Whether a living process answers at this address. */
static bool is_answered(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool answered = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    close(fd);
    return answered;
}

enum rc listen_unix(struct str path, int *fd, struct str *why)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path.len == 0 || path.len >= sizeof address.sun_path) {
        *why = STR("the path of the socket must have 1 to 107 bytes; choose a shorter data folder");
        return RC_INVALID;
    }
    memcpy(address.sun_path, path.ptr, path.len);
    if (is_answered(&address)) {
        *why = STR("another server runs on this data folder");
        return RC_CONFLICT;
    }
    struct stat info;
    if (lstat(address.sun_path, &info) == 0 && S_ISSOCK(info.st_mode))
        unlink(address.sun_path); /* left behind by a process that died */
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* The mode of a socket file is that of the socket at bind: set before, there is no moment when others may enter. */
    if (*fd < 0 || fchmod(*fd, 0600) != 0 || bind(*fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(*fd, BACKLOG) != 0) {
        *why = explain(errno);
        if (*fd >= 0)
            close(*fd);
        *fd = -1;
        return RC_IO;
    }
    return RC_OK;
}

int listen_port(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}
