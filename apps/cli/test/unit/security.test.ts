import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';

const text = readFileSync(join(repositoryRoot, 'SECURITY.md'), 'utf8').replace(/\s+/g, ' ');
/** A file, then the tests of it that are named, each in quotes. */
const CITED = /`([\w./-]+\.test\.ts)`: ((?:“[^”]+”(?:, )?)+)/g;
const cited = [...text.matchAll(CITED)].flatMap(([, file = '', names = '']) =>
  [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => [file, name] as const),
);

describe('SECURITY.md', () => {
  it('names a test for every threat', () => {
    const threats = text.split('## Threats')[1]?.split('## Not a vulnerability')[0] ?? '';
    const bullets = threats.split(/ - (?=\*\*)/).slice(1);
    expect(bullets.length).toBeGreaterThan(15);
    expect(bullets.filter((bullet) => !/\.test\.ts`: “/.test(bullet)).map((bullet) => bullet.slice(0, 60))).toEqual([]);
  });

  it.each(cited)('%s holds “%s”', (file, name) => {
    const path = join(repositoryRoot, file);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(name);
  });
});
