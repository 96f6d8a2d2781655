-- The seal of a round's evidence: the hash that the hotkey signed, and what the evidence holds besides the journal's rows.
-- The evidence itself is made from those rows whenever somebody asks for it, and must hash to the seal.

CREATE TABLE evidence (
  round_id   TEXT PRIMARY KEY REFERENCES rounds (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL UNIQUE,
  sha256     TEXT NOT NULL,
  previous   TEXT,
  signature  TEXT NOT NULL,
  build      TEXT NOT NULL,
  -- JSON: the settings that the arithmetic was done with.
  settings   TEXT NOT NULL,
  -- JSON: what weights came to after the round, with everything they were computed from; null without a chain to ask.
  weights    TEXT,
  sealed_ms  INTEGER NOT NULL
) STRICT;
