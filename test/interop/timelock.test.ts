import {
  ENVELOPE_OVERHEAD,
  type EpochState,
  encodePlaintext,
  epochOf,
  firstRevealBlock,
  openEnvelope,
  parseEnvelope,
  QUICKNET,
  revealRound,
  sealForRound,
} from '@bettertherapy/chain';
import { temporaryFolder } from '@bettertherapy/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EnvironmentName, openEnvironment } from './environment.js';
import { interopPart } from './part.js';
import { PythonProgram } from './pythonProgram.js';

/** A round of drand quicknet long past, and the signature that its beacon published for it. */
const ROUND = 1000;
const SIGNATURE = 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39';
const NEXT_ROUND = 1001;

/** `v2`: the stateful schedule of runtimes of today; `v1`: epochs that follow from the block number. */
const LIBRARIES: readonly {
  readonly environment: EnvironmentName;
  readonly name: string;
  readonly version: RegExp;
  readonly rule: 'v1' | 'v2';
}[] = [
  { environment: 'cli', name: 'bittensor-drand', version: /^2\.0\./, rule: 'v2' },
  { environment: 'sdk-11.3', name: 'bittensor-core', version: /^0\.1\./, rule: 'v2' },
  { environment: 'sdk-10.2', name: 'bittensor-drand', version: /^1\./, rule: 'v1' },
];

const BLOCK_SECONDS = 12;
const hotkey = Uint8Array.from({ length: 32 }, (_, at) => (at * 7 + 3) & 0xff);
const VERSION_KEY = 12_001_000n;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** Weights for this many uids. */
const weightsOf = (count: number): { uids: number[]; values: number[] } => ({
  uids: Array.from({ length: count }, (_, at) => at * 257),
  values: Array.from({ length: count }, (_, at) => (at * 7919) & 0xffff),
});
const SIZES = [0, 1, 2, 63, 64, 255];
const plaintextOf = (count: number): Uint8Array =>
  encodePlaintext({ hotkey, ...weightsOf(count), versionKey: VERSION_KEY });

/** The libraries' own envelope around a ciphertext: SCALE `{ encrypted_data: Vec<u8>, reveal_round: u64 }`. */
function wrap(inner: Uint8Array, round: number): string {
  const out = Buffer.alloc(inner.length + 12);
  const head = inner.length < 64 ? 1 : inner.length < 16_384 ? 2 : 4;
  const mode = { 1: 0, 2: 1, 4: 2 }[head] ?? 0;
  out.writeUIntLE((inner.length << 2) | mode, 0, head);
  out.set(inner, head);
  out.writeBigUInt64LE(BigInt(round), head + inner.length);
  return out.subarray(0, head + inner.length + 8).toString('hex');
}

function unwrap(text: string): { inner: Uint8Array; round: number } {
  const all = Buffer.from(text, 'hex');
  const head = [1, 2, 4][(all[0] ?? 0) & 3] ?? 1;
  const length = all.readUIntLE(0, head) >>> 2;
  expect(all.length).toBe(head + length + 8);
  return {
    inner: Uint8Array.from(all.subarray(head, head + length)),
    round: Number(all.readBigUInt64LE(head + length)),
  };
}

/** Heads and tempos: fresh, mid-epoch, in the block before an epoch, overdue, triggered by hand, starved. */
const STATES: readonly EpochState[] = [1, 2, 20, 99, 100, 360, 1080, 7200].flatMap((tempo) =>
  [
    { block: 5_000_000, lastEpochBlock: 5_000_000 },
    { block: 5_000_000, lastEpochBlock: 5_000_000 - Math.floor(tempo / 2) },
    { block: 5_000_000, lastEpochBlock: 5_000_000 - tempo + 1 },
    { block: 5_000_000, lastEpochBlock: 5_000_000 - tempo },
    { block: 5_000_000, lastEpochBlock: 5_000_000 - tempo - 3 },
    { block: 5_000_000, lastEpochBlock: 5_000_000 - 1, pendingEpochAt: 5_000_001 },
    { block: 5_000_000, lastEpochBlock: 5_000_000 - 1, pendingEpochAt: 5_000_007 },
    { block: 5_000_000, lastEpochBlock: 4_999_999, blocksSinceLastStep: 50_399 },
    { block: 5_000_000, lastEpochBlock: 4_999_999, blocksSinceLastStep: 50_400 },
    { block: 5_000_000, lastEpochBlock: 4_999_999, blocksSinceLastStep: 50_401 },
    { block: 0, lastEpochBlock: 0 },
  ].map((head) => ({
    netuid: 102,
    tempo,
    pendingEpochAt: 0,
    epochIndex: 13_888,
    blocksSinceLastStep: Math.min(50_000, head.block - head.lastEpochBlock),
    stateful: true,
    ...head,
  })),
);
const OLD_STATES: readonly EpochState[] = [1, 20, 99, 100, 360, 1080].flatMap((tempo) =>
  [0, 1, 2, 102, 1024].flatMap((netuid) =>
    [0, 1, 99, 5_000_000, 5_000_180, 5_000_359].map((block) => ({
      netuid,
      block,
      tempo,
      lastEpochBlock: 0,
      pendingEpochAt: 0,
      epochIndex: 0,
      blocksSinceLastStep: 0,
      stateful: false,
    })),
  ),
);

/** The state in the names of the library's own arguments. */
function argumentsOf(rule: 'v1' | 'v2', state: EpochState, period: number, count = 1): Record<string, unknown> {
  const { uids, values } = weightsOf(count);
  const common = {
    uids,
    weights: values,
    version_key: Number(VERSION_KEY),
    tempo: state.tempo,
    current_block: state.block,
    subnet_reveal_period_epochs: period,
    hotkey: hex(hotkey),
  };
  if (rule === 'v1') return { ...common, netuid: state.netuid };
  return {
    ...common,
    last_epoch_block: state.lastEpochBlock,
    pending_epoch_at: state.pendingEpochAt,
    subnet_epoch_index: state.epochIndex,
    blocks_since_last_step: state.blocksSinceLastStep,
  };
}

/**
 * The first reveal block that the library assumes. The old rule counts from the head's epoch, ours from that of the
 * next block, in which the commit can be at the earliest: before an epoch's first block that is one epoch later. A round
 * chosen by the old rule is then public before the chain needs it; one chosen by ours is public just in time.
 */
function theirRevealBlock(rule: 'v1' | 'v2', state: EpochState, period: number): number {
  const ours = firstRevealBlock(state, period);
  const startsEpoch = epochOf(state, state.block + 1) !== epochOf(state, state.block);
  return rule === 'v1' && startsEpoch ? ours - (state.tempo + 1) : ours;
}

const folder = temporaryFolder('interop-timelock');
afterAll(() => folder.remove());

for (const { environment: environmentName, name, version, rule } of LIBRARIES) {
  const environment = await openEnvironment(environmentName);

  interopPart(`timelocked commits with ${name} in ${environmentName}`, environment, () => {
    let python: PythonProgram;
    beforeAll(async () => {
      python = new PythonProgram(environment, { script: 'weights.py', home: folder.path });
      const info = await python.call<{ package: string; version: string }>('info');
      console.info(`interop: timelock of ${info.package} ${info.version}`);
      expect(info.package).toBe(name);
      expect(info.version).toMatch(version);
    });
    afterAll(() => python?.close());

    it.each(SIZES)('ours with %i weights opens there with the signature of its round', async (count) => {
      const plaintext = plaintextOf(count);
      const sealed = sealForRound(plaintext, ROUND, QUICKNET);
      const opened = await python.call<string>('decrypt', { envelope: wrap(sealed, ROUND), signature: SIGNATURE });
      expect(opened).toBe(hex(plaintext));
    });

    it.each(SIZES)('theirs around %i weights opens here with the signature of its round', async (count) => {
      const plaintext = plaintextOf(count);
      const theirs = await python.call<string>('encryptAtRound', { data: hex(plaintext), round: ROUND });
      const { inner, round } = unwrap(theirs);
      expect(round).toBe(ROUND);
      expect(inner.length).toBe(plaintext.length + ENVELOPE_OVERHEAD);
      const opened = openEnvelope(inner, bytes(SIGNATURE));
      expect(opened === null ? null : hex(opened)).toBe(hex(plaintext));
    });

    it.each(SIZES)('their commit of %i weights holds the bytes that ours would', async (count) => {
      const [state] = rule === 'v2' ? STATES : OLD_STATES.filter(({ block }) => block > 0);
      if (state === undefined) throw new Error('no state');
      const blocks = theirRevealBlock(rule, state, 1) + 3 - state.block;
      const request = { values: argumentsOf(rule, state, 1, count), blocks, round: ROUND };
      const { blob, round } = await python.call<{ blob: string; round: number }>('commitAtRound', request);
      expect(round).toBe(ROUND);
      const opened = openEnvelope(bytes(blob), bytes(SIGNATURE));
      expect(opened === null ? null : hex(opened)).toBe(hex(plaintextOf(count)));
      const ours = parseEnvelope(sealForRound(plaintextOf(count), ROUND, QUICKNET));
      const theirs = parseEnvelope(bytes(blob));
      const layout = (envelope: object | null): unknown =>
        Object.entries(envelope ?? {}).map(([part, value]) => [part, (value as Uint8Array).length]);
      expect(layout(theirs)).toEqual(layout(ours));
    });

    it('neither side opens what was altered, or what was sealed for another round', async () => {
      const plaintext = plaintextOf(3);
      const altered = sealForRound(plaintext, ROUND, QUICKNET);
      altered[altered.length - 60] = (altered[altered.length - 60] ?? 0) ^ 1;
      const other = sealForRound(plaintext, NEXT_ROUND, QUICKNET);
      for (const sealed of [altered, other]) {
        const request = { envelope: wrap(sealed, ROUND), signature: SIGNATURE };
        await expect(python.call('decrypt', request)).rejects.toThrow();
        expect(openEnvelope(sealed, bytes(SIGNATURE))).toBeNull();
      }
      const theirs = await python.call<string>('encryptAtRound', { data: hex(plaintext), round: NEXT_ROUND });
      expect(openEnvelope(unwrap(theirs).inner, bytes(SIGNATURE))).toBeNull();
    });

    const states = rule === 'v2' ? STATES : OLD_STATES;
    it.each([1, 2, 5])(
      `chooses the same rounds for ${states.length} heads and a reveal period of %i`,
      async (period) => {
        const chosen = await python.call<{ round: number; before: number; after: number }[]>('rounds', {
          cases: states.map((state) => argumentsOf(rule, state, period)),
          blockTime: BLOCK_SECONDS,
        });
        expect(chosen).toHaveLength(states.length);
        for (const [at, state] of states.entries()) {
          const { round, before, after } = chosen[at] ?? { round: -1, before: 0, after: 0 };
          const ours = (nowSeconds: number): number =>
            revealRound({
              currentBlock: state.block,
              firstRevealBlock: theirRevealBlock(rule, state, period),
              nowSeconds,
              blockTimeSeconds: BLOCK_SECONDS,
              beacon: QUICKNET,
            });
          // The library read its clock between the two readings of ours.
          expect([ours(before), ours(after)], JSON.stringify(state)).toContain(round);
          expect(ours(after) - ours(before)).toBeLessThanOrEqual(1);
        }
      },
    );
  });
}
