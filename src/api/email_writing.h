/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How an email came to be written, as openapi.yaml shows it: what left the house, the calls of the model, what people
 * changed, the offer that is printed. */
#ifndef REKINDLE_API_EMAIL_WRITING_H
#define REKINDLE_API_EMAIL_WRITING_H

#include "api/view.h"
#include "core/email.h"

/* key "offer": {text,code,ends_at} or null. */
void email_write_offer(const struct view *view, const struct email *email, struct json_out *out);
/* keys "egress", "edits" and "calls"; the calls are read from the store. */
enum rc email_write_writing(const struct view *view, const struct email *email, struct json_out *out);

#endif
