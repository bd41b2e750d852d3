/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The console inside the program: every file of web/dist as bytes in the read-only data, with its compressed forms.
 * The table is generated at build time by tools/embed-assets.mjs (an empty one by asset_none.c when the console is left
 * out), sorted by path in byte order so that a lookup can bisect. Immutable; any thread. */
#ifndef REKINDLE_API_ASSET_H
#define REKINDLE_API_ASSET_H

#include <stdbool.h>
#include <stddef.h>

/* One form of a file's bytes. size 0 with data NULL: this form is not kept (woff2 is compressed already; a form that is
 * not smaller than raw is left out). raw is always there. */
struct asset_bytes {
    const unsigned char *data;
    size_t size;
};

struct asset {
    const char *path;          /* absolute URL path: "/index.html", "/assets/index-CtvD2x.js" */
    const char *type;          /* the Content-Type, with charset where it is text */
    const char *etag;          /* strong, with its quotes; of the raw bytes */
    bool immutable;            /* the name carries a content hash: may be cached for ever */
    struct asset_bytes raw;    /* index.html is spliced with a nonce, so it is served from here */
    struct asset_bytes br, gz; /* brotli and gzip */
};

extern const struct asset assets[];
extern const size_t asset_count;

#endif
