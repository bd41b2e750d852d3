/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The links of one email. A click token names the email and a link number; the URL behind it is read from the stored email
 * and the shop, never from the token: there is no open redirect. */
#ifndef REKINDLE_STEP_LINKS_H
#define REKINDLE_STEP_LINKS_H

#include "core/email.h"
#include "step/env.h"

/* {PUBLIC_URL}/u/{token} and /why/{token}. */
struct str link_unsubscribe(const struct step_env *env, struct str email_id, struct arena *arena);
struct str link_why(const struct step_env *env, struct str email_id, struct arena *arena);
/* {PUBLIC_URL}/c/{token} for link number `number` (0 to 255). */
struct str link_click(const struct step_env *env, struct str email_id, uint8_t number, struct arena *arena);

#define LINK_SHOP 1        /* the shop's front page: the call to action */
#define LINK_FIRST_PICK 10 /* picks[i] is LINK_FIRST_PICK + i */
/* The stored URL of a link number; absent when the email has no such link. */
struct str link_target(const struct step_env *env, const struct email *email, uint8_t number, struct arena *arena);

#endif
