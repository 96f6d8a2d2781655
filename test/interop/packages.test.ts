import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';

const FOLDER = join(repositoryRoot, 'test', 'interop');
const readRequirements = (file: string): string => readFileSync(join(FOLDER, 'requirements', file), 'utf8');

/** Rows of the table under `## What is exercised` in the README: package, version, environment. */
const listed = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  .split('## What is exercised')
  .at(1)
  ?.split('\n## ')[0]
  ?.split('\n')
  .flatMap((line) => {
    const [, name, version, environment] = line.match(/^\| `([^`]+)` +\| ([\d.]+) +\| ([\w.-]+) +\|/) ?? [];
    return name && version && environment ? [{ name, version, environment }] : [];
  });

describe('the list of foreign packages in the README', () => {
  it('names every package at the version that is installed', () => {
    expect(listed?.length).toBeGreaterThan(10);
    for (const { name, version, environment } of listed ?? []) {
      expect(readRequirements(`${environment}.txt`)).toContain(`\n${name}==${version} --hash=sha256:`);
    }
  });

  it.each(readdirSync(join(FOLDER, 'requirements')).filter((file) => file.endsWith('.in')))(
    'leaves out nothing that %s asks for',
    (file) => {
      const environment = file.replace(/\.in$/, '');
      const asked = readRequirements(file)
        .split('\n')
        .flatMap((line) => line.match(/^[a-z0-9-]+/)?.[0] ?? []);
      const known = listed?.filter((row) => row.environment === environment).map(({ name }) => name);
      expect(asked.filter((name) => !known?.includes(name))).toEqual([]);
    },
  );
});
