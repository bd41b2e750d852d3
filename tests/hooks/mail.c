/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "hooks/mail.h"

#include "core/client.h"
#include "core/record.h"
#include "core/token.h"

void mail_sent(struct stand *stand, const char *id, const char *client)
{
    struct client person;
    stand_client(stand, client, arena_printf(&stand->arena, "%s@example.com", client).ptr);
    struct email email = stand_email(stand, id, client);
    assert_int_equal(store_get(stand->env.store, RECORD_CLIENT, str_of(client), &stand->arena, &person), RC_OK);
    email.person = person.person;
    email.status = EMAIL_SENT;
    email.sent_at = STAND_NOW;
    email.message_id = arena_printf(&stand->arena, "%s@shop.example", id);
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = 1};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = STAND_NOW};
    assert_int_equal(store_commit(stand->env.store, &batch), RC_OK);
}

const char *mail_token(struct stand *stand, const char *id)
{
    struct str token;
    assert_int_equal(token_make(&stand->env.link_keys, TOKEN_BOUNCE, str_of(id), 0, &stand->arena, &token), RC_OK);
    return arena_str(&stand->arena, token).ptr;
}

const char *mail_verdict(struct stand *stand, const char *id)
{
    struct email email;
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, str_of(id), &stand->arena, &email), RC_OK);
    return DELIVERY_WORDS[email.delivery];
}

static struct store_page list(struct stand *stand, enum record_index index, const char *equal)
{
    struct store_query query = STORE_QUERY(index);
    struct store_page page;
    query.equal = str_of(equal);
    query.limit = 200;
    assert_int_equal(store_list(stand->env.store, &query, &stand->arena, &page), RC_OK);
    return page;
}

size_t mail_notices(struct stand *stand, const char *id) { return list(stand, NOTICE_BY_EMAIL, id).count; }

struct str mail_state(struct stand *stand, const char *id, const char *client)
{
    struct email email;
    struct client person;
    assert_int_equal(store_get(stand->env.store, RECORD_EMAIL, str_of(id), &stand->arena, &email), RC_OK);
    assert_int_equal(store_get(stand->env.store, RECORD_CLIENT, str_of(client), &stand->arena, &person), RC_OK);
    return arena_printf(&stand->arena, "email %lld %d, client %lld %d, notices %zu, suppressions %zu, audit %zu",
                        (long long)email.version, email.delivery, (long long)person.version, person.consent_status,
                        mail_notices(stand, id), list(stand, SUPPRESSION_BY_ID, NULL).count,
                        list(stand, AUDIT_BY_TIME, NULL).count);
}
