/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The notifier: tells the shop's other tools of one event, once, over the network. There is no retry in here: the job queue
 * is the only retry loop. Any thread. */
#ifndef REKINDLE_PORT_NOTIFIER_H
#define REKINDLE_PORT_NOTIFIER_H

#include "base/arena.h"
#include "base/rc.h"

struct notifier;
struct notifier_vtable {
    /* One try. `id` names the event and stays the same at each try, so that the receiver knows a repetition; `body` is
     * JSON. RC_OK: accepted. RC_BUSY, RC_TIMEOUT, RC_IO: not accepted, or not known to be; *error, in the arena, says why in
     * a word ("503", "timeout", "connect"), never in the other side's. */
    enum rc (*send)(struct notifier *notifier, struct str id, struct str body, struct arena *arena, struct str *error);
    void (*stop)(struct notifier *notifier); /* tries under way end soon, as RC_IO; before the workers stop */
    void (*close)(struct notifier *notifier);
};
struct notifier {
    const struct notifier_vtable *vtable;
};

#endif
