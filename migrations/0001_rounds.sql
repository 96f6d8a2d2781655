-- The round journal: who this database belongs to, what was planned, asked, answered, judged and scored.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE judge_manifests (
  sha256          TEXT PRIMARY KEY,
  manifest        TEXT NOT NULL,
  scoring_version TEXT NOT NULL,
  first_seen_ms   INTEGER NOT NULL
) STRICT;

CREATE TABLE rounds (
  id           TEXT PRIMARY KEY,
  number       INTEGER NOT NULL UNIQUE,
  state        TEXT NOT NULL CHECK (state IN ('open', 'closed', 'abandoned')),
  started_ms   INTEGER NOT NULL,
  closed_ms    INTEGER,
  block        INTEGER NOT NULL,
  block_hash   TEXT NOT NULL,
  seed         TEXT NOT NULL,
  -- 1 when the round entered the averages; the reason when it did not.
  counted      INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1)),
  void_reason  TEXT
) STRICT;
-- At most one round is under way.
CREATE UNIQUE INDEX rounds_one_open ON rounds (state) WHERE state = 'open';

CREATE TABLE round_stages (
  round_id   TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  stage      TEXT NOT NULL CHECK (stage IN ('plan', 'query', 'collect', 'gate', 'judge', 'score', 'fold')),
  intent_ms  INTEGER NOT NULL,
  -- How often the stage was entered; more than once after a restart.
  entries    INTEGER NOT NULL DEFAULT 1,
  outcome_ms INTEGER,
  outcome    TEXT,
  PRIMARY KEY (round_id, stage)
) STRICT;

CREATE TABLE participants (
  round_id            TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  hotkey              TEXT NOT NULL,
  registered_at_block INTEGER NOT NULL,
  coldkey             TEXT NOT NULL,
  uid                 INTEGER NOT NULL,
  ip                  TEXT NOT NULL,
  port                INTEGER NOT NULL,
  axon_version        INTEGER NOT NULL,
  newcomer            INTEGER NOT NULL CHECK (newcomer IN (0, 1)),
  position            INTEGER NOT NULL,
  PRIMARY KEY (round_id, hotkey)
) STRICT;

CREATE TABLE questions (
  id           TEXT PRIMARY KEY,
  round_id     TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  position     INTEGER NOT NULL,
  bank_id      TEXT NOT NULL,
  bank_version INTEGER NOT NULL,
  theme        TEXT NOT NULL,
  asked_text   TEXT NOT NULL,
  paraphrased  INTEGER NOT NULL CHECK (paraphrased IN (0, 1)),
  -- The bank entry as it was when asked, so that a resumed round is judged by the rubric it was planned with.
  bank_entry   TEXT NOT NULL,
  UNIQUE (round_id, position)
) STRICT;
CREATE INDEX questions_by_bank_id ON questions (bank_id);

CREATE TABLE requests (
  id          TEXT PRIMARY KEY,
  round_id    TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  question_id TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
  hotkey      TEXT NOT NULL,
  attempt     INTEGER NOT NULL CHECK (attempt >= 1),
  intent_ms   INTEGER NOT NULL,
  lost_ms     INTEGER,
  lost_reason TEXT,
  UNIQUE (question_id, hotkey, attempt),
  FOREIGN KEY (round_id, hotkey) REFERENCES participants (round_id, hotkey) ON DELETE CASCADE,
  CHECK ((lost_ms IS NULL) = (lost_reason IS NULL))
) STRICT;
CREATE INDEX requests_by_round ON requests (round_id);

CREATE TABLE responses (
  request_id      TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  received_ms     INTEGER NOT NULL,
  status_code     INTEGER NOT NULL,
  status_message  TEXT NOT NULL,
  output          TEXT,
  response_ms     REAL NOT NULL,
  protocol        TEXT NOT NULL,
  axon_process_ms REAL,
  -- Why there is no answer (timeout, unreachable, refused…); NULL when there is one.
  refused_by      TEXT
) STRICT;

CREATE TABLE gates (
  request_id TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  pass       INTEGER NOT NULL CHECK (pass IN (0, 1)),
  reason     TEXT,
  result     TEXT NOT NULL,
  gated_ms   INTEGER NOT NULL
) STRICT;

CREATE TABLE judgements (
  request_id        TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  manifest_sha256   TEXT NOT NULL REFERENCES judge_manifests (sha256),
  -- NULL where the judge could not decide.
  reward            REAL,
  rubric            REAL,
  facts             REAL,
  length_adjustment REAL NOT NULL,
  caps              TEXT NOT NULL,
  judged_ms         INTEGER NOT NULL,
  took_ms           REAL NOT NULL
) STRICT;

CREATE TABLE judgement_items (
  request_id TEXT NOT NULL REFERENCES judgements (request_id) ON DELETE CASCADE,
  item_id    TEXT NOT NULL,
  position   INTEGER NOT NULL,
  text       TEXT NOT NULL,
  points     REAL NOT NULL,
  critical   INTEGER NOT NULL CHECK (critical IN (0, 1)),
  p          REAL NOT NULL CHECK (p >= 0 AND p <= 1),
  undecided  INTEGER NOT NULL CHECK (undecided IN (0, 1)),
  PRIMARY KEY (request_id, item_id)
) STRICT;

CREATE TABLE versus (
  request_id TEXT PRIMARY KEY REFERENCES judgements (request_id) ON DELETE CASCADE,
  levels     TEXT NOT NULL,
  value      REAL
) STRICT;

CREATE TABLE controls (
  round_id   TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  bank_id    TEXT NOT NULL,
  reward     REAL NOT NULL,
  low        REAL NOT NULL,
  high       REAL NOT NULL,
  pass       INTEGER NOT NULL CHECK (pass IN (0, 1)),
  checked_ms INTEGER NOT NULL,
  PRIMARY KEY (round_id, kind)
) STRICT;

CREATE TABLE scores (
  request_id      TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  round_id        TEXT NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
  hotkey          TEXT NOT NULL,
  reward          REAL,
  quality         REAL NOT NULL,
  time            REAL NOT NULL,
  total           REAL NOT NULL CHECK (total >= 0 AND total <= 100),
  copy_of         TEXT REFERENCES requests (id) ON DELETE SET NULL,
  components      TEXT NOT NULL,
  scoring_version TEXT NOT NULL,
  manifest_sha256 TEXT REFERENCES judge_manifests (sha256),
  scored_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX scores_by_round ON scores (round_id, hotkey);
