import type { AnswerView, RoundLine, Store } from '@bettertherapy/store';

/** A round in one line, as the API says it. */
export function roundJson(line: RoundLine) {
  return {
    id: line.id,
    number: line.number,
    state: line.state,
    started_ms: line.startedMs,
    closed_ms: line.closedMs,
    counted: line.counted,
    void_reason: line.voidReason,
    questions: line.questions,
    miners: line.miners,
    answered: line.answered,
    best: line.best,
  };
}

/** One answer to a question of the bank, with what it earned and from what. */
export function answerJson(answer: AnswerView) {
  return {
    request_id: answer.requestId,
    question_id: answer.questionId,
    hotkey: answer.miner,
    attempt: answer.attempt,
    text: answer.text,
    refused_by: answer.refusedBy,
    response_ms: answer.responseMs,
    gate: answer.gate,
    reward: answer.reward,
    quality: answer.quality,
    time: answer.time,
    total: answer.total,
    caps: answer.caps,
    copy_of: answer.copyOf,
    items: answer.items,
    versus: answer.versus?.value ?? null,
    scoring_version: answer.scoringVersion,
    manifest_sha256: answer.manifestSha256,
  };
}

/** Everything that the journal holds of one round; null when there is none of that id. */
export function roundDetail(id: string, store: Store) {
  const line = store.operator.round(id);
  const view = store.journal.byId(id);
  if (!line || !view) return null;
  return {
    ...roundJson(line),
    stages: store.rounds.stages(id).map(({ stage, intentMs, outcomeMs, entries, outcome }) => {
      return { stage, intent_ms: intentMs, outcome_ms: outcomeMs, entries, outcome };
    }),
    questions: view.questions.map(({ id: questionId, bankId, theme, text }) => {
      return { id: questionId, bank_id: bankId, theme, text };
    }),
    miners_asked: view.participants.map(({ hotkey, uid }) => ({ hotkey, uid })),
    answers: view.answers.map(answerJson),
    controls: store.judgements.controlsOfRound(id).map(({ kind, reward, low, high, pass }) => {
      return { kind, reward, low, high, pass };
    }),
  };
}
