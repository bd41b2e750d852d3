/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One HTTP/1.1 request to the outside, once. TLS is always verified; plain http reaches the loopback alone. No redirects,
 * no proxies, no reuse of connections: libcurl sends a request a second time by itself when a kept connection turns out to
 * be dead, and a request may cost money. What comes in is handed over as it comes, and is limited.
 *
 * A client is for any number of threads, a transfer for the one that called. Nothing is logged here, and no text of the
 * other side is kept. */
#ifndef REKINDLE_ADAPTER_HTTPS_HTTPS_H
#define REKINDLE_ADAPTER_HTTPS_HTTPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"
#include "base/str.h"

/* Real milliseconds and bytes; none may be 0. */
struct https_limits {
    int64_t connect_ms; /* name, TCP and TLS together */
    int64_t idle_ms;    /* between any two bytes, from the moment the connection stands */
    int64_t total_ms;
    int64_t header_bytes, body_bytes;
};

struct https_request {
    struct str url;            /* absolute; https, or http to the loopback */
    bool may_be_plain;         /* http to anywhere: for what proves itself by other means */
    struct str authorization;  /* value of the header, secret; absent: not sent */
    const struct str *headers; /* more of them, as "name: value" without control characters; borrowed */
    size_t header_count;
    struct str body; /* JSON; absent makes it a GET, else it is a POST */
    struct https_limits limits;
    /* A header line without its CRLF, the status line left out; NULL: not wanted. Of interim answers too. */
    void (*on_header)(void *ctx, struct str line);
    /* Bytes of the body as they come, never none; `status` is the answer's. False: enough, the transfer ends here. */
    bool (*on_body)(void *ctx, int status, struct str bytes);
    void *ctx;
};

enum https_end {
    HTTPS_WHOLE,      /* the answer came to its own end */
    HTTPS_ENOUGH,     /* on_body said so */
    HTTPS_NO_CONNECT, /* no name, no TCP, no TLS in time: nothing of the request left */
    HTTPS_UNTRUSTED,  /* certificate or host name not verified: nothing of the request left */
    HTTPS_REFUSED,    /* the URL is none that may be used: nothing of the request left */
    HTTPS_TIMED_OUT,  /* idle or total deadline */
    HTTPS_BROKEN,     /* cut off, or no HTTP */
    HTTPS_TOO_LARGE,  /* more headers or body than the limits */
    HTTPS_STOPPED     /* https_stop */
};
struct https_answer {
    enum https_end end;
    int status;     /* 0: none came */
    bool sent;      /* the connection stood and the request began to leave: it may have been taken */
    struct str why; /* in plain words of our own, static memory; absent when whole or enough */
    int64_t latency_ms;
};

struct https;
/* `ca_file`: PEM certificates to trust instead of the system's; absent: the system's. RC_INVALID with *why (static memory). */
enum rc https_open(struct str ca_file, struct https **out, struct str *why);
/* Makes the one try. */
void https_transfer(struct https *https, const struct https_request *request, struct https_answer *answer);
/* Ends all transfers soon, and each one to come at once. Any thread, also while others transfer. */
void https_stop(struct https *https);
/* No transfer may be under way. NULL is fine. */
void https_close(struct https *https);

#endif
