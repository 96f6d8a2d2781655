-- What retention, the response rate of the last day and the search for copying pairs look rows up by. Without these
-- each deleted request and each pair reads its whole table.

CREATE INDEX scores_by_copied ON scores (copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX scores_of_copies ON scores (scored_ms) WHERE copy_of IS NOT NULL;
CREATE INDEX requests_by_hotkey ON requests (hotkey, intent_ms);
CREATE INDEX average_history_by_time ON average_history (folded_ms);
