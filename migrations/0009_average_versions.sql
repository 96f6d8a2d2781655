-- By which arithmetic and which judge each average and each of its steps was made. A NULL judge: from before it was kept.

ALTER TABLE averages ADD COLUMN scoring_version TEXT;
ALTER TABLE averages ADD COLUMN manifest_sha256 TEXT;
ALTER TABLE average_history ADD COLUMN scoring_version TEXT;
ALTER TABLE average_history ADD COLUMN manifest_sha256 TEXT;

-- Every build so far computed by this version.
UPDATE averages SET scoring_version = '1.0.0';
UPDATE average_history SET scoring_version = '1.0.0';
