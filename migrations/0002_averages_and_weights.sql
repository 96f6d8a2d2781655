-- What rounds add up to (by hotkey and registration block, never by uid) and what was put on chain for it.

CREATE TABLE averages (
  hotkey              TEXT NOT NULL,
  registered_at_block INTEGER NOT NULL,
  ema                 REAL NOT NULL,
  rounds              INTEGER NOT NULL CHECK (rounds >= 1),
  answered            INTEGER NOT NULL,
  asked               INTEGER NOT NULL,
  last_round_id       TEXT NOT NULL,
  updated_ms          INTEGER NOT NULL,
  PRIMARY KEY (hotkey, registered_at_block)
) STRICT;

-- The primary key is what makes a round count once. No reference to rounds: the history outlives retention.
CREATE TABLE average_history (
  round_id            TEXT NOT NULL,
  hotkey              TEXT NOT NULL,
  registered_at_block INTEGER NOT NULL,
  round_mean          REAL NOT NULL,
  asked               INTEGER NOT NULL,
  answered            INTEGER NOT NULL,
  ema_before          REAL,
  ema_after           REAL NOT NULL,
  rounds_after        INTEGER NOT NULL,
  folded_ms           INTEGER NOT NULL,
  PRIMARY KEY (round_id, hotkey)
) STRICT;
CREATE INDEX average_history_by_hotkey ON average_history (hotkey, registered_at_block);

CREATE TABLE weight_intents (
  id            TEXT PRIMARY KEY,
  -- Which pay window this is for; a window holds one intent that may have reached the chain.
  window        TEXT NOT NULL,
  attempt       INTEGER NOT NULL CHECK (attempt >= 1),
  netuid        INTEGER NOT NULL,
  mecid         INTEGER NOT NULL,
  block         INTEGER NOT NULL,
  epoch_index   INTEGER NOT NULL,
  mode          TEXT NOT NULL CHECK (mode IN ('plain', 'timelocked')),
  version_key   INTEGER NOT NULL,
  uids          TEXT NOT NULL,
  weights       TEXT NOT NULL,
  entries       TEXT NOT NULL,
  scoring_version TEXT NOT NULL,
  last_update_before INTEGER NOT NULL,
  created_ms    INTEGER NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('intended', 'submitted', 'failed', 'verified', 'mismatch', 'superseded')),
  UNIQUE (window, attempt)
) STRICT;

CREATE TABLE weight_outcomes (
  intent_id      TEXT PRIMARY KEY REFERENCES weight_intents (id) ON DELETE CASCADE,
  at_ms          INTEGER NOT NULL,
  ok             INTEGER NOT NULL CHECK (ok IN (0, 1)),
  block          INTEGER,
  block_hash     TEXT,
  extrinsic_hash TEXT,
  error_code     TEXT,
  error_message  TEXT
) STRICT;

CREATE TABLE weight_verifications (
  intent_id TEXT PRIMARY KEY REFERENCES weight_intents (id) ON DELETE CASCADE,
  at_ms     INTEGER NOT NULL,
  block     INTEGER NOT NULL,
  match     INTEGER NOT NULL CHECK (match IN (0, 1)),
  uids      TEXT NOT NULL,
  weights   TEXT NOT NULL
) STRICT;
