/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* For the hooks' tests: a sent email of a client, its token, and what is known of it. */
#ifndef REKINDLE_TESTS_HOOKS_MAIL_H
#define REKINDLE_TESTS_HOOKS_MAIL_H

#include "api/stand.h"

/* Makes a client and an email to them that was sent. `id` is a UUID. */
void mail_sent(struct stand *stand, const char *id, const char *client);
/* The token in its envelope sender. */
const char *mail_token(struct stand *stand, const char *id);
/* Its verdict, a word of DELIVERY_WORDS. */
const char *mail_verdict(struct stand *stand, const char *id);
/* Everything that a notice may change, as one text: equal texts, nothing changed. */
struct str mail_state(struct stand *stand, const char *id, const char *client);
size_t mail_notices(struct stand *stand, const char *id);

#endif
