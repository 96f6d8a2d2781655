-- How long the conversation had been going on when a rating was last given: since the session's first question.
ALTER TABLE ratings ADD COLUMN talked_ms INTEGER NOT NULL DEFAULT 0;
UPDATE ratings SET talked_ms = coalesce((
  SELECT max(0, ratings.created_ms - min(m.created_ms))
  FROM patient_answers a JOIN patient_messages m ON m.session_id = a.session_id
  WHERE a.id = ratings.answer_id AND m.role = 'user'
), 0);
