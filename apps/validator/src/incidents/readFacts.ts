import type { ChainHealth, Metagraph } from '@bettertherapy/chain';
import type { Hotkey } from '@bettertherapy/core';
import { missedMarks } from '@bettertherapy/judge';
import type { Round, Store } from '@bettertherapy/store';
import { spaceOf } from '@bettertherapy/telemetry';
import type { StartUpExam } from '../exam/startUpExam.js';
import type { Facts } from './rules.js';

/** Looked back on; a longer row of bad rounds is no other incident. */
const ROUNDS = 10;
/** Why a round does not count when the judge is to blame. */
const JUDGE_REASONS: ReadonlySet<string | null> = new Set(['controls_failed', 'stage_failed', 'resumed_too_often']);

export interface FactSources {
  readonly netuid: number;
  readonly mecid: number;
  readonly self: Hotkey;
  readonly dataDir: string;
  readonly store: Store;
  readonly exam: Pick<StartUpExam, 'level' | 'failure' | 'interruptions'>;
  readonly health: () => ChainHealth;
  readonly metagraph: () => Metagraph | null;
  readonly firstBlock: number;
}

/** How this validator stands now, from what it knows already: nobody is asked. */
export async function readFacts(from: FactSources): Promise<Facts> {
  const { store, netuid, mecid } = from;
  const chain = from.health();
  const open = store.rounds.open();
  const ended = store.rounds.latest(ROUNDS).filter(({ state }) => state !== 'open');
  return {
    netuid,
    chain,
    standing: standingOf(from.metagraph(), from.self),
    runningBlocks: chain.lastBlock - from.firstBlock,
    revealsLost: store.weightIntents.revealsLostInARow(netuid, mecid),
    roundsSpoiled: leading(ended, ({ voidReason }) => JUDGE_REASONS.has(voidReason)),
    judgeEntries: open ? (store.rounds.stages(open.id).find(({ stage }) => stage === 'judge')?.entries ?? 0) : 0,
    exam: examOf(from.exam),
    disk: await spaceOf(from.dataDir),
  };
}

function examOf(exam: FactSources['exam']): Facts['exam'] {
  const failed = exam.failure();
  return {
    required: exam.level === 'require',
    missed: failed && missedMarks(failed),
    interruptions: exam.interruptions,
  };
}

function standingOf(graph: Metagraph | null, self: Hotkey): Facts['standing'] {
  if (!graph) return null;
  const me = graph.neurons.find(({ hotkey }) => hotkey === self);
  return {
    block: graph.block,
    tempo: graph.tempo,
    registered: me !== undefined,
    permit: me !== undefined && (me.validatorPermit || graph.ownerHotkey === self),
    lastUpdate: me?.lastUpdate ?? null,
    anyPermit: graph.neurons.some(({ validatorPermit }) => validatorPermit),
  };
}

function leading(rounds: readonly Round[], holds: (round: Round) => boolean): number {
  const end = rounds.findIndex((round) => !holds(round));
  return end < 0 ? rounds.length : end;
}
