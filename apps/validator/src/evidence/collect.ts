import { type RoundEvidence, roundEvidenceSchema } from '@bettertherapy/evidence';
import { questionSha256 } from '@bettertherapy/judge';
import { SCORING_VERSION } from '@bettertherapy/scoring';
import type { EvidenceSeal, FullJudgement, Round, Store } from '@bettertherapy/store';
import { answersOf } from '../round/answers.js';
import { bankEntry } from '../round/bankEntry.js';

/** Whose evidence it is. */
export interface EvidenceOrigin {
  readonly genesis: string;
  readonly netuid: number;
  readonly mecid: number;
  readonly validator: string;
}

/** What a seal keeps besides the journal's rows. */
export type SealedParts = Pick<EvidenceSeal, 'previous' | 'build' | 'settings' | 'weights'>;

/**
 * The evidence of a closed round, made from its rows: the same each time, so that only its hash has to be kept. Patients
 * appear as sums alone. @throws ZodError when a row does not hold what evidence must
 */
export function collectEvidence(
  round: Round,
  sealed: SealedParts,
  origin: EvidenceOrigin,
  store: Store,
): RoundEvidence {
  const judgements = new Map(store.judgements.ofRound(round.id).map((row) => [row.requestId, row]));
  const gates = new Map(store.judgements.gatesOfRound(round.id).map((row) => [row.requestId, row]));
  const scores = new Map(store.scores.ofRound(round.id).map((row) => [row.requestId, row]));
  const judges = [...new Set([...judgements.values()].map(({ manifestSha256 }) => manifestSha256))].sort();
  const answers = answersOf(store, round.id).flatMap(({ request, response }) => {
    const score = scores.get(request.id);
    if (!score) return [];
    const { reward, quality, time, total, copyOf } = score;
    const { statusCode, output, refusedBy, receivedMs, responseMs, protocol } = response;
    const gate = gates.get(request.id);
    const judgement = judgements.get(request.id);
    return [
      {
        ...{ requestId: request.id, questionId: request.questionId, hotkey: request.hotkey },
        ...{ statusCode, text: output, refusedBy, receivedMs, responseMs, protocol },
        gate: gate ? { pass: gate.pass, reason: gate.reason } : null,
        judgement: judgement ? judgementOf(judgement) : null,
        score: { reward, quality, time, total, copyOf },
      },
    ];
  });
  // Parsing drops what evidence does not hold and refuses what it must not.
  return roundEvidenceSchema.parse({
    schema: 1,
    kind: 'round',
    chain: { genesis: origin.genesis, netuid: origin.netuid, mecid: origin.mecid },
    validator: origin.validator,
    build: sealed.build,
    scoringVersion: scores.values().next().value?.scoringVersion ?? SCORING_VERSION,
    previous: sealed.previous,
    round: roundOf(round),
    settings: sealed.settings,
    manifests: Object.fromEntries(judges.map((sha256) => [sha256, store.judgements.manifest(sha256)?.manifest ?? {}])),
    lengthFit: store.lengthFits.ofRound(round.id)?.fit ?? null,
    participants: store.rounds.participants(round.id),
    questions: questionsOf(round, judges, store),
    answers,
    controls: store.judgements.controlsOfRound(round.id),
    folds: foldsOf(round, store),
    weights: sealed.weights,
  });
}

function roundOf({ id, number, block, blockHash, seed, startedMs, closedMs, counted, voidReason }: Round) {
  return { id, number, block, blockHash, seed, startedMs, closedMs, counted, voidReason };
}

function judgementOf(row: FullJudgement) {
  const { manifestSha256, versus, rubric, facts, lengthAdjustment, caps, reward, details } = row;
  const items = row.items.map(({ itemId: id, ...item }) => ({ id, ...item }));
  return { manifestSha256, items, versus, rubric, facts, lengthAdjustment, caps, reward, details };
}

/** Questions with the reference that the round's answers were measured against, by the first judge that has one. */
function questionsOf(round: Round, judges: readonly string[], store: Store) {
  return store.questions.ofRound(round.id).map((asked) => {
    const key = questionSha256(bankEntry.read(asked));
    const known = judges.flatMap((sha256) => store.references.get(sha256, key) ?? []);
    const { id, bankId, askedText } = asked;
    return { id, bankId, askedText, bankEntry: asked.bankEntry, reference: known[0]?.reference ?? null };
  });
}

function foldsOf(round: Round, store: Store) {
  const components = new Map(store.averages.componentsOfRound(round.id).map((row) => [row.hotkey, row.components]));
  return store.averages.historyOfRound(round.id).map((step) => {
    const { hotkey, registeredAtBlock, roundMean: mean, asked, answered, emaBefore, emaAfter, roundsAfter } = step;
    const inputs = components.get(hotkey)?.inputs;
    return { hotkey, registeredAtBlock, inputs, mean, asked, answered, emaBefore, emaAfter, roundsAfter };
  });
}
