-- What the judge tells beyond its numbers (gate, likelihood, doubt, words, cost), the label mass of every item, and
-- controls that came out undecided.

ALTER TABLE judgements ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE judgement_items ADD COLUMN mass REAL;

CREATE TABLE controls_new (
  round_id   TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  bank_id    TEXT NOT NULL,
  reward     REAL,
  low        REAL NOT NULL,
  high       REAL NOT NULL,
  pass       INTEGER NOT NULL CHECK (pass IN (0, 1)),
  checked_ms INTEGER NOT NULL,
  PRIMARY KEY (round_id, kind)
) STRICT;
INSERT INTO controls_new SELECT round_id, kind, bank_id, reward, low, high, pass, checked_ms FROM controls;
DROP TABLE controls;
ALTER TABLE controls_new RENAME TO controls;
