-- Keys of programs and people that talk to the gateway. Of a key only the hash of its secret is kept.

CREATE TABLE api_keys (
  id              TEXT PRIMARY KEY,
  secret_sha256   TEXT NOT NULL,
  name            TEXT NOT NULL,
  -- JSON list of 'chat', 'operator', 'studio'.
  scopes          TEXT NOT NULL,
  -- Whom a key of the studio speaks for.
  doctor          TEXT,
  -- NULL: the gateway's own setting.
  rate_per_minute INTEGER CHECK (rate_per_minute >= 1),
  concurrency     INTEGER CHECK (concurrency >= 1),
  created_ms      INTEGER NOT NULL,
  expires_ms      INTEGER,
  revoked_ms      INTEGER,
  last_used_ms    INTEGER
) STRICT;
