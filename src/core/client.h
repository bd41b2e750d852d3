/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A client: a person who buys from the shop. Written by ingest and by the client's own acts (unsubscribe), never by the
 * score step. Clients whose normalised address is the same are one person (`person`). */
#ifndef REKINDLE_CORE_CLIENT_H
#define REKINDLE_CORE_CLIENT_H

#include "core/field.h"

enum consent_status { CONSENT_UNKNOWN, CONSENT_SUBSCRIBED, CONSENT_PAUSED, CONSENT_UNSUBSCRIBED };
enum consent_basis { CONSENT_BASIS_NONE, CONSENT_BASIS_EXPLICIT, CONSENT_BASIS_SOFT_OPT_IN };
enum profiling { PROFILING_ALLOWED, PROFILING_OBJECTED };

struct client {
    struct str id;
    struct str email; /* as given, absent when unknown */
    struct str first_name, last_name;
    struct str locale; /* absent: the shop's */
    struct str country, time_zone;
    struct str preferred_categories; /* JSON array of strings */
    int consent_status;              /* enum consent_status */
    int consent_basis;               /* enum consent_basis */
    int64_t consent_until;           /* paused until, or the basis' expiry; TIME_NONE */
    struct str consent_source;       /* who said so: import, api, unsubscribe_link, complaint, staff:ID ... */
    struct str consent_evidence;     /* how it is known; no personal data */
    int64_t consent_at;              /* when the person acted */
    int profiling;                   /* enum profiling */
    struct str attributes;           /* JSON object of the shop's own values, never sent to a model */
    int64_t source_updated_at;       /* the shop system's own updated_at; an older one changes nothing */
    struct str person;               /* keyed hash of the normalised address, or "c:" + id without an address */
    struct str name_folded;          /* "first last" folded, for search; absent without a name */
    struct str email_folded;         /* normalised address, for search */
    int64_t created_at, updated_at;
    int64_t version;
};

extern const char *const CONSENT_STATUS_WORDS[];
extern const char *const CONSENT_BASIS_WORDS[];
extern const char *const PROFILING_WORDS[];
extern const struct field CLIENT_FIELDS[];
extern const size_t CLIENT_FIELD_COUNT;

/* A client known by its id alone, as an order of an unknown client makes it. */
void client_init_bare(struct client *client, struct str id, int64_t now_ms);
/* True when nothing but its id is known of the client. */
bool client_is_bare(const struct client *client);

/* Whether the consent of `in` may replace the consent of `old`, on every path (API, import, pull, hook):
 * - an input without consent (unknown, no `at`) says nothing; where nothing was known, anything is taken;
 * - an opt-out is always taken, and a complaint is never lifted;
 * - unsubscribed is left only for subscribed or paused, by a later `at` and a named act of the person;
 * - else the later `at` counts; a statement without `at` may only pause. */
bool client_consent_accepts(const struct client *old, const struct client *in);
/* The client unsubscribes at `now_ms`, as `source` (borrowed) tells. The opt-in's words go, since they prove no opt-out; an opt-in
 * dated ahead must not look later than this. */
void client_opt_out(struct client *client, struct str source, int64_t now_ms);
/* True when the consent's source says where the person acted (checkout, phone, staff:ID) and is not absent or merely the
 * way the data came here (api, batch, import, pull, hook ...). */
bool client_names_act(const struct client *client);

#endif
