/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What POST /hooks/ses needs: the roots, something that fetches certificates, and the memory of good ones. Made only when
 * REKINDLE_SES_TOPICS names a topic; without one every message is refused before it is looked at. */
#ifndef REKINDLE_MAIN_SES_PORTS_H
#define REKINDLE_MAIN_SES_PORTS_H

#include "api/api.h"
#include "main/config.h"

struct ses_ports {
    struct x509_roots *roots;
    struct fetch *fetch;
    struct sns_trust *trust;
};
/* RC_INVALID with a sentence in *why (in the arena). */
enum rc ses_ports_open(const struct config *config, struct arena *arena, struct ses_ports *out, struct str *why);
/* The members of the API's options that are these. */
void ses_ports_fill(const struct ses_ports *ports, const struct config *config, struct api_options *options);
void ses_ports_stop(struct ses_ports *ports);  /* fetches under way end soon; accepts {0} */
void ses_ports_close(struct ses_ports *ports); /* accepts {0} and what was opened in part */

#endif
