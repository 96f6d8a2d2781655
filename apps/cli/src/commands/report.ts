import type { TxOutcome } from '@bettertherapy/chain';
import type { CommandContext } from '../command.js';

/** What a command found or did: for scripts, and for people. */
export interface Report {
  readonly json: unknown;
  /** Ends without a line break. */
  readonly text: string;
}

/** Prints the one that was asked for; bigints become decimal text in JSON. */
export function print(context: Pick<CommandContext, 'out'>, json: boolean, report: Report): number {
  context.out(`${json ? toJson(report.json) : report.text}\n`);
  return 0;
}

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner), 2);
}

/** The report of an extrinsic that is in a block: what it did, then where it is. */
export function txReport(text: string, outcome: TxOutcome, more: Readonly<Record<string, unknown>> = {}): Report {
  const { blockNumber, blockHash, extrinsicHash } = outcome;
  return {
    json: { ...more, block: blockNumber, blockHash, extrinsicHash },
    text: `${text}\nblock ${blockNumber}, extrinsic ${extrinsicHash}`,
  };
}

/** An address that fits into a table: `5Grwva…oHGKutQY` cut to both ends. */
export function shortAddress(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}

/** u16 as a share of one, in percent. */
export function percentOfU16(value: number): string {
  return `${((value / 65_535) * 100).toFixed(2)} %`;
}

/** Names and values below each other, aligned. */
export function lines(pairs: readonly (readonly [string, string])[], indent = '  '): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`).join('\n');
}
