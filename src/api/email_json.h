/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An email as openapi.yaml shows it: the stored record with its client's name, the evidence completed from its episode, and
 * checks, attempts and outcome in the words of the contract. */
#ifndef REKINDLE_API_EMAIL_JSON_H
#define REKINDLE_API_EMAIL_JSON_H

#include "api/context.h"
#include "api/page.h"
#include "api/view.h"
#include "core/email.h"

/* Answers a page of emails, without what only a look at one of them needs: its egress, edits and calls. */
void email_page(const struct request *request, struct response *response, struct api *api, const struct page *page,
                const struct store_page *list);
/* Answers one email with its ETag, status 200. */
void email_answer(const struct request *request, struct response *response, struct api *api, const struct email *email);
/* key "checks": every rule with its result. */
void email_write_checks(const struct email *email, struct json_out *out);
/* The text part with "#" for every link. */
struct str email_dead_text(struct str text, struct arena *arena);

#endif
