-- What each miner's incentive on chain was when a round was planned, for the charts.

ALTER TABLE participants ADD COLUMN incentive INTEGER;
