/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/mail_ports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "adapter/maildir/maildir.h"
#include "adapter/smtp/smtp.h"
#include "core/field.h"

static enum rc open_rehearsal(const struct data_folder *folder, struct arena *arena, struct mail_ports *out,
                              struct str *why)
{
    out->maildir = data_folder_file(folder, MAILDIR, arena);
    out->senders[0] = maildir_open(out->maildir);
    out->probe = maildir_open(out->maildir);
    if (!out->senders[0] || !out->probe) {
        *why = arena_printf(arena, "cannot make the maildir %s: %s", out->maildir, strerror(errno));
        return RC_IO;
    }
    out->sender_count = 1;
    return RC_OK;
}

/* The relay is greeted with the domain that our mail comes from. */
static enum rc open_live(const struct config *config, struct arena *arena, struct mail_ports *out, struct str *why)
{
    struct smtp_options options = {.url = config_text(config, CONFIG_MAIL_URL),
                                   .ehlo_name = email_domain(config_text(config, CONFIG_MAIL_FROM)),
                                   .ca_file = config_text(config, CONFIG_CA_FILE),
                                   .response_timeout_ms = (long)config_i64(config, CONFIG_MAIL_TIMEOUT_SECONDS) * 1000};
    struct str fault = STR_NONE;
    enum rc rc = smtp_open(&options, &out->probe, &fault);
    size_t connections = (size_t)config_i64(config, CONFIG_MAIL_CONNECTIONS);
    for (; rc == RC_OK && out->sender_count < connections && out->sender_count < MAIL_SENDERS_MAX; out->sender_count++)
        rc = smtp_open(&options, &out->senders[out->sender_count], &fault);
    if (rc != RC_OK)
        *why = arena_printf(arena, "REKINDLE_MAIL_URL: %.*s", STR_ARG(fault));
    return rc;
}

enum rc mail_ports_open(const struct config *config, const struct data_folder *folder, struct arena *arena,
                        struct mail_ports *out, struct str *why)
{
    *out = (struct mail_ports){.sender_count = 0};
    lock_init(&out->probe_lock);
    out->is_open = true;
    if (config_is_rehearsal(config))
        return open_rehearsal(folder, arena, out, why);
    return open_live(config, arena, out, why);
}

void mail_ports_close(struct mail_ports *ports)
{
    for (size_t i = 0; i < MAIL_SENDERS_MAX; i++)
        if (ports->senders[i])
            ports->senders[i]->vtable->close(ports->senders[i]);
    if (ports->probe)
        ports->probe->vtable->close(ports->probe);
    if (ports->is_open)
        lock_clear(&ports->probe_lock);
    *ports = (struct mail_ports){.sender_count = 0};
}

enum rc mail_ports_find(const struct mail_ports *ports, struct str email_id, struct arena *arena, struct str *message)
{
    return ports->maildir ? maildir_find(ports->maildir, email_id, arena, message) : RC_NOT_FOUND;
}

enum rc mail_ports_check(struct mail_ports *ports, struct str *why)
{
    /* the mailer's words last until its next check, which another thread may begin at once */
    static _Thread_local char words[200];
    *why = STR_NONE;
    lock_take(&ports->probe_lock);
    enum rc rc = ports->probe->vtable->check(ports->probe, why);
    snprintf(words, sizeof words, "%.*s", STR_ARG(*why));
    lock_drop(&ports->probe_lock);
    *why = str_of(words);
    return rc;
}
