import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@bettertherapy/core';
import { migrate, openStore, STAGES, type Stage } from '@bettertherapy/store';
import { NodeChild, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import type { AnswerFn } from '@bettertherapy/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../security/seededRandom.js';
import { shortBank } from './bank.js';
import { findings } from './ledger.js';
import { type Subnet, startSubnet } from './subnet.js';

/** Change it to see other moments; a failure names the kill at which it happened. */
const SEED = 20_261_122;
const KILLS = 50;
/** One life in this many is cut off at a random time from its start, the others around a kind of moment drawn for it. */
const BLIND_EVERY = 5;
/** Every third life ends at a commit that no life ended at before, until each of them was one: chance alone misses those between short stages. */
const EXACT_EVERY = 3;
/** From a start through a whole round with a real judge. */
const EXACT_LIFE_MS = 240_000;
/** A moment may not come (the round is past it): no life lasts longer than this many times the first start took. */
const LONGEST_LIFE = 10;
/** Twelve minutes were measured on two cores with a load of ten; a still slower machine gets this long. */
const SLOWEST_MS = 1_500_000;
const migrationsDir = join(repositoryRoot, 'migrations');

/** What a validator says on its way through a round, in order; each tells of a commit just made. */
const MOMENTS: readonly { readonly line: RegExp; readonly ends: Stage | null }[] = [
  { line: /"msg":"round begun"/, ends: null },
  { line: /"stage":"plan"/, ends: 'plan' },
  { line: /"msg":"response stored"/, ends: null },
  { line: /"stage":"query"/, ends: 'query' },
  { line: /"stage":"collect"/, ends: 'collect' },
  { line: /"stage":"gate"/, ends: 'gate' },
  { line: /"msg":"(control|answer) judged"/, ends: null },
  { line: /"stage":"judge"/, ends: 'judge' },
  { line: /"stage":"score"/, ends: 'score' },
  { line: /"stage":"fold"/, ends: 'fold' },
];
/** How many moments ahead of where the round stands a kill may be aimed. */
const AHEAD = 3;

describe(`a validator killed at ${KILLS} random moments (seed ${SEED})`, () => {
  const folder = temporaryFolder('chaos');
  const data = join(folder.path, 'data');
  const file = join(data, 'validator.sqlite');
  const random = new SeededRandom(SEED);
  const acknowledged = new Set<string>();
  const stagesCut = new Map<string, number>();
  let subnet: Subnet;
  let alive: NodeChild | null = null;
  /** From launch to a running validator, on this machine, now. */
  let startMs = 0;
  /** The last finished stage of the open round, null when there is none. */
  let openStage: Stage | null = null;

  /** An answer of its own for every miner and question, after a moment that the seed decides. */
  const answering =
    (name: string): AnswerFn =>
    async ({ prompt, signal }) => {
      await systemClock.sleep(20 + random.below(300), signal);
      return { output: answers(name, prompt) };
    };

  function launch(diesAt: RegExp | null = null): NodeChild {
    alive = new NodeChild({
      env: diesAt ? { DIE_AT_LINE: diesAt.source } : {},
      args: [
        ...['--import', pathToFileURL(join(repositoryRoot, 'test/chaos/dieAtLine.mjs')).href],
        'apps/validator/dist/main.js',
        ...subnet.validatorFlags,
        ...['--data.dir', data, '--bank.path', join(folder.path, 'bank.jsonl')],
        ...['--model.name', 'smollm2-135m-instruct-q4_1', '--model.context', '2048'],
        ...[
          '--neuron.round_interval',
          '0',
          '--neuron.questions',
          '1',
          '--judge.enforce_controls',
          'false',
          '--judge.exam',
          'off',
        ],
        ...['--health.port', 'off', '--logging.debug', '--logging.json'],
      ],
      onLine: (line) => {
        const id = /"requestId":"(\w+)".*"msg":"response stored"/.exec(line)?.[1];
        if (id !== undefined) acknowledged.add(id);
      },
    });
    return alive;
  }

  /** One of the next moments of the round that the journal says is open, or of a new one. */
  function momentAhead() {
    const stage = openStage;
    const stands = stage === null ? 0 : MOMENTS.findIndex(({ ends }) => ends === stage) + 1;
    return MOMENTS[(stands + random.below(AHEAD)) % MOMENTS.length] ?? random.pick(MOMENTS);
  }

  /** Ends at the very commit, whatever the speed of the machine. */
  async function livesUntil(moment: (typeof MOMENTS)[number]): Promise<void> {
    const child = launch(moment.line);
    const exit = await child.waitForExit(EXACT_LIFE_MS);
    expect(exit, `it did not get to ${moment.line}: ${child.lines.slice(-3).join('\n')}`).toEqual({
      code: null,
      signal: 'SIGKILL',
    });
  }

  async function livesUntilKilled(): Promise<void> {
    const moment = momentAhead();
    const blind = random.below(BLIND_EVERY) === 0;
    const afterMs = random.below(150);
    const lifeMs = startMs * (blind ? 1.5 * random.next() : LONGEST_LIFE);
    const child = launch();
    const endsAt = systemClock.monotonicMs() + lifeMs;
    const hasCome = () => !blind && child.lines.some((line) => moment.line.test(line));
    while (!hasCome() && !child.exit && systemClock.monotonicMs() < endsAt) await systemClock.sleep(5);
    if (hasCome()) await systemClock.sleep(afterMs);
    expect(child.exit, `it ended by itself: ${child.lines.slice(-3).join('\n')}`).toBeNull();
    child.kill('SIGKILL');
    await child.waitForExit(10_000);
  }

  function journal() {
    return openStore({ file, migrationsDir, identity: null, readonly: true });
  }

  beforeAll(async () => {
    subnet = await startSubnet({
      folder: folder.path,
      blockMs: 250,
      tempo: 20,
      miners: [answering('ada'), answering('ben')],
    });
    writeFileSync(join(folder.path, 'bank.jsonl'), shortBank());
    migrate({ file, migrationsDir });
    const launchedMs = systemClock.monotonicMs();
    await launch().waitForLine(/"msg":"validator running"/, 120_000);
    startMs = systemClock.monotonicMs() - launchedMs;
    alive?.kill('SIGKILL');
    await alive?.waitForExit(10_000);
  });

  afterAll(async () => {
    await alive?.stop();
    await subnet?.close();
    folder.remove();
  });

  it(
    'loses no acknowledged response, scores nothing twice and leaves a sound database each time',
    async () => {
      const borders = MOMENTS.filter(({ line, ends }) => ends !== null || line.source.includes('round begun'));
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const border = kill % EXACT_EVERY === 0 ? borders.shift() : undefined;
        if (border) await livesUntil(border);
        else await livesUntilKilled();
        const store = journal();
        const newest = store.journal.newest();
        openStage = newest?.state === 'open' ? newest.stage : null;
        const cut = newest?.state === 'open' ? (newest.stage ?? 'begun') : 'between';
        stagesCut.set(cut, (stagesCut.get(cut) ?? 0) + 1);
        const problems = findings(store, acknowledged);
        await store.close();
        expect(problems, `after kill ${kill}`).toEqual([]);
      }
      // The kills are worth something only when they hit rounds at work, in each of the states a round can be left in.
      expect(acknowledged.size).toBeGreaterThan(3);
      expect([...stagesCut.keys()].sort(), 'last finished stages at the kills').toEqual(
        ['begun', 'between', ...STAGES.filter((stage) => stage !== 'fold')].sort(),
      );
    },
    SLOWEST_MS,
  );

  it('finishes the round it was in, goes on with the next, and stops when asked', async () => {
    const before = journal();
    const cutOff = before.rounds.open();
    const closed = before.rounds.closedCount();
    await before.close();
    const child = launch();
    const more = cutOff ? 2 : 1;
    await child.waitForLine(/"msg":"(round finished|round does not count)"/, 240_000);
    child.kill('SIGTERM');
    expect(await child.waitForExit(30_000)).toEqual({ code: 0, signal: null });
    const after = journal();
    if (cutOff) expect(after.rounds.byId(cutOff.id)?.state).toBe('closed');
    expect(after.rounds.closedCount()).toBeGreaterThan(closed);
    expect(after.rounds.closedCount()).toBeLessThan(closed + more + 1);
    expect(findings(after, acknowledged)).toEqual([]);
    await after.close();
  });
});

/** Sentences to choose from, so that no two questions get nearly the same text: a validator takes that for a replay. */
const SENTENCES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ada: [
    ['That sounds tiring, and it makes sense that you ask.', 'Many people would feel worn out by this.'],
    ['Tonight, breathe out slowly for two minutes.', 'Before supper, walk around the block without your phone.'],
    ['Keep a short note of what worries you.', 'Tell one friend how the week really went.'],
    ['If it lasts two weeks, please see your doctor.', 'A clinician can help should it grow worse.'],
  ],
  ben: [
    ['Thank you for telling me about this.', 'I am glad that you wrote before it got heavier.'],
    ['A walk in daylight often eases it within days.', 'Less coffee after noon is a small first step.'],
    ['Choose a fixed hour for bed and keep to it.', 'Write the hardest thought down and put it away.'],
    ['Should you feel unsafe, call for help at once.', 'Your family doctor is the right person to ask next.'],
  ],
};

function answers(name: string, prompt: string): string {
  const digest = createHash('sha256').update(prompt).digest();
  const chosen = (SENTENCES[name] ?? []).map((variants, at) => variants[(digest[at] ?? 0) % variants.length]);
  return `You write "${prompt.split(' ').slice(0, 14).join(' ')}". ${chosen.join(' ')}`;
}
