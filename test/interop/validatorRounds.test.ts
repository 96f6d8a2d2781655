import { createHash } from 'node:crypto';
import type { MetagraphNeuron } from '@bettertherapy/chain';
import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import { freePort, temporaryFolder } from '@bettertherapy/testkit';
import { Dendrite } from '@bettertherapy/transport';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runRound } from '../../apps/validator/src/round/runRound.js';
import { beginRound, freshStore, neuron, never, roundParts } from '../../apps/validator/test/unit/fixture.js';
import { type AxonUnderTest, startAxonUnderTest } from './axonUnderTest.js';
import { openEnvironment } from './environment.js';
import { interopPart } from './part.js';
import type { DendriteOutcome } from './python.js';
import { PythonProgram } from './pythonProgram.js';

const sdk = await openEnvironment('sdk-10.2');
const home = temporaryFolder('interop-rounds');
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});
afterAll(() => home.remove());

const keyOf = (uri: string) => asHotkey(signerFromUri(uri));

/** Words that only this miner uses for this prompt, so that its answers are nobody's copy and none of its own again. */
const inVoice = (voice: string, prompt: string): string =>
  Array.from(
    { length: 40 },
    (_, at) => `${voice}${at}${createHash('sha256').update(prompt).digest('hex').slice(0, 8)}`,
  ).join(' ');

async function startMiner(voice: string, answerMs: number): Promise<AxonUnderTest> {
  const axon = await startAxonUnderTest({
    signer: keyOf(`//${voice}`),
    answer: async ({ prompt, signal }) => {
      await systemClock.sleep(answerMs, signal);
      return { output: inVoice(voice, prompt) };
    },
  });
  closers.push(() => axon.close());
  return axon;
}

interopPart('rounds between Python and ours', sdk, () => {
  beforeAll(() => ready());

  // Other work on the machine can hold either side up for longer than the 50 ms allowed; then the loop is run again.
  it('ten rounds of a Python validator get 30 of 30 answers from three of our miners, timed as we time them', {
    retry: 5,
  }, async () => {
    const miners = await Promise.all(['rowan', 'sorrel', 'tansy'].map((voice) => startMiner(voice, 100)));
    const python = new PythonProgram(sdk, { script: 'v10_dendrite.py', home: home.path });
    closers.push(() => python.close());
    await python.call('start', { uri: '//Validator' });
    const targets = miners.map((miner) => miner.target);
    const warmUp = { targets, count: 1, prompt: 'Are you there?' };
    await python.call('rounds', warmUp);
    for (const { seconds } of miners) seconds.splice(0);
    const rounds = await python.call<DendriteOutcome[][]>('rounds', { targets, count: 10, prompt: 'I cannot sleep.' });
    expect(rounds.flat().map((reply) => reply.statusCode)).toEqual(Array.from({ length: 30 }, () => 200));
    expect(miners.flatMap((miner) => miner.refusals)).toEqual([]);
    const differences = rounds.flatMap((round, number) =>
      round.map((reply, at) => (reply.axonProcessSeconds ?? 0) - (miners[at]?.seconds[number] ?? 0)),
    );
    const widest = Math.max(...differences.map(Math.abs));
    console.info(`interop: process times of 30 answers differ by at most ${(widest * 1000).toFixed(1)} ms`);
    expect(widest).toBeLessThanOrEqual(0.05);
    for (const reply of rounds.flat()) {
      expect(reply.processSeconds).toBeGreaterThanOrEqual(reply.axonProcessSeconds ?? Number.POSITIVE_INFINITY);
    }
  });

  it('a round of our validator over three Python axons and three of ours scores all six', async () => {
    const python = new PythonProgram(sdk, { script: 'v10_axon.py', home: home.path });
    closers.push(() => python.close());
    const listed: { hotkey: Hotkey; port: number; version: number }[] = [];
    for (const voice of ['aloe', 'betony', 'chervil']) {
      const port = await freePort();
      await python.call('start', { name: voice, uri: `//${voice}`, port, voice });
      listed.push({ hotkey: keyOf(`//${voice}`).address, port, version: 10_002_000 });
    }
    for (const voice of ['rowan', 'sorrel', 'tansy']) {
      const { hotkey, target } = await startMiner(voice, 20);
      listed.push({ hotkey, port: target.port, version: 12_001_000 });
    }
    const neurons: MetagraphNeuron[] = listed.map(({ hotkey, port, version }, at) =>
      neuron(at + 10, { hotkey, axon: { ip: '127.0.0.1', port, ipType: 4, version, protocol: 4, block: 1 } }),
    );
    const dendrite = new Dendrite(
      { signer: keyOf('//Validator') },
      { clock: systemClock, log: silentLogger, metrics: null },
    );
    closers.push(() => dendrite.close());
    const { store } = freshStore();
    const parts = roundParts(store, { neurons, askMany: (calls, terms) => dendrite.queryMany(calls, terms) });
    const round = beginRound(store, parts);
    await runRound(round, parts, never);
    const view = store.journal.newest();
    expect(view).toMatchObject({ state: 'closed', counted: true, voidReason: null });
    expect(view?.answers).toHaveLength(24);
    for (const answer of view?.answers ?? []) expect(answer).toMatchObject({ reward: 0.7, refusedBy: null });
    for (const { hotkey } of listed) {
      const scored = view?.answers.filter((answer) => answer.miner === hotkey).map((answer) => answer.total);
      expect(scored).toEqual([79, 79, 79, 79]);
    }
  });
});
