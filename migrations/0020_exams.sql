-- The exam that a judge takes before it judges for weights: every graded answer as it came, so that a restart goes on with the
-- next one, and the result by manifest and paper (the questions asked), so that no judge takes it twice.

CREATE TABLE exam_answers (
  manifest_sha256 TEXT NOT NULL,
  paper_sha256    TEXT NOT NULL,
  question_id     TEXT NOT NULL,
  -- Number of the graded answer in its question, from 0.
  answer          INTEGER NOT NULL,
  -- Null: undecided.
  reward          REAL,
  judged_ms       INTEGER NOT NULL,
  PRIMARY KEY (manifest_sha256, paper_sha256, question_id, answer)
) STRICT;

CREATE TABLE exams (
  manifest_sha256 TEXT NOT NULL,
  paper_sha256    TEXT NOT NULL,
  passed          INTEGER NOT NULL CHECK (passed IN (0, 1)),
  -- JSON: what was reached and what was wanted.
  report          TEXT NOT NULL,
  taken_ms        INTEGER NOT NULL,
  PRIMARY KEY (manifest_sha256, paper_sha256)
) STRICT;
