-- MinHash signatures of answers that passed their gates: what a miner's later answers to other questions are compared with.

CREATE TABLE answer_signatures (
  request_id  TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  hotkey      TEXT NOT NULL,
  bank_id     TEXT NOT NULL,
  -- 128 numbers of 32 bits, little-endian.
  signature   BLOB NOT NULL,
  received_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_signatures_by_hotkey ON answer_signatures (hotkey, received_ms);
