import type { Metagraph } from '@bettertherapy/chain';
import type { Hotkey } from '@bettertherapy/core';
import { drawTable } from '../../drawTable.js';
import { shortAddress } from '../report.js';

/** What one validator has set. */
export interface WeightRow {
  readonly uid: number;
  readonly hotkey: Hotkey;
  /** Block of its last set, or of its registration. */
  readonly lastUpdate: number;
  /** u16, as stored; only ratios count. */
  readonly weights: readonly { readonly uid: number; readonly value: number }[];
}

/** Miners beside each other in one table; more go into the next. */
const COLUMNS = 10;

/** The weights as shares of each validator's own sum, in percent. */
export function describeWeights(
  { netuid, block }: Pick<Metagraph, 'netuid' | 'block'>,
  rows: readonly WeightRow[],
  commitReveal: boolean,
): string {
  const title = `weights on subnet ${netuid} at block ${block}, each row in percent`;
  const sealed = commitReveal ? '\ncommit-reveal is on: weights appear when the chain opens them' : '';
  if (rows.length === 0) return `${title}\nnobody has set any${sealed}`;
  const targets = [...new Set(rows.flatMap(({ weights }) => weights.map(({ uid }) => uid)))].sort((a, b) => a - b);
  const tables: string[] = [];
  for (let at = 0; at < targets.length; at += COLUMNS) {
    tables.push(tableOf(rows, targets.slice(at, at + COLUMNS), block));
  }
  return `${title}\n${tables.join('\n')}${sealed}`;
}

function tableOf(rows: readonly WeightRow[], targets: readonly number[], block: number): string {
  const head = ['validator', 'hotkey', 'updated', ...targets.map((uid) => `→ ${uid}`)];
  const cells = rows.map(({ uid, hotkey, lastUpdate, weights }) => {
    const sum = weights.reduce((total, { value }) => total + value, 0);
    const share = (target: number): string => {
      const value = weights.find((weight) => weight.uid === target)?.value ?? 0;
      return value === 0 ? '' : ((value / sum) * 100).toFixed(2);
    };
    return [String(uid), shortAddress(hotkey), String(Math.max(0, block - lastUpdate)), ...targets.map(share)];
  });
  return drawTable(head, cells, ['hotkey']);
}
