/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the other side said of a mail, made fit to be kept. A diagnostic quotes the address it is about; ours is kept nowhere
 * but at the client, so that it goes when the client goes. */
#ifndef REKINDLE_CORE_NOTICE_TEXT_H
#define REKINDLE_CORE_NOTICE_TEXT_H

#include "base/arena.h"
#include "base/str.h"

#define NOTICE_DETAIL_MAX 300 /* bytes */

/* `said` on one line of at most NOTICE_DETAIL_MAX bytes of UTF-8: every address in it and, as a word of its own, the local
 * part of `recipient` (absent: nobody's) become "[address]"; controls, line ends and malformed bytes become one blank.
 * Absent when nothing is left. In the arena. */
struct str notice_detail(struct str said, struct str recipient, struct arena *arena);
/* `text` when it is an enhanced status code of RFC 3463 section 2 ("5.1.1": class 2, 4 or 5, two numbers of at most three
 * digits), else absent. Borrowed. */
struct str notice_status(struct str text);
#define NOTICE_CLASSES STR("245") /* all there are */
/* The first such code in a text whose class is one of `classes` ("45"), and which is no part of a longer number; absent when
 * there is none. Borrowed. */
struct str notice_status_in(struct str text, struct str classes);

#endif
