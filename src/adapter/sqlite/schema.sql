-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The database of one shop, as an operator finds it in DATA/rekindle.db. This file is migration 1; schema_test.c holds it
-- to the field tables of src/core (same columns, types and words), so a field is added there and here.
--
-- How to read it: every noun of src/core/record.h is a table with one text key. Instants are milliseconds since
-- 1970-01-01T00:00Z, money is in minor units, NULL is "absent", columns that hold JSON are checked to be JSON. `version`
-- grows by 1 with every write of a row; a write names the version it read. Looking is safe while the program runs
-- (sqlite3 -readonly); writing is not, because the claims of jobs live in the program's memory.
-- Words are checked with OR and not IN: for a longer IN, SQLite builds a table in memory at every write.
--
-- REFERENCES is enforced at each statement: a row names a client that is there, and a client goes after its rows. The store's
-- contract does not ask for it (another back end cannot), so the contract's own tests open without.

-- One row. bulk is 1 only inside the transaction of a bulk load, which writes one change for all its rows; openings
-- counts how often the store was opened, so that generations of jobs never come back; checks how often somebody asked
-- whether a commit is possible.
CREATE TABLE state (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  bulk INTEGER NOT NULL CHECK (bulk IN (0, 1)),
  openings INTEGER NOT NULL,
  checks INTEGER NOT NULL
) STRICT;
INSERT INTO state (one, bulk, openings, checks) VALUES (1, 0, 0, 0);

-- What the store emitted, in order: written by the triggers below in the transaction of the write itself. The relay turns
-- changes into jobs and keeps its cursor in setting 'relay_cursor'. AUTOINCREMENT: a seq never comes back after a trim.
CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  op TEXT NOT NULL CHECK (op = 'put' OR op = 'delete' OR op = 'load'),
  key TEXT NOT NULL,
  at INTEGER NOT NULL,
  old_image TEXT,
  new_image TEXT
) STRICT;

-- Work to do: at most one job of a (kind, key) waits, beside at most one dead letter. A running job is a waiting row that
-- the program has claimed in its memory.
CREATE TABLE job (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  dead INTEGER NOT NULL CHECK (dead IN (0, 1)),
  run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  reason TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (kind, key, dead)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_by_time ON job (kind, run_at, key) WHERE dead = 0;
CREATE INDEX job_by_death ON job (kind, key) WHERE dead = 1;

-- People who buy from the shop, as its system told us. Texts ending in _folded are for search.
CREATE TABLE client (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT,
  first_name TEXT,
  last_name TEXT,
  locale TEXT,
  country TEXT,
  time_zone TEXT,
  preferred_categories TEXT CHECK (preferred_categories IS NULL OR json_valid(preferred_categories)),
  consent_status TEXT NOT NULL
    CHECK (consent_status = 'unknown' OR consent_status = 'subscribed' OR consent_status = 'paused' OR
      consent_status = 'unsubscribed'),
  consent_basis TEXT NOT NULL
    CHECK (consent_basis = 'none' OR consent_basis = 'explicit' OR consent_basis = 'soft_opt_in'),
  consent_until INTEGER,
  consent_source TEXT,
  consent_evidence TEXT,
  consent_at INTEGER,
  profiling TEXT NOT NULL CHECK (profiling = 'allowed' OR profiling = 'objected'),
  attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
  source_updated_at INTEGER,
  person TEXT,
  name_folded TEXT,
  email_folded TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_by_person ON client (person, id);
CREATE INDEX client_by_name ON client (name_folded, id) WHERE name_folded IS NOT NULL;
CREATE INDEX client_by_email ON client (email_folded, id) WHERE email_folded IS NOT NULL;

CREATE TRIGGER client_inserted AFTER INSERT ON client WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at, new_image) VALUES ('client', 'put', NEW.id, NEW.updated_at,
    json_object('id', NEW.id, 'email', NEW.email, 'first_name', NEW.first_name, 'last_name', NEW.last_name,
      'locale', NEW.locale, 'country', NEW.country, 'time_zone', NEW.time_zone,
      'preferred_categories', json(NEW.preferred_categories), 'consent.status', NEW.consent_status,
      'consent.basis', NEW.consent_basis, 'consent.until', NEW.consent_until, 'consent.source', NEW.consent_source,
      'consent.evidence', NEW.consent_evidence, 'consent.at', NEW.consent_at, 'profiling', NEW.profiling,
      'attributes', json(NEW.attributes), 'source_updated_at', NEW.source_updated_at, 'person', NEW.person,
      'name_folded', NEW.name_folded, 'email_folded', NEW.email_folded, 'created_at', NEW.created_at,
      'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER client_updated AFTER UPDATE ON client WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at, old_image, new_image) VALUES ('client', 'put', NEW.id, NEW.updated_at,
    json_object('id', OLD.id, 'email', OLD.email, 'first_name', OLD.first_name, 'last_name', OLD.last_name,
      'locale', OLD.locale, 'country', OLD.country, 'time_zone', OLD.time_zone,
      'preferred_categories', json(OLD.preferred_categories), 'consent.status', OLD.consent_status,
      'consent.basis', OLD.consent_basis, 'consent.until', OLD.consent_until, 'consent.source', OLD.consent_source,
      'consent.evidence', OLD.consent_evidence, 'consent.at', OLD.consent_at, 'profiling', OLD.profiling,
      'attributes', json(OLD.attributes), 'source_updated_at', OLD.source_updated_at, 'person', OLD.person,
      'name_folded', OLD.name_folded, 'email_folded', OLD.email_folded, 'created_at', OLD.created_at,
      'updated_at', OLD.updated_at, 'version', OLD.version),
    json_object('id', NEW.id, 'email', NEW.email, 'first_name', NEW.first_name, 'last_name', NEW.last_name,
      'locale', NEW.locale, 'country', NEW.country, 'time_zone', NEW.time_zone,
      'preferred_categories', json(NEW.preferred_categories), 'consent.status', NEW.consent_status,
      'consent.basis', NEW.consent_basis, 'consent.until', NEW.consent_until, 'consent.source', NEW.consent_source,
      'consent.evidence', NEW.consent_evidence, 'consent.at', NEW.consent_at, 'profiling', NEW.profiling,
      'attributes', json(NEW.attributes), 'source_updated_at', NEW.source_updated_at, 'person', NEW.person,
      'name_folded', NEW.name_folded, 'email_folded', NEW.email_folded, 'created_at', NEW.created_at,
      'updated_at', NEW.updated_at, 'version', NEW.version));
END;
CREATE TRIGGER client_deleted AFTER DELETE ON client WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at, old_image) VALUES ('client', 'delete', OLD.id, OLD.updated_at,
    json_object('id', OLD.id, 'email', OLD.email, 'first_name', OLD.first_name, 'last_name', OLD.last_name,
      'locale', OLD.locale, 'country', OLD.country, 'time_zone', OLD.time_zone,
      'preferred_categories', json(OLD.preferred_categories), 'consent.status', OLD.consent_status,
      'consent.basis', OLD.consent_basis, 'consent.until', OLD.consent_until, 'consent.source', OLD.consent_source,
      'consent.evidence', OLD.consent_evidence, 'consent.at', OLD.consent_at, 'profiling', OLD.profiling,
      'attributes', json(OLD.attributes), 'source_updated_at', OLD.source_updated_at, 'person', OLD.person,
      'name_folded', OLD.name_folded, 'email_folded', OLD.email_folded, 'created_at', OLD.created_at,
      'updated_at', OLD.updated_at, 'version', OLD.version));
END;

-- Purchases. Amounts in minor units; total_shop_minor is the amount in the shop's currency.
CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES client(id),
  ordered_at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status = 'placed' OR status = 'shipped' OR status = 'cancelled' OR status = 'returned'),
  currency TEXT,
  total_minor INTEGER,
  total_shop_minor INTEGER,
  automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
  quarantined INTEGER NOT NULL CHECK (quarantined IN (0, 1)),
  category TEXT,
  items TEXT CHECK (items IS NULL OR json_valid(items)),
  source_updated_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX order_by_client ON orders (client_id, ordered_at, id);
CREATE INDEX order_by_time ON orders (ordered_at, id);

CREATE TRIGGER order_inserted AFTER INSERT ON orders WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at, new_image) VALUES ('orders', 'put', NEW.id, NEW.updated_at,
    json_object('id', NEW.id, 'client_id', NEW.client_id, 'ordered_at', NEW.ordered_at, 'status', NEW.status,
      'currency', NEW.currency, 'total_minor', NEW.total_minor, 'total_shop_minor', NEW.total_shop_minor,
      'automatic', json(iif(NEW.automatic, 'true', 'false')),
      'quarantined', json(iif(NEW.quarantined, 'true', 'false')), 'category', NEW.category, 'items', json(NEW.items),
      'source_updated_at', NEW.source_updated_at, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
      'version', NEW.version));
END;
CREATE TRIGGER order_updated AFTER UPDATE ON orders WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at, old_image, new_image) VALUES ('orders', 'put', NEW.id, NEW.updated_at,
    json_object('id', OLD.id, 'client_id', OLD.client_id, 'ordered_at', OLD.ordered_at, 'status', OLD.status,
      'currency', OLD.currency, 'total_minor', OLD.total_minor, 'total_shop_minor', OLD.total_shop_minor,
      'automatic', json(iif(OLD.automatic, 'true', 'false')),
      'quarantined', json(iif(OLD.quarantined, 'true', 'false')), 'category', OLD.category, 'items', json(OLD.items),
      'source_updated_at', OLD.source_updated_at, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
      'version', OLD.version),
    json_object('id', NEW.id, 'client_id', NEW.client_id, 'ordered_at', NEW.ordered_at, 'status', NEW.status,
      'currency', NEW.currency, 'total_minor', NEW.total_minor, 'total_shop_minor', NEW.total_shop_minor,
      'automatic', json(iif(NEW.automatic, 'true', 'false')),
      'quarantined', json(iif(NEW.quarantined, 'true', 'false')), 'category', NEW.category, 'items', json(NEW.items),
      'source_updated_at', NEW.source_updated_at, 'created_at', NEW.created_at, 'updated_at', NEW.updated_at,
      'version', NEW.version));
END;
CREATE TRIGGER order_deleted AFTER DELETE ON orders WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at, old_image) VALUES ('orders', 'delete', OLD.id, OLD.updated_at,
    json_object('id', OLD.id, 'client_id', OLD.client_id, 'ordered_at', OLD.ordered_at, 'status', OLD.status,
      'currency', OLD.currency, 'total_minor', OLD.total_minor, 'total_shop_minor', OLD.total_shop_minor,
      'automatic', json(iif(OLD.automatic, 'true', 'false')),
      'quarantined', json(iif(OLD.quarantined, 'true', 'false')), 'category', OLD.category, 'items', json(OLD.items),
      'source_updated_at', OLD.source_updated_at, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at,
      'version', OLD.version));
END;

-- The catalogue: what a pick in an email may name.
CREATE TABLE product (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  category TEXT,
  url TEXT,
  image_url TEXT,
  price_minor INTEGER,
  currency TEXT,
  in_stock INTEGER NOT NULL CHECK (in_stock IN (0, 1)),
  source_updated_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX product_by_category ON product (category, id);

CREATE TRIGGER product_inserted AFTER INSERT ON product WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('product', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER product_updated AFTER UPDATE ON product WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('product', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER product_deleted AFTER DELETE ON product WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('product', 'delete', OLD.id, OLD.updated_at);
END;

-- What is derived of a client, written by the score step alone: sums and the instants the score crosses a line.
CREATE TABLE engagement (
  client_id TEXT NOT NULL PRIMARY KEY REFERENCES client(id),
  visits INTEGER NOT NULL,
  first_at INTEGER,
  last_at INTEGER,
  last_order_id TEXT,
  value_minor INTEGER NOT NULL,
  valued INTEGER NOT NULL,
  order_count INTEGER NOT NULL,
  engaged_until INTEGER,
  due_at INTEGER,
  lost_at INTEGER,
  scale_version INTEGER,
  policy_version INTEGER,
  backlog TEXT NOT NULL
    CHECK (backlog = 'none' OR backlog = 'history' OR backlog = 'late_order' OR backlog = 'cancellation' OR
      backlog = 'policy' OR backlog = 'shop_scale'),
  backlog_rank INTEGER,
  episode_id TEXT,
  last_episode_id TEXT,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX engagement_by_engaged_until ON engagement (engaged_until, client_id)
  WHERE engaged_until IS NOT NULL;
CREATE INDEX engagement_by_due ON engagement (due_at, client_id) WHERE due_at IS NOT NULL;
CREATE INDEX engagement_by_lost ON engagement (lost_at, client_id) WHERE lost_at IS NOT NULL;
CREATE INDEX engagement_by_backlog ON engagement (backlog_rank, client_id) WHERE backlog_rank IS NOT NULL;

-- One silence that was noticed: from its due moment to the next order.
CREATE TABLE episode (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES client(id),
  person TEXT,
  last_order_id TEXT,
  due_at INTEGER,
  opened_at INTEGER,
  admitted_at INTEGER,
  closed_at INTEGER,
  state TEXT NOT NULL
    CHECK (state = 'waiting' OR state = 'drafting' OR state = 'holdout' OR state = 'ineligible' OR
      state = 'emailed' OR state = 'closed'),
  arm TEXT NOT NULL CHECK (arm = 'none' OR arm = 'treated' OR arm = 'holdout' OR arm = 'forced'),
  stratum TEXT NOT NULL CHECK (stratum = 'due' OR stratum = 'backlog' OR stratum = 'forced'),
  reason TEXT,
  email_id TEXT,
  rank INTEGER,
  score REAL,
  period TEXT,
  reordered_at INTEGER,
  reorder_minor INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX episode_by_state ON episode (state, rank, id) WHERE rank IS NOT NULL;
CREATE INDEX episode_by_client ON episode (client_id, opened_at, id) WHERE opened_at IS NOT NULL;
CREATE INDEX episode_by_opened ON episode (opened_at, id) WHERE opened_at IS NOT NULL;

CREATE TRIGGER episode_inserted AFTER INSERT ON episode WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('episode', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER episode_updated AFTER UPDATE ON episode WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('episode', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER episode_deleted AFTER DELETE ON episode WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('episode', 'delete', OLD.id, OLD.updated_at);
END;

-- Clients with one normalised address are one person; the lock that gives a person one open episode.
CREATE TABLE person (
  id TEXT NOT NULL PRIMARY KEY,
  episode_id TEXT,
  last_email_at INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One message for one episode, with its evidence.
CREATE TABLE email (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES client(id),
  person TEXT,
  episode_id TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status = 'drafting' OR status = 'blocked' OR status = 'draft_failed' OR status = 'in_review' OR
      status = 'approved' OR status = 'sending' OR status = 'sent' OR status = 'rehearsed' OR status = 'failed' OR
      status = 'uncertain' OR status = 'rejected' OR status = 'cancelled' OR status = 'held'),
  reason TEXT,
  score REAL,
  evidence TEXT CHECK (evidence IS NULL OR json_valid(evidence)),
  subject TEXT,
  preheader TEXT,
  paragraphs TEXT CHECK (paragraphs IS NULL OR json_valid(paragraphs)),
  picks TEXT CHECK (picks IS NULL OR json_valid(picks)),
  cta_label TEXT,
  cta_target TEXT,
  sign_off TEXT,
  text TEXT,
  html TEXT,
  facts TEXT CHECK (facts IS NULL OR json_valid(facts)),
  checks TEXT CHECK (checks IS NULL OR json_valid(checks)),
  content_hash TEXT,
  template_version TEXT,
  recipient TEXT,
  from_address TEXT,
  reply_to TEXT,
  writer_kind TEXT,
  writer_model TEXT,
  writer_provider TEXT,
  writer_generation_id TEXT,
  writer_tokens INTEGER,
  writer_cost_usd REAL,
  writer_latency_ms INTEGER,
  approvals TEXT CHECK (approvals IS NULL OR json_valid(approvals)),
  attempts TEXT CHECK (attempts IS NULL OR json_valid(attempts)),
  outcome TEXT CHECK (outcome IS NULL OR json_valid(outcome)),
  message_id TEXT,
  attempt_count INTEGER,
  draft_count INTEGER,
  drafted_at INTEGER,
  approved_at INTEGER,
  send_after INTEGER,
  sent_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX email_by_status ON email (status, created_at, id);
CREATE INDEX email_by_client ON email (client_id, created_at, id);
CREATE INDEX email_by_person ON email (person, created_at, id);
CREATE INDEX email_by_created ON email (created_at, id);

CREATE TRIGGER email_inserted AFTER INSERT ON email WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('email', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER email_updated AFTER UPDATE ON email WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('email', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER email_deleted AFTER DELETE ON email WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('email', 'delete', OLD.id, OLD.updated_at);
END;

-- What staff decided. One row.
CREATE TABLE policy (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL CHECK (json_valid(body)),
  armed_version INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER policy_inserted AFTER INSERT ON policy WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('policy', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER policy_updated AFTER UPDATE ON policy WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('policy', 'put', NEW.id, NEW.updated_at);
END;
CREATE TRIGGER policy_deleted AFTER DELETE ON policy WHEN (SELECT bulk FROM state) = 0 BEGIN
  INSERT INTO change (kind, op, key, at) VALUES ('policy', 'delete', OLD.id, OLD.updated_at);
END;

-- The shop's mean gap and mean order value. One row in force.
CREATE TABLE scale (
  id TEXT NOT NULL PRIMARY KEY,
  gap_days REAL NOT NULL,
  value_minor REAL,
  gaps INTEGER NOT NULL,
  valued INTEGER NOT NULL,
  number INTEGER NOT NULL,
  armed_number INTEGER,
  published_at INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses that must never be mailed, as keyed hashes.
CREATE TABLE suppression (
  id TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL
    CHECK (reason = 'unsubscribed' OR reason = 'bounced' OR reason = 'complained' OR reason = 'manual' OR
      reason = 'imported'),
  source TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Erased people, as keyed hashes of their ids and addresses.
CREATE TABLE tombstone (
  id TEXT NOT NULL PRIMARY KEY,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who may log in.
CREATE TABLE staff (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role = 'viewer' OR role = 'reviewer' OR role = 'admin'),
  password TEXT, -- secret
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_by_email ON staff (email, id);

-- Keys of programs; of the secret only its digest.
CREATE TABLE api_key (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT,
  scope TEXT NOT NULL CHECK (scope = 'read' OR scope = 'ingest' OR scope = 'admin'),
  digest TEXT, -- secret
  revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
  last_used_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Logged-in browsers; the key is a digest of the cookie. Instants here are of the real clock.
CREATE TABLE session (
  id TEXT NOT NULL PRIMARY KEY,
  staff_id TEXT NOT NULL,
  csrf TEXT, -- secret
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_expiry ON session (expires_at, id);

-- Answers kept for their Idempotency-Key, 24 hours.
CREATE TABLE answer (
  id TEXT NOT NULL PRIMARY KEY,
  body_hash TEXT,
  status INTEGER,
  body TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_by_created ON answer (created_at, id);

-- Where orders come from and when each source last reported.
CREATE TABLE feed_source (
  id TEXT NOT NULL PRIMARY KEY,
  last_report_at INTEGER,
  stale_since INTEGER,
  resumed_at INTEGER,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Single values: relay cursor, key fingerprint, kill switch ...
CREATE TABLE setting (
  id TEXT NOT NULL PRIMARY KEY,
  value TEXT CHECK (value IS NULL OR json_valid(value)),
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers that steps add to; the dashboard reads these, it never counts rows.
CREATE TABLE counter (
  id TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA application_id = 1380664396; -- 'RKDL'
PRAGMA user_version = 1;
