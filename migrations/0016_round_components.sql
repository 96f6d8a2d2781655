-- What each miner's result of a round was made of besides the round's own questions, so that it can be computed again:
-- patients' questions, ratings, caps. Holds numbers only, nothing of what anybody wrote and no patient.

CREATE TABLE round_components (
  round_id            TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  hotkey              TEXT NOT NULL,
  registered_at_block INTEGER NOT NULL,
  -- JSON: the inputs of the formula and what came out of it.
  components          TEXT NOT NULL,
  folded_ms           INTEGER NOT NULL,
  PRIMARY KEY (round_id, hotkey)
) STRICT;
CREATE INDEX round_components_by_time ON round_components (folded_ms);

-- The round in whose result an answer to a patient was counted; an answer counts once.
ALTER TABLE organic_answers ADD COLUMN counted_round TEXT;
CREATE INDEX organic_answers_uncounted ON organic_answers (judged_ms) WHERE counted_round IS NULL AND total IS NOT NULL;
