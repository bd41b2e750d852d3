/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/ses_ports.h"

#include "adapter/fetch/fetch.h"

enum rc ses_ports_open(const struct config *config, struct arena *arena, struct ses_ports *out, struct str *why)
{
    struct str ca_file = config_text(config, CONFIG_CA_FILE);
    if (str_is_none(config_text(config, CONFIG_SES_TOPICS)))
        return RC_OK;
    enum rc rc = fetch_open(ca_file, &out->fetch, why);
    if (rc == RC_OK) {
        rc = x509_roots_open(ca_file, &out->roots);
        *why = STR("the roots of certificates cannot be read");
    }
    if (rc == RC_OK)
        out->trust = sns_trust_new(out->fetch, out->roots);
    else
        *why = arena_printf(arena, "notices of Amazon SES cannot be checked: %.*s", STR_ARG(*why));
    return rc;
}

void ses_ports_fill(const struct ses_ports *ports, const struct config *config, struct api_options *options)
{
    options->ses_topics = config_text(config, CONFIG_SES_TOPICS);
    options->ses_trust = ports->trust;
    options->fetch = ports->fetch;
}

void ses_ports_stop(struct ses_ports *ports)
{
    if (ports->fetch != NULL)
        ports->fetch->vtable->stop(ports->fetch);
}

void ses_ports_close(struct ses_ports *ports)
{
    sns_trust_free(ports->trust);
    x509_roots_close(ports->roots);
    if (ports->fetch != NULL)
        ports->fetch->vtable->close(ports->fetch);
    *ports = (struct ses_ports){.fetch = NULL};
}
