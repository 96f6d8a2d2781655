-- Patients, what they asked and got, what they thought of it. Everything of one patient hangs on its row, so that
-- deleting the row deletes all of it.

CREATE TABLE patients (
  id               TEXT PRIMARY KEY,
  secret_sha256    TEXT NOT NULL,
  created_ms       INTEGER NOT NULL,
  last_seen_ms     INTEGER NOT NULL,
  -- Whether what this patient wrote may be trained on.
  training_consent INTEGER NOT NULL DEFAULT 0 CHECK (training_consent IN (0, 1)),
  consent_ms       INTEGER
) STRICT;

CREATE TABLE patient_sessions (
  id           TEXT PRIMARY KEY,
  patient_id   TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
  twin_id      TEXT NOT NULL,
  twin_version INTEGER NOT NULL,
  twin_name    TEXT NOT NULL,
  region       TEXT NOT NULL,
  title        TEXT NOT NULL,
  -- 1 once a message of this session was a crisis; no ratings are asked from then on.
  crisis       INTEGER NOT NULL DEFAULT 0 CHECK (crisis IN (0, 1)),
  created_ms   INTEGER NOT NULL,
  updated_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX patient_sessions_by_patient ON patient_sessions (patient_id, updated_ms);
CREATE INDEX patient_sessions_by_age ON patient_sessions (updated_ms);

-- One question on its way: the intent is written before any miner is asked. `session_id` is NULL for a program that
-- asks without a session; of such a question no text is kept here.
CREATE TABLE patient_answers (
  id            TEXT PRIMARY KEY,
  session_id    TEXT REFERENCES patient_sessions (id) ON DELETE CASCADE,
  caller        TEXT NOT NULL,
  twin_id       TEXT NOT NULL,
  twin_version  INTEGER NOT NULL,
  crisis        TEXT NOT NULL CHECK (crisis IN ('none', 'concern', 'crisis')),
  state         TEXT NOT NULL CHECK (state IN ('open', 'answered', 'none', 'stopped', 'lost')),
  asked_ms      INTEGER NOT NULL,
  -- From the question to the first answer that passed its gates, and to the first words sent.
  first_good_ms REAL,
  first_word_ms REAL,
  ended_ms      INTEGER,
  CHECK ((state = 'open') = (ended_ms IS NULL))
) STRICT;
CREATE INDEX patient_answers_by_session ON patient_answers (session_id);
CREATE INDEX patient_answers_by_age ON patient_answers (asked_ms);
CREATE INDEX patient_answers_open ON patient_answers (state) WHERE state = 'open';

CREATE TABLE patient_candidates (
  answer_id           TEXT NOT NULL REFERENCES patient_answers (id) ON DELETE CASCADE,
  hotkey              TEXT NOT NULL,
  registered_at_block INTEGER NOT NULL,
  uid                 INTEGER NOT NULL,
  request_id          TEXT NOT NULL UNIQUE,
  -- Drawn to give it a chance, not for its score.
  explored            INTEGER NOT NULL CHECK (explored IN (0, 1)),
  status_code         INTEGER,
  response_ms         REAL,
  refused_by          TEXT,
  gate_pass           INTEGER CHECK (gate_pass IN (0, 1)),
  gate_reason         TEXT,
  -- What the quick look of the judge gave, 0 to 1; NULL when there was no time for it.
  quick               REAL,
  chosen              INTEGER NOT NULL DEFAULT 0 CHECK (chosen IN (0, 1)),
  PRIMARY KEY (answer_id, hotkey)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX patient_candidates_chosen ON patient_candidates (answer_id) WHERE chosen = 1;
CREATE INDEX patient_candidates_by_hotkey ON patient_candidates (hotkey);

CREATE TABLE patient_messages (
  id         TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES patient_sessions (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  content    TEXT NOT NULL,
  status     TEXT NOT NULL CHECK (status IN ('complete', 'stopped', 'failed', 'superseded')),
  answer_id  TEXT REFERENCES patient_answers (id) ON DELETE CASCADE,
  sources    TEXT NOT NULL,
  crisis     TEXT,
  created_ms INTEGER NOT NULL,
  UNIQUE (session_id, position)
) STRICT;
CREATE INDEX patient_messages_by_answer ON patient_messages (answer_id) WHERE answer_id IS NOT NULL;

-- One per answer. A withdrawn one keeps its row, so that its token stays used.
CREATE TABLE ratings (
  answer_id    TEXT PRIMARY KEY REFERENCES patient_answers (id) ON DELETE CASCADE,
  patient_id   TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
  token_sha256 TEXT NOT NULL UNIQUE,
  stars        INTEGER CHECK (stars BETWEEN 1 AND 5),
  thumb        TEXT CHECK (thumb IN ('up', 'down')),
  reason       TEXT,
  text         TEXT,
  -- Questions that the patient had asked in the session when rating.
  turns        INTEGER NOT NULL,
  created_ms   INTEGER NOT NULL,
  updated_ms   INTEGER NOT NULL,
  withdrawn_ms INTEGER,
  CHECK (stars IS NOT NULL OR thumb IS NOT NULL)
) STRICT;
CREATE INDEX ratings_by_patient ON ratings (patient_id);
CREATE INDEX ratings_by_time ON ratings (created_ms);

CREATE TABLE reports (
  id         TEXT PRIMARY KEY,
  answer_id  TEXT NOT NULL REFERENCES patient_answers (id) ON DELETE CASCADE,
  patient_id TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
  reason     TEXT NOT NULL,
  text       TEXT,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX reports_by_answer ON reports (answer_id);
CREATE INDEX reports_by_patient ON reports (patient_id);

-- Questions of patients, identifiers taken out, that wait for the full judge. They go with the patient.
CREATE TABLE organic_questions (
  answer_id    TEXT PRIMARY KEY REFERENCES patient_answers (id) ON DELETE CASCADE,
  twin_id      TEXT NOT NULL,
  twin_version INTEGER NOT NULL,
  lang         TEXT NOT NULL,
  -- JSON list of {role, text}; the last one is the question.
  turns        TEXT NOT NULL,
  crisis       INTEGER NOT NULL CHECK (crisis IN (0, 1)),
  asked_ms     INTEGER NOT NULL,
  judged_ms    INTEGER
) STRICT;
CREATE INDEX organic_questions_waiting ON organic_questions (asked_ms) WHERE judged_ms IS NULL;

CREATE TABLE organic_answers (
  answer_id           TEXT NOT NULL REFERENCES organic_questions (answer_id) ON DELETE CASCADE,
  hotkey              TEXT NOT NULL,
  registered_at_block INTEGER NOT NULL,
  -- NULL: the miner gave no answer.
  text                TEXT,
  response_ms         REAL NOT NULL,
  gate_reason         TEXT,
  reward              REAL,
  total               REAL,
  details             TEXT NOT NULL DEFAULT '{}',
  judged_ms           INTEGER,
  PRIMARY KEY (answer_id, hotkey)
) STRICT;
CREATE INDEX organic_answers_judged ON organic_answers (judged_ms) WHERE judged_ms IS NOT NULL;
