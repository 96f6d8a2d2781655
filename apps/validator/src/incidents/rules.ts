import {
  type ChainSigns,
  chainUnreachable,
  DISK_FREE_BYTES,
  type DiskSpace,
  diskLow,
  type Finding,
  holdingBy,
  type IncidentReport,
  UNREACHABLE_MS,
} from '@bettertherapy/telemetry';

/** How a validator stands at one moment; what is not known is null, and no rule speaks of it. */
export interface Facts {
  readonly netuid: number;
  readonly chain: ChainSigns;
  /** The last metagraph read. */
  readonly standing: {
    readonly block: number;
    readonly tempo: number;
    readonly registered: boolean;
    readonly permit: boolean;
    /** Block of the last weights set or committed, or of the registration. */
    readonly lastUpdate: number | null;
    /** Somebody on the subnet holds a permit. */
    readonly anyPermit: boolean;
  } | null;
  /** Blocks since this process first saw the chain. */
  readonly runningBlocks: number;
  /** Newest commits in a row that the chain never opened. */
  readonly revealsLost: number;
  /** Newest rounds in a row that the judge spoiled. */
  readonly roundsSpoiled: number;
  /** Times the open round has entered its judging. */
  readonly judgeEntries: number;
  /** The start-up exam of the judge. */
  readonly exam: {
    /** Whether it has to be passed. */
    readonly required: boolean;
    /** What was missed; null while no exam counts as failed. */
    readonly missed: readonly string[] | null;
    /** Times in a row that the model cut it off. */
    readonly interruptions: number;
  };
  readonly disk: DiskSpace | null;
}

export interface Limits {
  /** Without weights for this many epochs. */
  readonly overdueEpochs: number;
  readonly unreachableMs: number;
  readonly diskFreeBytes: number;
}

export const LIMITS: Limits = { overdueEpochs: 3, unreachableMs: UNREACHABLE_MS, diskFreeBytes: DISK_FREE_BYTES };

/** Rounds in a row before a judge is called failing: one bad draw of controls is no incident. */
const SPOILED_ROUNDS = 2;
const JUDGE_ENTRIES = 3;
const INTERRUPTIONS = 2;

/** What is wrong with the judge at work; null when nothing is. */
function judgeTrouble({ roundsSpoiled, judgeEntries, exam: { interruptions } }: Facts): string | null {
  if (roundsSpoiled >= SPOILED_ROUNDS) return `The last ${roundsSpoiled} rounds do not count because of the judge.`;
  if (judgeEntries >= JUDGE_ENTRIES) return `The open round was interrupted in its judging ${judgeEntries - 1} times.`;
  if (interruptions >= INTERRUPTIONS) return `The exam of the judge was interrupted ${interruptions} times.`;
  return null;
}

type Rule = (facts: Facts, limits: Limits) => Finding;

/** One rule a kind of incident: what to say while it holds, null while it does not. */
export const RULES = {
  chain_unreachable: ({ chain }, { unreachableMs }) => chainUnreachable(chain, unreachableMs, 'validator'),
  deregistration_risk: ({ standing, netuid }) => {
    if (!standing || (standing.registered && (standing.permit || !standing.anyPermit))) return null;
    return standing.registered
      ? {
          severity: 'warning',
          summary: `This hotkey holds no validator permit on subnet ${netuid}: it can set no weights and is among the first to be replaced.`,
          remedy: 'Add stake (pnpm bt stake add) until it is among the validators with the most.',
          facts: { block: standing.block },
        }
      : {
          severity: 'critical',
          summary: `This hotkey is not registered on subnet ${netuid}.`,
          remedy: 'Register it again (pnpm bt subnet register); the validator goes on by itself then.',
          facts: { block: standing.block },
        };
  },
  weights_overdue: ({ standing, runningBlocks }, { overdueEpochs }) => {
    if (!standing?.registered || standing.lastUpdate === null) return null;
    const allowed = overdueEpochs * (standing.tempo + 1);
    const blocks = standing.block - standing.lastUpdate;
    if (blocks <= allowed || runningBlocks <= allowed) return null;
    return {
      severity: 'critical',
      summary: `No weights for ${blocks} blocks, more than ${overdueEpochs} epochs.`,
      remedy: 'The log says at level warn why none are set now (message "no weights now").',
      facts: { 'last set at block': standing.lastUpdate },
    };
  },
  reveal_lost: ({ revealsLost }) =>
    revealsLost === 0
      ? null
      : {
          severity: 'warning',
          summary: `The chain never opened ${revealsLost === 1 ? 'the last commit' : `the last ${revealsLost} commits`} of weights.`,
          remedy: 'It is tried again with an earlier round. If it repeats, check --subtensor.beacon.* and the node.',
          facts: { 'lost in a row': revealsLost },
        },
  judge_failing: (facts) => {
    const summary = judgeTrouble(facts);
    return summary === null
      ? null
      : {
          severity: 'critical',
          summary,
          remedy: 'Check the model file (pnpm bt models list) and the memory of this machine; the log names the cause.',
        };
  },
  exam_failed: ({ exam: { required, missed } }) =>
    missed === null
      ? null
      : {
          severity: required ? 'critical' : 'warning',
          summary: `The judge failed its exam: ${missed.join('; ')}.${required ? ' No round is judged and no weights are set.' : ''}`,
          remedy: 'Judge with a larger model: pnpm bt models list shows them, --model.name takes one.',
        },
  disk_low: ({ disk }, { diskFreeBytes }) =>
    diskLow(
      disk,
      diskFreeBytes,
      'Make room or lower --neuron.retention_days; rounds and the gateway wait until there is room.',
    ),
} as const satisfies Partial<Record<IncidentReport['kind'], Rule>>;

export type WatchedKind = keyof typeof RULES;

/** What is said when a kind is over. */
export const ENDINGS: Readonly<Record<WatchedKind, string>> = {
  chain_unreachable: 'Blocks come again.',
  deregistration_risk: 'The hotkey has its place and permit.',
  weights_overdue: 'Weights were set.',
  reveal_lost: 'A commit was opened again.',
  judge_failing: 'The judge works again.',
  exam_failed: 'The judge in use passed its exam, or is no longer examined.',
  disk_low: 'There is room again.',
};

/** All incidents that hold now. Pure. */
export function incidentsOf(facts: Facts, limits: Limits = LIMITS): Map<WatchedKind, IncidentReport> {
  const rules: Readonly<Record<WatchedKind, Rule>> = RULES;
  return holdingBy(rules, (kind) => rules[kind](facts, limits));
}
