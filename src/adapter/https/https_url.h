/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which addresses may be asked: https anywhere, http on this machine. Pure, any thread. */
#ifndef REKINDLE_ADAPTER_HTTPS_HTTPS_URL_H
#define REKINDLE_ADAPTER_HTTPS_HTTPS_URL_H

#include "base/rc.h"
#include "base/str.h"

/* RC_INVALID with a reason in *why (static memory). A URL with a login in it is refused: it would be shown and logged. */
enum rc https_url_check(struct str url, struct str *why);
/* The same, with http to anywhere. */
enum rc https_url_check_plain(struct str url, struct str *why);

#endif
