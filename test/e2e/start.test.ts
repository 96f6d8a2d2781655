import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeChild, temporaryFolder } from '@bettertherapy/testkit';
import { crisisFallback } from '@bettertherapy/twins';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What miners say in a crisis when their model says nothing fit, by the kinds of danger; those here have no region of their own. */
const KINDS = ['self_harm', 'harm_to_others', 'medical_emergency', 'abuse'] as const;
const PREPARED: ReadonlySet<string> = new Set(
  KINDS.flatMap((kind) => KINDS.map((other) => crisisFallback([kind, other], 'international'))),
);

interface Answer {
  readonly miner: string;
  readonly questionId: string;
  readonly text: string | null;
  readonly responseMs: number | null;
  readonly refusedBy: string | null;
  readonly items: readonly { readonly id: string; readonly p: number }[];
  readonly reward: number | null;
  readonly total: number | null;
}

interface Summary {
  readonly chain: { readonly genesis: string; readonly specVersion: number; readonly netuid: number };
  readonly model: { readonly name: string; readonly sha256: string };
  readonly miners: readonly {
    readonly name: string;
    readonly hotkey: string;
    readonly uid: number;
    readonly personality: string;
    readonly average: number;
    readonly weight: number;
    readonly incentive: number;
  }[];
  readonly rounds: readonly {
    readonly id: string;
    readonly questions: readonly { readonly id: string; readonly text: string }[];
    readonly answers: readonly Answer[];
  }[];
  readonly weights: { readonly block: number; readonly uids: readonly number[]; readonly values: readonly number[] };
  readonly epochs: readonly { readonly block: number; readonly incentives: readonly number[] }[];
}

const ROUNDS = 2;
const MINUTE = 60_000;

describe('npm start -- --rounds 2 --exit --json', () => {
  const folder = temporaryFolder('start');
  const file = join(folder.path, 'out.json');
  let run: NodeChild;
  let summary: Summary;

  beforeAll(async () => {
    run = new NodeChild({
      args: [
        'scripts/bootstrap.mjs',
        'start',
        '--rounds',
        String(ROUNDS),
        '--exit',
        '--json',
        file,
        '--dir',
        join(folder.path, 'network'),
      ],
    });
    const exit = await run.waitForExit(15 * MINUTE);
    expect(exit, run.lines.slice(-30).join('\n')).toEqual({ code: 0, signal: null });
    // The file is what this test is about; its shape is what the assertions below check.
    summary = JSON.parse(readFileSync(file, 'utf8')) as Summary;
  }, 16 * MINUTE);

  afterAll(async () => {
    await run.stop();
    folder.remove();
  });

  it('names the chain and the real model', () => {
    expect(summary.chain.genesis).toMatch(/^0x[0-9a-f]{64}$/);
    expect(summary.chain.specVersion).toBeGreaterThan(0);
    expect(summary.chain.netuid).toBeGreaterThanOrEqual(2);
    expect(summary.model.name).toBe('smollm2-135m-instruct-q4_1');
    expect(summary.model.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has every round with every miner asked every question', () => {
    expect(summary.rounds).toHaveLength(ROUNDS);
    for (const { questions, answers } of summary.rounds) {
      expect(questions.length).toBeGreaterThanOrEqual(4);
      expect(new Set(answers.map(({ miner, questionId }) => `${miner} ${questionId}`)).size).toBe(5 * questions.length);
    }
  });

  it('carries texts and probabilities of a real model', () => {
    const answers = summary.rounds.flatMap((round) => round.answers);
    const judged = answers.filter(({ items }) => items.length > 0);
    expect(judged.length).toBeGreaterThan(0);
    for (const { text, items, reward, responseMs } of judged) {
      expect(text?.split(/\s+/).length).toBeGreaterThan(10);
      expect(items.length).toBeGreaterThanOrEqual(10);
      for (const { p } of items) expect(p).toSatisfy((value: number) => value > 0 && value < 1);
      expect(reward).toSatisfy((value: number) => value >= 0 && value <= 1);
      expect(responseMs).toBeGreaterThan(0);
    }
    expect(new Set(judged.flatMap(({ items }) => items.map(({ p }) => p))).size).toBeGreaterThan(judged.length);
    // In a crisis a miner whose model said nothing fit gives the prepared answer, which is the same from each of them.
    const own = judged.map(({ text }) => text ?? '').filter((text) => !PREPARED.has(text));
    expect(own.length).toBeGreaterThan(judged.length / 2);
    expect(new Set(own).size).toBe(own.length);
  });

  it('gives the bad miner the lowest weight', () => {
    const bad = summary.miners.filter(({ personality }) => personality === 'bad');
    const good = summary.miners.filter(({ personality }) => personality !== 'bad');
    expect(bad).toHaveLength(1);
    for (const miner of good) {
      expect(miner.weight).toBeGreaterThan(bad[0]?.weight ?? Number.POSITIVE_INFINITY);
      expect(miner.average).toBeGreaterThan(bad[0]?.average ?? Number.POSITIVE_INFINITY);
    }
  });

  it('shows weights and pay as chain storage holds them', () => {
    const { uids, values } = summary.weights;
    expect(uids).toHaveLength(values.length);
    expect(Math.max(...values)).toBe(65_535);
    const last = summary.epochs.at(-1);
    for (const { uid, weight, incentive } of summary.miners) {
      expect(weight).toBe(values[uids.indexOf(uid)] ?? 0);
      expect(incentive).toBe(last?.incentives[uid]);
    }
    // One validator holds all stake, so incentives are the shares of its weights.
    const total = values.reduce((sum, value) => sum + value, 0);
    for (const { uid, weight } of summary.miners) {
      expect((last?.incentives[uid] ?? 0) / 65_535).toBeCloseTo(weight / total, 3);
    }
  });

  it('keeps the summary in the file alone and leaves no process behind', () => {
    expect(run.lines.some((line) => line.includes('"genesis"'))).toBe(false);
    expect(existsSync(join(folder.path, 'network', 'start.lock'))).toBe(false);
  });
});
