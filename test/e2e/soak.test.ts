import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeChild, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { afterAll, describe, expect, it } from 'vitest';

/** As long as the whole thing may take on a machine that does other work as well. */
const LONGEST_MS = 240_000;
const ROUNDS = 6;
const PLOTS = ['handles', 'lag', 'memory', 'rounds', 'scores', 'storage', 'wandb', 'weights'];
const MIB = 2 ** 20;

interface Summary {
  readonly checks: readonly { readonly name: string; readonly ok: boolean | null }[];
  readonly events: readonly { readonly kind: string }[];
}
/** The parts of the facts that are changed below. */
interface Facts {
  readonly options: { rounds: number };
  samples: { rss: number; fds: number; wal: number; database: number; round: number; life: number }[];
  readonly sets: object[];
  readonly journal: { readonly rounds: object[]; readonly findings: string[] };
  readonly wandb: { readonly rounds: number[] };
}

describe(`a soak of ${ROUNDS} rounds`, () => {
  const folder = temporaryFolder('soak-test');
  const out = join(folder.path, 'out');

  afterAll(() => folder.remove());

  // The files are made by this repository; the assertions below are what checks them.
  const summary = () => JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary;

  it(
    'runs the network, makes things fail, and reports what held with plots and evidence',
    async () => {
      const child = new NodeChild({
        args: [
          'scripts/soak/main.mjs',
          '--rounds',
          String(ROUNDS),
          '--block_ms',
          '250',
          '--interval',
          '0.5',
          '--out',
          out,
        ],
      });
      const { code } = await child.waitForExit(LONGEST_MS);
      expect(code, child.lines.slice(-25).join('\n')).toBe(0);
      const { checks, events } = summary();
      expect(events.map(({ kind }) => kind)).toEqual(['miner breaks', 'runtime upgrade']);
      expect(checks.filter(({ ok }) => ok === true).map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          'no lost round',
          'the journal is sound',
          'no double weight',
          'WAL at most 64 MiB',
          'every round delivered to wandb',
          'cheaters rank below honest miners',
          'evidence of every round sealed',
          'pnpm bt replay exits 0 over all evidence',
          'one changed byte is detected and named',
          'no process ended by itself',
        ]),
      );
      const report = readFileSync(join(out, 'README.md'), 'utf8');
      for (const { name } of checks) expect(report).toContain(name);
      expect(readdirSync(join(out, 'plots')).sort()).toEqual(PLOTS.map((name) => `${name}.svg`));
      expect(readdirSync(join(out, 'evidence'))).toHaveLength(ROUNDS);
    },
    LONGEST_MS,
  );

  const FAULTS: readonly (readonly [string, (facts: Facts) => void])[] = [
    ['no lost round', ({ journal }) => journal.rounds.splice(2, 1)],
    ['the journal is sound', ({ journal }) => journal.findings.push('an answer of round 3 was judged twice')],
    ['no double weight', ({ sets }) => sets.push(...sets.slice(0, 1))],
    ['file handles flat', climbing((at) => ({ fds: 40 + 0.1 * at }))],
    [
      'WAL at most 64 MiB',
      ({ samples }) =>
        samples.slice(-1).forEach((sample) => {
          sample.wal = 65 * MIB;
        }),
    ],
    ['every round delivered to wandb', ({ wandb }) => wandb.rounds.pop()],
    ['RSS slope at most 1 MiB per 100 rounds after the warm-up', climbing((at) => ({ rss: (300 + 0.04 * at) * MIB }))],
  ];

  it.each(FAULTS)('would have told that this does not hold: %s', (name, spoil) => {
    expect(existsSync(join(out, 'facts.json'))).toBe(true);
    const spoilt = join(folder.path, 'spoilt');
    cpSync(join(out, 'facts.json'), join(spoilt, 'facts.json'));
    const facts = JSON.parse(readFileSync(join(spoilt, 'facts.json'), 'utf8')) as Facts;
    spoil(facts);
    writeFileSync(join(spoilt, 'facts.json'), JSON.stringify(facts));
    const { status, stdout } = spawnSync(process.execPath, ['scripts/soak/main.mjs', '--judge', spoilt], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toContain(`FAILS: ${name}: `);
  });
});

/** As after 500 rounds in which something grew: `of` gives what sample number `at`, one every two rounds, shows of it. */
function climbing(of: (at: number) => Partial<Facts['samples'][number]>): (facts: Facts) => void {
  return (facts) => {
    const [first] = facts.samples;
    if (!first) throw new Error('no sample was taken');
    facts.options.rounds = 500;
    facts.samples = Array.from({ length: 250 }, (_, at) => ({
      ...first,
      database: 32 * MIB,
      round: 2 * at,
      ...of(at),
    }));
  };
}
