-- The settings that a round was folded with: its evidence states them, whatever the flags are when it is sealed.
-- JSON; null in rounds folded before they were kept.
ALTER TABLE rounds ADD COLUMN settings TEXT;

-- When answers were last measured against a reference: it is kept as long as rounds are that need it.
ALTER TABLE judge_references ADD COLUMN used_ms INTEGER NOT NULL DEFAULT 0;
-- Nobody noted it so far, and rounds of late may need any of them.
UPDATE judge_references SET used_ms = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
CREATE INDEX judge_references_by_use ON judge_references (used_ms);
