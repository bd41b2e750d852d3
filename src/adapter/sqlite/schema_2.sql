-- SPDX-License-Identifier: AGPL-3.0-or-later
-- From version 1 to 2: what deciding well needs to know. schema.sql stays as version 1 made it, so that a database is the
-- same whether it is new or was brought here.

-- A fair sample of clients by a fixed random number, their last visits, and whether they may be profiled and mailed. Those
-- scored before know none of it until they are scored again: the walk that follows does that.
ALTER TABLE engagement ADD COLUMN draw INTEGER;
ALTER TABLE engagement ADD COLUMN recent TEXT CHECK (recent IS NULL OR json_valid(recent));
ALTER TABLE engagement ADD COLUMN profiled INTEGER NOT NULL DEFAULT 0 CHECK (profiled IN (0, 1));
ALTER TABLE engagement ADD COLUMN mailable INTEGER NOT NULL DEFAULT 0 CHECK (mailable IN (0, 1));
CREATE INDEX engagement_by_draw ON engagement (draw, client_id) WHERE draw IS NOT NULL;

-- The proof: who counts, what they bought, and what was expected of them.
ALTER TABLE episode ADD COLUMN chance REAL;
ALTER TABLE episode ADD COLUMN revenue_30_minor INTEGER;
ALTER TABLE episode ADD COLUMN revenue_60_minor INTEGER;
ALTER TABLE episode ADD COLUMN revenue_90_minor INTEGER;
ALTER TABLE episode ADD COLUMN emailed_at INTEGER;
ALTER TABLE episode ADD COLUMN counts INTEGER NOT NULL DEFAULT 0 CHECK (counts IN (0, 1));
CREATE INDEX episode_by_admitted ON episode (admitted_at, id) WHERE admitted_at IS NOT NULL;
ALTER TABLE person ADD COLUMN contact_at INTEGER;
ALTER TABLE person ADD COLUMN entered_at INTEGER;

-- The chance model fitted to the shop.
ALTER TABLE scale ADD COLUMN chance_r REAL;
ALTER TABLE scale ADD COLUMN chance_alpha_days REAL;
ALTER TABLE scale ADD COLUMN chance_a REAL;
ALTER TABLE scale ADD COLUMN chance_b REAL;
ALTER TABLE scale ADD COLUMN chance_ll REAL;
ALTER TABLE scale ADD COLUMN fit_clients INTEGER;
ALTER TABLE scale ADD COLUMN fit_gaps INTEGER;
ALTER TABLE scale ADD COLUMN fitted_at INTEGER;
ALTER TABLE scale ADD COLUMN return_days REAL;

-- Who decided what; appended, never changed.
CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT,
  detail TEXT CHECK (detail IS NULL OR json_valid(detail)),
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_time ON audit (at, id);

PRAGMA user_version = 2;
