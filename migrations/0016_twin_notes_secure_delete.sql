-- A note that is taken out leaves nothing of its words in the full-text index: by default FTS5 only marks them as deleted.

INSERT INTO twin_notes (twin_notes, rank) VALUES ('secure-delete', 1);
