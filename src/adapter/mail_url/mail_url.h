/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The URL of a mail server or a mailbox, taken apart and checked, SCHEME://user:password@host:port[/path], and what follows from
 * it for a connection: TLS with a verified certificate (STARTTLS or from the beginning) unless the server is on the
 * loopback. Any thread. */
#ifndef REKINDLE_ADAPTER_MAIL_URL_MAIL_URL_H
#define REKINDLE_ADAPTER_MAIL_URL_MAIL_URL_H

#include <curl/curl.h>
#include <stdbool.h>

#include "base/rc.h"
#include "base/str.h"

/* What a URL may look like; static texts. */
struct mail_url_form {
    const char *plain, *encrypted; /* the schemes, "smtp" and "smtps" */
    const char *rule;              /* "the mail URL must be smtp://user:password@host:port or smtps://" */
    bool has_path, needs_login;
};

/* Heap texts; cleared by mail_url_clear. */
struct mail_url {
    char *origin;          /* "smtps://host:465", without user, password and path */
    char *path;            /* as it stood, percent-encoded, without the first slash; NULL when there is none */
    char *user, *password; /* decoded; NULL when there are none */
    bool is_loopback;
};
/* RC_INVALID with a reason in *why (static memory); *out needs no clearing then. */
enum rc mail_url_parse(struct str url, const struct mail_url_form *form, struct mail_url *out, struct str *why);
/* The parse for its verdict alone. */
enum rc mail_url_check(struct str url, const struct mail_url_form *form, struct str *why);
/* A copy on the heap of the name of a file of certificates, NULL when it is absent. RC_INVALID with *why (static memory), and a
 * copy all the same, when it cannot be read. */
enum rc mail_url_ca_file(struct str name, char **out, struct str *why);
/* Sets login, TLS, certificates (`ca_file` NULL: the system's) and one kept connection without any proxy of the
 * environment. `url` and `ca_file` must live as long as the transfers. */
void mail_url_apply(const struct mail_url *url, const char *ca_file, CURL *curl);
void mail_url_clear(struct mail_url *url); /* accepts {0} */

#endif
