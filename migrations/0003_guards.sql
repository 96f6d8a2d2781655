-- What a restart must not forget: nonces already used against an axon, and confirmed cheating.

CREATE TABLE nonces (
  scheme     TEXT NOT NULL CHECK (scheme IN ('v10', 'btauth1')),
  key        TEXT NOT NULL,
  -- Nanoseconds do not fit a double: decimal text, zero-padded to 20 digits so that text order is number order.
  nonce      TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (scheme, key, nonce)
) STRICT, WITHOUT ROWID;
CREATE INDEX nonces_by_expiry ON nonces (expires_ms);

CREATE TABLE strikes (
  id                  INTEGER PRIMARY KEY,
  hotkey              TEXT NOT NULL,
  registered_at_block INTEGER NOT NULL,
  round_id            TEXT NOT NULL,
  reason              TEXT NOT NULL,
  at_ms               INTEGER NOT NULL,
  UNIQUE (hotkey, registered_at_block, round_id, reason)
) STRICT;
