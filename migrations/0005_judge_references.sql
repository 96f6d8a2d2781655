-- What answers were measured against: the reference of each question judged like an answer, by judge and question.

CREATE TABLE judge_references (
  manifest_sha256 TEXT NOT NULL,
  question_sha256 TEXT NOT NULL,
  reference       TEXT NOT NULL,
  judged_ms       INTEGER NOT NULL,
  PRIMARY KEY (manifest_sha256, question_sha256)
) STRICT;
