/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of the SMTP mailer: the mail URL, taken apart and checked. */
#ifndef REKINDLE_ADAPTER_SMTP_SMTP_URL_H
#define REKINDLE_ADAPTER_SMTP_SMTP_URL_H

#include <stdbool.h>

#include "base/rc.h"
#include "base/str.h"

/* Heap texts; cleared by smtp_url_clear. */
struct smtp_url {
    char *url;             /* without user and password, with the EHLO name as its path: libcurl takes it from there */
    char *user, *password; /* NULL when there are none */
    bool is_loopback;
    bool is_smtps;
};
/* RC_INVALID with a reason in *why (static memory); *out needs no clearing then. `ehlo_name` may be absent. */
enum rc smtp_url_parse(struct str url, struct str ehlo_name, struct smtp_url *out, struct str *why);
void smtp_url_clear(struct smtp_url *url); /* accepts {0} */

#endif
