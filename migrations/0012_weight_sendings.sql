-- What was signed for an intent, written before a node gets it: the last block in which it can land ends the doubt about an
-- answer that never came. And how the chain took the weights: plainly, or sealed until a beacon round.

ALTER TABLE weight_intents ADD COLUMN extrinsic_hash TEXT;
ALTER TABLE weight_intents ADD COLUMN valid_until INTEGER;
ALTER TABLE weight_outcomes ADD COLUMN mode TEXT;
ALTER TABLE weight_outcomes ADD COLUMN reveal_round INTEGER;
ALTER TABLE weight_outcomes ADD COLUMN reveal_block INTEGER;
ALTER TABLE weight_outcomes ADD COLUMN commit_epoch INTEGER;

-- Builds so far signed up to 8 blocks after the intent, for 32 blocks.
UPDATE weight_intents SET valid_until = block + 40 WHERE state = 'intended';
