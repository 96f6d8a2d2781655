import { writeFileSync } from 'node:fs';
import type { Hotkey } from '@bettertherapy/core';
import type { RoundView } from '@bettertherapy/store';
import type { Network } from './network.js';

/** Weights as they stand in chain storage. */
export interface ChainWeights {
  /** The block at which storage was read. */
  readonly block: number;
  readonly uids: readonly number[];
  /** u16. */
  readonly values: readonly number[];
}

/** Incentives as they stand in chain storage after an epoch, u16, by uid. */
export interface EpochPay {
  readonly block: number;
  readonly incentives: readonly number[];
}

export interface SummaryInput {
  readonly chain: { readonly genesis: string; readonly specVersion: number; readonly netuid: number };
  readonly model: { readonly name: string; readonly sha256: string };
  readonly network: Network;
  readonly uidOf: ReadonlyMap<Hotkey, number>;
  readonly averages: ReadonlyMap<Hotkey, number>;
  readonly rounds: readonly RoundView[];
  readonly weights: ChainWeights;
  readonly epochs: readonly EpochPay[];
}

/** What `--json` writes: see docs/localnet.md for the fields. Weights and incentives are the u16 of chain storage. */
export function summaryOf(input: SummaryInput): Record<string, unknown> {
  const nameOf = new Map(input.network.miners.map(({ hotkey, name }) => [hotkey as string, name]));
  const lastPay = input.epochs.at(-1)?.incentives ?? [];
  return {
    chain: input.chain,
    model: input.model,
    miners: input.network.miners.map(({ name, hotkey, personality }) => {
      const uid = input.uidOf.get(hotkey) ?? null;
      const at = uid === null ? -1 : input.weights.uids.indexOf(uid);
      return {
        name,
        hotkey,
        uid,
        personality,
        average: input.averages.get(hotkey) ?? 0,
        weight: input.weights.values[at] ?? 0,
        incentive: (uid === null ? undefined : lastPay[uid]) ?? 0,
      };
    }),
    rounds: input.rounds.map((round) => ({
      id: round.id,
      questions: round.questions.map(({ id, text }) => ({ id, text })),
      answers: round.answers.map((answer) => ({
        miner: nameOf.get(answer.miner) ?? answer.miner,
        questionId: answer.questionId,
        text: answer.text,
        responseMs: answer.responseMs,
        refusedBy: answer.refusedBy,
        items: answer.items.map(({ id, p }) => ({ id, p })),
        versus: answer.versus?.value ?? null,
        reward: answer.reward,
        total: answer.total,
      })),
    })),
    weights: input.weights,
    epochs: input.epochs,
  };
}

export function writeSummary(file: string, summary: Record<string, unknown>): void {
  writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
}
