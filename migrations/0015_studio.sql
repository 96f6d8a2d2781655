-- The studio: which doctor a twin belongs to, how doctors come in, what they reviewed, on whose consent, and who did what.

CREATE TABLE doctors (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL
) STRICT;

-- A twin stands for one person. The row may be there before the twin is.
CREATE TABLE doctor_twins (
  twin_id   TEXT PRIMARY KEY,
  doctor_id TEXT NOT NULL REFERENCES doctors (id),
  since_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX doctor_twins_by_doctor ON doctor_twins (doctor_id);

CREATE TABLE invitations (
  id            TEXT PRIMARY KEY,
  secret_sha256 TEXT NOT NULL,
  doctor_id     TEXT NOT NULL REFERENCES doctors (id),
  created_ms    INTEGER NOT NULL,
  expires_ms    INTEGER NOT NULL,
  used_ms       INTEGER
) STRICT;

CREATE TABLE doctor_sessions (
  id            TEXT PRIMARY KEY,
  secret_sha256 TEXT NOT NULL,
  doctor_id     TEXT NOT NULL REFERENCES doctors (id),
  created_ms    INTEGER NOT NULL,
  expires_ms    INTEGER NOT NULL,
  ended_ms      INTEGER
) STRICT;

CREATE TABLE consents (
  id           TEXT PRIMARY KEY,
  twin_id      TEXT NOT NULL,
  doctor_id    TEXT NOT NULL REFERENCES doctors (id),
  scope        TEXT NOT NULL CHECK (scope IN ('twin', 'training')),
  statement    TEXT NOT NULL,
  given_ms     INTEGER NOT NULL,
  withdrawn_ms INTEGER
) STRICT;
CREATE INDEX consents_by_twin ON consents (twin_id, given_ms);

-- Reviewed dialogues, identifiers masked before they are written. After its consent is withdrawn a row keeps its id and
-- loses its text: a version that holds it must not come back.
CREATE TABLE dialogues (
  id           TEXT PRIMARY KEY,
  twin_id      TEXT NOT NULL,
  doctor_id    TEXT NOT NULL REFERENCES doctors (id),
  origin       TEXT NOT NULL CHECK (origin IN ('import', 'correction')),
  question     TEXT NOT NULL,
  answer       TEXT NOT NULL,
  masked       INTEGER NOT NULL,
  consent_id   TEXT REFERENCES consents (id),
  created_ms   INTEGER NOT NULL,
  withdrawn_ms INTEGER,
  CHECK ((origin = 'import') = (consent_id IS NOT NULL))
) STRICT;
CREATE INDEX dialogues_by_twin ON dialogues (twin_id, created_ms);
CREATE INDEX dialogues_by_consent ON dialogues (consent_id) WHERE consent_id IS NOT NULL;

-- A doctor's better answer to one that a patient voted down or reported. It goes when the patient's data goes.
CREATE TABLE corrections (
  -- Of its entry in the question bank; `gold-own-…` when the question is in the doctor's own words.
  gold_id     TEXT PRIMARY KEY,
  -- NULL once the session has gone by age: then nothing leads to the patient any more.
  answer_id   TEXT UNIQUE REFERENCES patient_answers (id) ON DELETE CASCADE,
  twin_id     TEXT NOT NULL,
  doctor_id   TEXT NOT NULL REFERENCES doctors (id),
  dialogue_id TEXT NOT NULL UNIQUE REFERENCES dialogues (id),
  -- The question is in the doctor's words and nothing of what the patient wrote is in it.
  own_words   INTEGER NOT NULL CHECK (own_words IN (0, 1)),
  -- An entry of the question bank that rounds draw from.
  gold        TEXT NOT NULL,
  created_ms  INTEGER NOT NULL,
  CHECK ((gold_id LIKE 'gold-own-%') = own_words)
) STRICT;
CREATE INDEX corrections_by_twin ON corrections (twin_id);

-- With a correction go its dialogue and the note of it.
CREATE TRIGGER corrections_take_dialogues AFTER DELETE ON corrections
BEGIN
  DELETE FROM dialogues WHERE id = OLD.dialogue_id;
END;
CREATE TRIGGER dialogues_take_notes AFTER DELETE ON dialogues
BEGIN
  DELETE FROM twin_notes WHERE book = 'twin:' || OLD.twin_id AND kind = 'dialogue' AND item_id = OLD.id;
END;
-- Words that were deleted leave the full-text index at once, not at its next merge.
INSERT INTO twin_notes (twin_notes, rank) VALUES ('secure-delete', 1);

CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at_ms   INTEGER NOT NULL,
  -- `doctor:<id>` or `operator`.
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  twin_id TEXT,
  details TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_twin ON audit (twin_id, id);
-- Law, not habit: what was done stays written.
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_is_fixed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
