/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What Amazon SES says of a mail, in both of its shapes: notifications of an identity ("notificationType") and events of a
 * configuration set ("eventType"). They come several times, in any order, with members nobody has heard of. Source: "Amazon
 * SES Developer Guide", Contents of SNS notifications; Contents of event data. Pure. */
#ifndef REKINDLE_CORE_SES_H
#define REKINDLE_CORE_SES_H

#include "core/provider.h"

/* Reads the text of an SNS message. RC_OK with one report; RC_NOT_FOUND for what says nothing of delivery or is about other
 * mail of the shop; RC_INVALID when it is nothing of SES. Of several recipients the first with a status speaks: a mail of
 * ours has one. The texts of *out are in the arena. */
enum rc ses_read(struct str text, struct arena *arena, struct report *out);

#endif
