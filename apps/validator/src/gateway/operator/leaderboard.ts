import type { MetagraphNeuron } from '@bettertherapy/chain';
import { type AnswerSums, sumAnswers, unpaidReason, whyLow } from '@bettertherapy/evidence';
import { quantile, type Standing, standings } from '@bettertherapy/scoring';
import type { Average, ScoredAnswerLine, Store } from '@bettertherapy/store';
import { standingFacts } from '../../epoch/standingFacts.js';
import type { OperatorParts, RatingSummary } from './parts.js';

/** Rounds that the components are means over. */
const RECENT_ROUNDS = 5;
const U16 = 65_535;

/** Every registered miner with all that its score is made of and why it is not higher, best score first. */
export function leaderboard(parts: OperatorParts) {
  const field = readField(parts);
  return field.miners
    .map((miner) => minerRow(miner, field))
    .sort((a, b) => b.score - a.score || b.average - a.average || (a.hotkey < b.hotkey ? -1 : 1));
}
export type MinerRow = ReturnType<typeof minerRow>;

/** One miner of the chain or of the journal. */
interface FieldMiner {
  readonly hotkey: string;
  readonly neuron: MetagraphNeuron | null;
  readonly standing: Standing<Average> | null;
  readonly sums: AnswerSums;
}

interface Field {
  readonly miners: readonly FieldMiner[];
  readonly fieldQuality: number | null;
  readonly meant: ReadonlyMap<string, number>;
  readonly onChain: ReadonlyMap<number, number>;
  readonly ratings: ReadonlyMap<string, RatingSummary>;
  readonly organic: ReadonlyMap<string, RatingSummary>;
}

function readField(parts: OperatorParts): Field {
  const { store, options } = parts;
  const neurons = parts.metagraph()?.neurons ?? [];
  const standing = new Map(readStandings(parts, neurons).map((one) => [one.hotkey as string, one]));
  const answers = new Map<string, ScoredAnswerLine[]>();
  for (const row of store.operator.recentScores({ rounds: RECENT_ROUNDS })) {
    const own = answers.get(row.hotkey) ?? [];
    own.push(row);
    answers.set(row.hotkey, own);
  }
  // Validators that publish no axon are no miners; whoever was ever asked is one.
  const miners = neurons
    .filter(
      (one) =>
        one.hotkey !== options.self && (answers.has(one.hotkey) || standing.has(one.hotkey) || !one.validatorPermit),
    )
    .map((neuron) => {
      const { hotkey } = neuron;
      return { hotkey, neuron, standing: standing.get(hotkey) ?? null, sums: sumAnswers(answers.get(hotkey) ?? []) };
    });
  const qualities = miners.flatMap(({ sums }) => sums.quality ?? []);
  return {
    miners,
    fieldQuality: qualities.length === 0 ? null : quantile(qualities, 0.5),
    ...lastWeights(store),
    ratings: new Map(parts.ratings.byMiner().map((row) => [row.hotkey, row])),
    organic: new Map(parts.organic.byMiner().map((row) => [row.hotkey, row])),
  };
}

function readStandings(
  { store, options, clock }: OperatorParts,
  neurons: readonly MetagraphNeuron[],
): Standing<Average>[] {
  return standings({ self: options.self, neurons, ...standingFacts(store, clock.wallMs()) });
}

/** Shares of the newest weights that were looked at on chain, beside those that were meant last. */
export function lastWeights(store: Store): {
  readonly meant: ReadonlyMap<string, number>;
  readonly onChain: ReadonlyMap<number, number>;
} {
  const rows = store.weightIntents.latest(8);
  const meant = rows.find((row) => row.intent.state !== 'failed')?.intent.entries ?? [];
  const seen = rows.find((row) => row.verification !== null)?.verification;
  const sum = seen?.values.reduce((total, value) => total + value, 0) ?? 0;
  return {
    meant: new Map(meant.map((entry) => [entry.hotkey, entry.share])),
    onChain: new Map(sum === 0 ? [] : seen?.uids.map((uid, at) => [uid, (seen.values[at] ?? 0) / sum])),
  };
}

function minerRow({ hotkey, neuron, standing, sums }: FieldMiner, field: Field) {
  const rating = field.ratings.get(hotkey) ?? null;
  const organic = field.organic.get(hotkey) ?? null;
  const unpaid = standing === null ? null : unpaidReason(standing);
  const uid = standing?.uid ?? neuron?.uid ?? null;
  const reasons = whyLow({
    ...sums,
    serving: (neuron?.axon ?? null) !== null || sums.asked > 0,
    rounds: standing?.average.rounds ?? 0,
    unpaid,
    responseRate: standing?.window.responseRate ?? 0,
    strikes: standing?.strikes ?? 0,
    inCluster: (standing?.cluster ?? null) !== null,
    fieldQuality: field.fieldQuality,
    rating,
  });
  return {
    hotkey,
    uid,
    name: null,
    registered_at_block: standing?.registeredAtBlock ?? neuron?.registeredAt ?? null,
    average: standing?.average.ema ?? 0,
    score: standing?.score ?? 0,
    rounds: standing?.average.rounds ?? 0,
    asked: standing?.average.asked ?? 0,
    answered: standing?.average.answered ?? 0,
    paid: standing?.payable ?? false,
    unpaid_reason: unpaid,
    components: {
      quality: sums.quality,
      time: sums.time,
      total: sums.total,
      availability: standing ? standing.window.responseRate : null,
      rubric: sums.rubric,
      versus: sums.versus,
      facts: sums.facts,
      length_adjustment: sums.lengthAdjustment,
      response_ms: sums.responseMs,
      rating: rating && { mean: rating.mean, n: rating.n, share: rating.share },
      organic: organic && { mean: organic.mean, n: organic.n, share: organic.share },
      duplicates: sums.copies,
      caps: Object.values(sums.capped).reduce((sum, n) => sum + n, 0),
      capped: sums.capped,
      gated: sums.gated,
      refused: sums.refused,
      strikes: standing?.strikes ?? 0,
    },
    weight_meant: field.meant.get(hotkey) ?? null,
    weight_chain: uid === null ? null : (field.onChain.get(uid) ?? null),
    incentive: neuron ? neuron.incentive / U16 : null,
    why: reasons.map((reason) => reason.sentence),
    why_codes: reasons.map((reason) => reason.code),
  };
}
