import type { Finding, FindingState } from './finding.js';
import type { Daemon } from './settings.js';

const WORD: Readonly<Record<FindingState, string>> = { ok: 'OK', warn: 'WARN', fail: 'FIX' };

/** True when nothing stands in the daemon's way; warnings do not. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'fail');
}

/** One line for each finding, below it what mends it, and the verdict. */
export function reportText(as: Daemon, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ title }) => title.length));
  const rows = findings.flatMap(({ title, state, text, fix }) => [
    `${WORD[state].padEnd(4)}  ${title.padEnd(width)}  ${text}`,
    ...(fix === null ? [] : [`${' '.repeat(width + 8)}→ ${fix}`]),
  ]);
  const faults = findings.filter(({ state }) => state === 'fail').length;
  const warnings = findings.filter(({ state }) => state === 'warn').length;
  const verdict = faults === 0 ? `The ${as} can run` : `The ${as} cannot run yet: ${faults} to fix`;
  return `${rows.join('\n')}\n\n${verdict}${warnings === 0 ? '.' : `; ${warnings} worth a look.`}`;
}
