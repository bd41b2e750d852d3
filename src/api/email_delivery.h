/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What became of an email after its approval: what delays it, what was heard of it, who followed its links. */
#ifndef REKINDLE_API_EMAIL_DELIVERY_H
#define REKINDLE_API_EMAIL_DELIVERY_H

#include "api/view.h"
#include "core/email.h"

/* keys "send_after", "delivery", "delivery_at", "clicks", "machine_clicks", "clicked_at" */
void email_write_delivery(const struct view *view, const struct email *email, struct json_out *out);
/* key "notices": the newest fifty, newest last. Nothing is written when the store cannot be read. */
enum rc email_write_notices(const struct view *view, const struct email *email, struct json_out *out);

#endif
