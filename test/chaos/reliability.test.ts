import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';
import { expect, it } from 'vitest';

const LONGEST_SECONDS = 60;

/** The rows of the first table: fault, what we do, test, measured. */
const rows = readFileSync(join(repositoryRoot, 'docs/reliability.md'), 'utf8')
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const tests = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n');

it('docs/reliability.md names for each fault a test that exists, and no recovery longer than a minute', () => {
  expect(rows?.length).toBeGreaterThan(12);
  for (const [fault = '', remedy = '', test = '', measured = ''] of rows ?? []) {
    expect(tests, fault).toContain(`'${test}'`);
    expect(remedy, fault).not.toBe('');
    const seconds = [...measured.matchAll(/(\d+(?:\.\d+)?) s/g)].map(([, value]) => Number(value));
    if (measured !== '—') expect(seconds.length, `${fault}: ${measured}`).toBeGreaterThan(0);
    for (const value of seconds) expect(value, fault).toBeLessThanOrEqual(LONGEST_SECONDS);
  }
});
