-- How rewards ran with length before each round was judged: what its length adjustments are made from.

CREATE TABLE length_fits (
  round_id  TEXT PRIMARY KEY REFERENCES rounds (id) ON DELETE CASCADE,
  -- NULL: too few answers, so lengths cost nothing in this round.
  fit       TEXT,
  fitted_ms INTEGER NOT NULL
) STRICT;
