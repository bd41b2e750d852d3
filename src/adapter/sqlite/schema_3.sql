-- SPDX-License-Identifier: AGPL-3.0-or-later
-- From version 2 to 3: what writing safely needs to keep.

-- What an email came from, what left the house for it, and what people changed.
ALTER TABLE email ADD COLUMN language TEXT;
ALTER TABLE email ADD COLUMN prompt_version TEXT;
ALTER TABLE email ADD COLUMN request_hash TEXT;
ALTER TABLE email ADD COLUMN egress TEXT CHECK (egress IS NULL OR json_valid(egress));
ALTER TABLE email ADD COLUMN call_id TEXT;
ALTER TABLE email ADD COLUMN edits TEXT CHECK (edits IS NULL OR json_valid(edits));
ALTER TABLE email ADD COLUMN hint TEXT;
ALTER TABLE email ADD COLUMN codes TEXT CHECK (codes IS NULL OR json_valid(codes));
ALTER TABLE email ADD COLUMN regenerations INTEGER;
ALTER TABLE email ADD COLUMN offer TEXT CHECK (offer IS NULL OR json_valid(offer));
ALTER TABLE episode ADD COLUMN offer TEXT NOT NULL DEFAULT 'none'
  CHECK (offer = 'none' OR offer = 'with' OR offer = 'without');
ALTER TABLE person ADD COLUMN calls TEXT CHECK (calls IS NULL OR json_valid(calls));

-- Calls of the model: the intent with its reserved cost, then what came of it.
CREATE TABLE call (
  id TEXT NOT NULL PRIMARY KEY,
  email_id TEXT NOT NULL,
  client_id TEXT,
  person TEXT,
  at INTEGER NOT NULL,
  day TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'reserved' OR state = 'settled' OR state = 'free' OR state = 'unknown'),
  reserved_microusd INTEGER NOT NULL,
  cost_microusd INTEGER,
  prompt_tokens INTEGER,
  completion_tokens INTEGER,
  kind TEXT,
  model TEXT,
  provider TEXT,
  generation_id TEXT,
  finish TEXT,
  prompt_version TEXT,
  request_hash TEXT,
  outcome TEXT,
  error TEXT,
  raw TEXT,
  raw_hash TEXT,
  codes TEXT CHECK (codes IS NULL OR json_valid(codes)),
  latency_ms INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX call_by_email ON call (email_id, at, id);
CREATE INDEX call_by_time ON call (at, id);

-- The money of a day: spent + reserved + unknown never passes the cap.
CREATE TABLE budget (
  id TEXT NOT NULL PRIMARY KEY,
  reserved_microusd INTEGER NOT NULL,
  spent_microusd INTEGER NOT NULL,
  unknown_microusd INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One-time codes of an offer.
CREATE TABLE offer_code (
  id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL CHECK (state = 'free' OR state = 'used'),
  email_id TEXT,
  used_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_code_by_state ON offer_code (state, created_at, id);
CREATE INDEX offer_code_by_email ON offer_code (email_id, id);

-- The audit becomes a chain: entries lie apart from their links, so that one can be erased and the chain still holds.
ALTER TABLE audit ADD COLUMN salt TEXT;
ALTER TABLE audit ADD COLUMN sealed TEXT NOT NULL DEFAULT 'no' CHECK (sealed = 'no' OR sealed = 'yes');
ALTER TABLE audit ADD COLUMN seal TEXT;
CREATE INDEX audit_by_subject ON audit (subject, at, id);
CREATE INDEX audit_unsealed ON audit (sealed, at, id);
CREATE TABLE seal (
  id TEXT NOT NULL PRIMARY KEY,
  audit_id TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  erased_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
