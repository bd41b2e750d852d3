/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who follows a link: a person, or a machine. Scanners of mail providers open every link of a mail, most of them within
 * seconds of its arrival; counted as readers they would make each mail a success. What is counted here decides nothing: a
 * person comes back by an order. Pure. */
#ifndef REKINDLE_CORE_CLICK_H
#define REKINDLE_CORE_CLICK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define CLICK_TOO_SOON_MS 10000 /* after the mail left nobody has read it yet */

struct click {
    bool is_head;          /* looked whether the address is there, and took nothing */
    struct str user_agent; /* as sent; absent without one */
    struct str purpose;    /* Sec-Purpose, Purpose or X-Purpose, whichever was sent */
    int64_t sent_at, at;   /* domain time; sent_at TIME_NONE: it never left, so nobody can have read it */
};
bool click_is_machine(const struct click *click);

#endif
