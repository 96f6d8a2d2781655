import {
  type ChainSigns,
  chainUnreachable,
  DISK_FREE_BYTES,
  type DiskSpace,
  diskLow,
  type Finding,
  holdingBy,
  type IncidentReport,
} from '@bettertherapy/telemetry';

/** How a miner stands at one moment. */
export interface Facts {
  readonly netuid: number;
  readonly chain: ChainSigns;
  /** On the subnet, by the metagraph read last. */
  readonly registered: boolean;
  /** What an operator types to register again. */
  readonly registerCommand: string;
  /** Answers in a row that the model could not give. */
  readonly failedAnswers: number;
  readonly disk: DiskSpace | null;
}

/** Answers in a row without which a model is called failing: one that comes late is no incident. */
const FAILED_ANSWERS = 3;

type Rule = (facts: Facts, unreachableMs: number) => Finding;

/** One rule a kind of incident: what to say while it holds, null while it does not. */
export const RULES = {
  chain_unreachable: ({ chain }, unreachableMs) => chainUnreachable(chain, unreachableMs, 'miner'),
  deregistration_risk: ({ registered, netuid, registerCommand }) =>
    registered
      ? null
      : {
          severity: 'critical',
          summary: `This hotkey is not registered on subnet ${netuid} any more: no validator asks it.`,
          remedy: `Register it again (${registerCommand}); the miner goes on by itself then.`,
        },
  model_failing: ({ failedAnswers }) =>
    failedAnswers < FAILED_ANSWERS
      ? null
      : {
          severity: 'critical',
          summary: `The model could not give the last ${failedAnswers} answers.`,
          remedy: 'The log names the cause of each (message "no answer"): a server that is down, memory, time.',
        },
  disk_low: ({ disk }) =>
    diskLow(disk, DISK_FREE_BYTES, 'Make room: without any, answers are refused and packs of twins are not kept.'),
} as const satisfies Partial<Record<IncidentReport['kind'], Rule>>;

export type WatchedKind = keyof typeof RULES;

/** What is said when a kind is over. */
export const ENDINGS: Readonly<Record<WatchedKind, string>> = {
  chain_unreachable: 'Blocks come again.',
  deregistration_risk: 'The hotkey is registered.',
  model_failing: 'The model answers again.',
  disk_low: 'There is room again.',
};

/** All incidents that hold now. Pure. */
export function incidentsOf(facts: Facts, unreachableMs: number): Map<WatchedKind, IncidentReport> {
  const rules: Readonly<Record<WatchedKind, Rule>> = RULES;
  return holdingBy(rules, (kind) => rules[kind](facts, unreachableMs));
}
