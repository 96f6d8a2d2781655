-- Doctor twins: drafts, versions that never change once they are published, what a miner holds of other people's twins,
-- and the full-text index of notes and reviewed dialogues.

CREATE TABLE twins (
  id               TEXT PRIMARY KEY,
  name             TEXT NOT NULL,
  -- A pack that is still being written: any JSON object.
  draft            TEXT,
  draft_ms         INTEGER,
  -- The published version that patients get.
  current_version  INTEGER,
  withdrawn_ms     INTEGER,
  withdrawn_reason TEXT,
  created_ms       INTEGER NOT NULL,
  updated_ms       INTEGER NOT NULL,
  FOREIGN KEY (id, current_version) REFERENCES twin_versions (twin_id, version)
) STRICT;

CREATE TABLE twin_versions (
  twin_id      TEXT NOT NULL REFERENCES twins (id),
  version      INTEGER NOT NULL CHECK (version >= 1),
  state        TEXT NOT NULL CHECK (state IN ('reviewed', 'published', 'withdrawn')),
  -- Of the pack's canonical JSON, which `pack` holds.
  sha256       TEXT NOT NULL UNIQUE,
  pack         TEXT NOT NULL,
  signer       TEXT,
  signature    TEXT,
  created_ms   INTEGER NOT NULL,
  published_ms INTEGER,
  withdrawn_ms INTEGER,
  PRIMARY KEY (twin_id, version),
  CHECK (state = 'reviewed' OR (signer IS NOT NULL AND signature IS NOT NULL AND published_ms IS NOT NULL)),
  CHECK ((state = 'withdrawn') = (withdrawn_ms IS NOT NULL))
) STRICT;

-- Law, not habit: no code can change what was published, or bring back what was withdrawn.
CREATE TRIGGER twin_versions_are_fixed BEFORE UPDATE ON twin_versions
WHEN NEW.twin_id <> OLD.twin_id OR NEW.version <> OLD.version OR NEW.sha256 <> OLD.sha256 OR NEW.pack <> OLD.pack
  OR NEW.created_ms <> OLD.created_ms
  OR (OLD.state <> 'reviewed' AND (NEW.signer IS NOT OLD.signer OR NEW.signature IS NOT OLD.signature OR NEW.published_ms IS NOT OLD.published_ms))
  OR NOT ((OLD.state = 'reviewed' AND NEW.state = 'published') OR (OLD.state = 'published' AND NEW.state = 'withdrawn'))
BEGIN SELECT RAISE(ABORT, 'a version of a twin never changes'); END;
CREATE TRIGGER twin_versions_stay BEFORE DELETE ON twin_versions WHEN OLD.state <> 'reviewed'
BEGIN SELECT RAISE(ABORT, 'a version of a twin that was published is never deleted'); END;

-- A miner's copies of packs, by who published them.
CREATE TABLE held_packs (
  publisher  TEXT NOT NULL,
  twin_id    TEXT NOT NULL,
  version    INTEGER NOT NULL,
  sha256     TEXT NOT NULL,
  -- The signed pack as it was fetched.
  envelope   TEXT NOT NULL,
  fetched_ms INTEGER NOT NULL,
  PRIMARY KEY (publisher, twin_id, version)
) STRICT;
-- The newest index taken from each publisher; an older one is refused.
CREATE TABLE twin_publishers (
  publisher TEXT PRIMARY KEY,
  issued_ms INTEGER NOT NULL,
  seen_ms   INTEGER NOT NULL
) STRICT;

-- `book` says whose notes these are: the sha256 of a pack, or `twin:<id>` for dialogues reviewed since.
CREATE VIRTUAL TABLE twin_notes USING fts5 (
  book UNINDEXED, kind UNINDEXED, item_id UNINDEXED, title, body, source UNINDEXED,
  tokenize = 'porter unicode61 remove_diacritics 2'
);
