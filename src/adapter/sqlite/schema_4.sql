-- SPDX-License-Identifier: AGPL-3.0-or-later
-- From version 3 to 4: what delivery needs to keep.

-- What became of an email after it left, and who followed its links.
ALTER TABLE email ADD COLUMN delivery TEXT NOT NULL DEFAULT 'unknown'
  CHECK (delivery = 'unknown' OR delivery = 'delivered' OR delivery = 'soft_bounce' OR delivery = 'hard_bounce' OR
    delivery = 'complaint');
ALTER TABLE email ADD COLUMN delivery_at INTEGER;
ALTER TABLE email ADD COLUMN clicks INTEGER;
ALTER TABLE email ADD COLUMN machine_clicks INTEGER;
ALTER TABLE email ADD COLUMN clicked_at INTEGER;
-- When the person was last sent a copy of their data.
ALTER TABLE person ADD COLUMN data_sent_at INTEGER;

-- One statement from outside about a mail, said once.
CREATE TABLE notice (
  id TEXT NOT NULL PRIMARY KEY,
  email_id TEXT NOT NULL,
  client_id TEXT,
  person TEXT,
  kind TEXT NOT NULL CHECK (kind = 'delivered' OR kind = 'soft_bounce' OR kind = 'hard_bounce' OR kind = 'complaint' OR
    kind = 'unsubscribed'),
  source TEXT NOT NULL,
  status TEXT,
  detail TEXT,
  at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_by_email ON notice (email_id, at, id);
CREATE INDEX notice_by_person ON notice (person, at, id);
CREATE INDEX notice_by_client ON notice (client_id, at, id);

-- The small row of an email that left: the brake counts the last thousand.
CREATE TABLE sent_mail (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT,
  sent_at INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict = 'unknown' OR verdict = 'delivered' OR verdict = 'soft_bounce' OR
    verdict = 'hard_bounce' OR verdict = 'complaint'),
  verdict_at INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_mail_by_time ON sent_mail (sent_at, id);

-- Events for the shop's other tools, until they have accepted them.
CREATE TABLE outbound (
  id TEXT NOT NULL PRIMARY KEY,
  type TEXT NOT NULL CHECK (type = 'client.unsubscribed' OR type = 'client.complained' OR type = 'client.hard_bounced'),
  client_id TEXT,
  payload TEXT CHECK (payload IS NULL OR json_valid(payload)),
  state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'accepted'),
  attempts INTEGER NOT NULL,
  error TEXT,
  accepted_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbound_by_state ON outbound (state, created_at, id);
CREATE INDEX outbound_by_client ON outbound (client_id, created_at, id);

-- A key may be for reports of delivery alone. SQLite changes no CHECK in place.
CREATE TABLE api_key_new (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT,
  scope TEXT NOT NULL CHECK (scope = 'read' OR scope = 'ingest' OR scope = 'admin' OR scope = 'delivery'),
  digest TEXT, -- secret
  revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
  last_used_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO api_key_new SELECT id, name, scope, digest, revoked, last_used_at, created_at, updated_at, version FROM api_key;
DROP TABLE api_key;
ALTER TABLE api_key_new RENAME TO api_key;

PRAGMA user_version = 4;
