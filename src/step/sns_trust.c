/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/sns_trust.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/thread.h"
#include "base/time_text.h"

#define KEPT_MAX 8 /* Amazon uses one a region at a time, two when it changes */
#define CERTIFICATE_MAX_BYTES 32768
#define ISSUERS_MAX 3 /* between a certificate and a root */

struct kept {
    char *url; /* NULL: empty */
    struct x509_cert *cert;
};
struct sns_trust {
    struct fetch *fetch;
    const struct x509_roots *roots;
    struct lock lock; /* guards the rest */
    struct kept kept[KEPT_MAX];
    size_t next; /* the place that is given away next */
    int64_t minute_began;
    int fetches;
};

/* One check under way. */
struct checking {
    struct sns_trust *trust;
    const struct sns_message *message;
    struct x509_wish wish;
    struct arena arena;
    struct x509_cert *cert; /* ours alone until it is kept */
    struct str *why;
};

struct sns_trust *sns_trust_new(struct fetch *fetch, const struct x509_roots *roots)
{
    struct sns_trust *trust = mem_new(1, sizeof *trust);
    trust->fetch = fetch;
    trust->roots = roots;
    lock_init(&trust->lock);
    return trust;
}

static void forget(struct kept *kept)
{
    mem_free(kept->url);
    x509_free(kept->cert);
    *kept = (struct kept){.url = NULL};
}

void sns_trust_free(struct sns_trust *trust)
{
    if (trust == NULL)
        return;
    for (size_t i = 0; i < KEPT_MAX; i++)
        forget(&trust->kept[i]);
    lock_clear(&trust->lock);
    mem_free(trust);
}

/* --- what is kept, under the lock ---------------------------------------------------------------------------------- */

static struct kept *find(struct sns_trust *trust, struct str url)
{
    for (size_t i = 0; i < KEPT_MAX; i++)
        if (trust->kept[i].url != NULL && str_equal(str_of(trust->kept[i].url), url))
            return &trust->kept[i];
    return NULL;
}

static void keep(struct checking *c)
{
    struct sns_trust *trust = c->trust;
    struct kept *place = find(trust, c->message->cert_url);
    if (place == NULL) {
        place = &trust->kept[trust->next];
        trust->next = (trust->next + 1) % KEPT_MAX;
    }
    forget(place);
    *place = (struct kept){.url = str_dup(c->message->cert_url), .cert = c->cert};
    c->cert = NULL;
}

static bool may_fetch(struct sns_trust *trust)
{
    int64_t now = clock_mono();
    if (trust->fetches == 0 || now - trust->minute_began >= TIME_MINUTE_MS) {
        trust->minute_began = now;
        trust->fetches = 0;
    }
    return trust->fetches++ < SNS_FETCHES_PER_MINUTE;
}

/* --- fetching ------------------------------------------------------------------------------------------------------ */

static enum rc fetch_one(struct checking *c, struct str url, bool may_be_plain, struct x509_cert **out)
{
    struct fetch *fetch = c->trust->fetch;
    struct fetch_wish wish = {.url = url, .max_bytes = CERTIFICATE_MAX_BYTES, .may_be_plain = may_be_plain};
    struct str body;
    lock_take(&c->trust->lock);
    bool may = may_fetch(c->trust);
    lock_drop(&c->trust->lock);
    *c->why = STR("too many certificates were asked for this minute");
    if (!may)
        return RC_LIMITED;
    enum rc rc = fetch->vtable->get(fetch, &wish, &c->arena, &body, c->why);
    if (rc == RC_OK && x509_read(body, out) != RC_OK) {
        *c->why = STR("what came is no certificate");
        return RC_NOT_FOUND;
    }
    return rc;
}

/* Adds issuers until a root is reached, each fetched from where the one before says, if that is Amazon's. */
static enum rc complete(struct checking *c)
{
    enum rc rc = x509_check(c->trust->roots, c->cert, &c->wish, c->why);
    for (int i = 0; i < ISSUERS_MAX && rc == RC_NOT_FOUND; i++) {
        struct x509_cert *issuer = NULL;
        struct str url = x509_issuer_url(c->cert, &c->arena), missing = *c->why;
        if (!sns_issuer_url_is_good(url))
            return RC_DENIED;
        rc = fetch_one(c, url, true, &issuer);
        if (rc == RC_NOT_FOUND)
            *c->why = missing;
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_DENIED : rc;
        x509_add(c->cert, issuer);
        x509_free(issuer);
        rc = x509_check(c->trust->roots, c->cert, &c->wish, c->why);
    }
    return rc == RC_NOT_FOUND ? RC_DENIED : rc;
}

/* --- the verdict --------------------------------------------------------------------------------------------------- */

/* By the certificate that is kept for this address, dates and names looked at once more. RC_NOT_FOUND: none is, or it is
 * good no longer. */
static enum rc check_kept(struct checking *c, struct str text, struct str signature, enum sns_refusal *refusal)
{
    struct kept *kept = find(c->trust, c->message->cert_url);
    if (kept == NULL)
        return RC_NOT_FOUND;
    if (x509_check(c->trust->roots, kept->cert, &c->wish, c->why) != RC_OK) {
        forget(kept);
        return RC_NOT_FOUND;
    }
    *refusal = x509_signed(kept->cert, text, signature) ? SNS_FINE : SNS_BAD_SIGNATURE;
    return RC_OK;
}

static enum rc check_fetched(struct checking *c)
{
    enum rc rc = fetch_one(c, c->message->cert_url, false, &c->cert);
    if (rc == RC_OK)
        rc = complete(c);
    return rc == RC_NOT_FOUND ? RC_DENIED : rc;
}

static enum rc check(struct checking *c, struct str text, struct str signature, enum sns_refusal *refusal)
{
    lock_take(&c->trust->lock);
    enum rc rc = check_kept(c, text, signature, refusal);
    lock_drop(&c->trust->lock);
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = check_fetched(c);
    if (rc == RC_DENIED)
        *refusal = SNS_BAD_CERTIFICATE;
    if (rc != RC_OK)
        return rc == RC_DENIED ? RC_OK : rc;
    lock_take(&c->trust->lock);
    keep(c);
    rc = check_kept(c, text, signature, refusal);
    lock_drop(&c->trust->lock);
    return rc;
}

enum rc sns_trust_check(struct sns_trust *trust, const struct sns_message *message, int64_t now_ms,
                        enum sns_refusal *refusal, struct str *why)
{
    struct checking c = {.trust = trust, .message = message, .why = why};
    struct str names[SNS_NAMES_MAX], signature;
    struct buf text = {0};
    c.wish = (struct x509_wish){.names = names, .at_ms = now_ms};
    c.wish.name_count = sns_certificate_names(message->topic_arn, &c.arena, names);
    *why = STR_NONE;
    *refusal = SNS_BAD_SIGNATURE;
    enum rc rc = hash_from_base64(message->signature, &c.arena, &signature);
    if (rc == RC_OK) {
        sns_signed_text(message, &text);
        rc = check(&c, buf_str(&text), signature, refusal);
    } else {
        rc = RC_OK; /* no signature at all */
    }
    if (*refusal == SNS_BAD_SIGNATURE && rc == RC_OK)
        *why = STR("the signature is not of this message");
    x509_free(c.cert);
    buf_clear(&text);
    arena_clear(&c.arena);
    return rc;
}
