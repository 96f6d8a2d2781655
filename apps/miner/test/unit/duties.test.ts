import type { Metagraph, MetagraphNeuron, ServeAxonOutcome } from '@bettertherapy/chain';
import {
  CodedError,
  encodeSs58,
  type Hotkey,
  parseColdkey,
  parseHotkey,
  silentLogger,
  systemClock,
} from '@bettertherapy/core';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { Readiness } from '@bettertherapy/telemetry';
import type { Signer } from '@bettertherapy/wallet';
import { describe, expect, it } from 'vitest';
import { isPublicIpv4 } from '../../src/duties/externalAddress.js';
import { SubnetFollower } from '../../src/duties/followSubnet.js';
import { AxonPublisher } from '../../src/duties/publishAxon.js';
import { exitCodeOf } from '../../src/errors.js';
import { registerCommand, requireRegistration } from '../../src/registration.js';
import { Roster } from '../../src/roster.js';

const bytes = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const me = parseHotkey(encodeSs58(bytes(1)));
const signer: Signer<Hotkey> = { address: me, publicKey: bytes(1), sign: () => new Uint8Array(64) };
const ADDRESS = { ip: '203.0.113.5', port: 8091 };

function neuron(axon: MetagraphNeuron['axon']): MetagraphNeuron {
  return {
    uid: 3,
    hotkey: me,
    coldkey: parseColdkey(encodeSs58(bytes(2))),
    axon,
    active: true,
    validatorPermit: false,
    lastUpdate: 0,
    emission: 0n,
    dividends: 0,
    incentive: 0,
    consensus: 0,
    registeredAt: 1,
    alphaStake: 0n,
    taoStake: 0n,
    totalStake: 5n,
  };
}

function metagraph(block: number, neurons: readonly MetagraphNeuron[]): Metagraph {
  return {
    netuid: 2,
    mecid: 0,
    block,
    blockHash: '0x',
    tempo: 10,
    lastStep: 0,
    blocksSinceLastStep: 0,
    maxUids: 256,
    ownerHotkey: me,
    ownerColdkey: parseColdkey(encodeSs58(bytes(2))),
    neurons,
  };
}

const published = { ...ADDRESS, ipType: 4, version: AXON_VERSION, protocol: 4, block: 1 } as const;

describe('AxonPublisher', () => {
  function make(serve: () => Promise<ServeAxonOutcome>) {
    let calls = 0;
    const chain = {
      serveAxon: () => {
        calls += 1;
        return serve();
      },
    };
    const parts = { chain, hotkey: signer, log: silentLogger, metrics: null };
    const publisher = new AxonPublisher({ netuid: 2, ...ADDRESS }, parts);
    const check = (at: MetagraphNeuron, block: number) => publisher.check(at, block, new AbortController().signal);
    return { publisher, check, calls: () => calls };
  }
  const done = async (): Promise<ServeAxonOutcome> => ({ status: 'unchanged', axon: published });

  it.each<[string, MetagraphNeuron['axon'], number]>([
    ['sends nothing when the chain has it', published, 0],
    ['publishes when the chain has nothing', null, 1],
    ['publishes when the port differs', { ...published, port: 9 }, 1],
    ['publishes when the version differs', { ...published, version: 10_002_000 }, 1],
  ])('%s', async (_name, axon, expected) => {
    const { publisher, check, calls } = make(done);
    await check(neuron(axon), 10);
    expect(calls()).toBe(expected);
    expect(publisher.published).toBe(true);
  });

  it('waits out the rate limit of the chain instead of asking at every block', async () => {
    const { publisher, check, calls } = make(() => {
      throw new CodedError('CHAIN_SERVING_TOO_SOON', 'too soon', { remedy: 'Wait.', details: { blocksLeft: 20 } });
    });
    await check(neuron(null), 10);
    await check(neuron(null), 29);
    expect(calls()).toBe(1);
    await check(neuron(null), 30);
    expect(calls()).toBe(2);
    expect(publisher.published).toBe(false);
  });

  it('a failure is tried again at the next look', async () => {
    let fail = true;
    const { publisher, check } = make(() => {
      if (fail) throw new CodedError('CHAIN_UNREACHABLE', 'gone', { remedy: 'Wait.' });
      return done();
    });
    await check(neuron(null), 10);
    expect(publisher.published).toBe(false);
    fail = false;
    await check(neuron(null), 11);
    expect(publisher.published).toBe(true);
  });
});

describe('SubnetFollower', () => {
  function make(reads: (Metagraph | Error)[]) {
    const listeners: ((block: number) => void)[] = [];
    const checked: number[] = [];
    let read = 0;
    const roster = new Roster();
    const readiness = new Readiness(['chain', 'registration', 'published']);
    const registered: boolean[] = [];
    const follower = new SubnetFollower(
      { netuid: 2, hotkey: me, everyBlocks: 5, registerCommand: 'pnpm bt subnet register' },
      {
        chain: {
          metagraph: async () => {
            const next = reads[Math.min(read, reads.length - 1)] ?? new Error('no read');
            read += 1;
            if (next instanceof Error) throw next;
            return next;
          },
          onBlock: (listener) => {
            listeners.push(listener);
            return () => listeners.splice(0);
          },
        },
        roster,
        publisher: { published: true, check: async (_neuron, block) => void checked.push(block) },
        readiness,
        clock: systemClock,
        log: silentLogger,
        metrics: { metagraphSynced: () => undefined, registered: (yes) => registered.push(yes) },
      },
    );
    const block = async (n: number): Promise<void> => {
      for (const listener of listeners) listener(n);
      // A sync that began ends within a few turns: nothing in it waits.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    };
    return { follower, block, checked, roster, readiness, registered, reads: () => read, listeners };
  }

  it('reads at the start, then once in so many blocks', async () => {
    const { follower, block, reads, checked, roster } = make([metagraph(100, [neuron(null)])]);
    await follower.start();
    expect([reads(), roster.block]).toEqual([1, 100]);
    await block(104);
    expect(reads()).toBe(1);
    await block(105);
    expect(reads()).toBe(2);
    expect(checked).toEqual([100, 100]);
    await follower.close();
  });

  it('losing the registration is a clear state, and it ends by itself', async () => {
    const { follower, block, readiness, registered } = make([
      metagraph(100, [neuron(published)]),
      metagraph(105, []),
      metagraph(110, [neuron(published)]),
    ]);
    await follower.start();
    expect(readiness.ready).toBe(true);
    await block(105);
    expect(readiness.snapshot().registration).toEqual({ ok: false, state: 'not registered' });
    await block(110);
    expect(readiness.ready).toBe(true);
    expect(registered).toEqual([true, false, true]);
    await follower.close();
  });

  it('a failed read keeps the roster and is tried at the next block', async () => {
    const { follower, block, roster, readiness, reads } = make([
      metagraph(100, [neuron(published)]),
      new Error('node gone'),
      metagraph(107, [neuron(published)]),
    ]);
    await follower.start();
    await block(105);
    expect(roster.standing(me)).toEqual({ uid: 3, validatorPermit: false, stake: 5n });
    expect(readiness.snapshot().chain?.ok).toBe(false);
    await block(106);
    expect(reads()).toBe(3);
    expect([roster.block, readiness.ready]).toEqual([107, true]);
    await follower.close();
  });

  it('listens no more once closed', async () => {
    const { follower, listeners } = make([metagraph(100, [])]);
    await follower.start();
    await follower.close();
    expect(listeners).toHaveLength(0);
  });
});

describe('registration', () => {
  const config = {
    netuid: 354,
    subtensor: { network: 'test', chainEndpoint: null },
    wallet: { name: 'my miner', hotkey: 'default', path: null },
  };

  it('the command can be pasted into a shell', () => {
    expect(registerCommand(config)).toBe(
      "pnpm bt subnet register --netuid 354 --subtensor.network test --wallet.name 'my miner' --wallet.hotkey default",
    );
  });

  it('an unregistered hotkey ends the start with code 2', async () => {
    const signal = new AbortController().signal;
    const failed = await requireRegistration({ uidOf: async () => null }, me, config, signal).catch((e: unknown) => e);
    expect(failed).toMatchObject({ code: 'MINER_NOT_REGISTERED', remedy: expect.stringContaining('--netuid 354') });
    expect(exitCodeOf(failed)).toBe(2);
    expect(await requireRegistration({ uidOf: async () => 0 }, me, config, signal)).toBe(0);
  });
});

it.each<[string, 1 | 2]>([
  ['CONFIG_BAD_VALUE', 2],
  ['WALLET_NOT_FOUND', 2],
  ['LLM_INSUFFICIENT_MEMORY', 2],
  ['STORE_IDENTITY_MISMATCH', 2],
  ['CHAIN_UNREACHABLE', 1],
  ['STORE_LOCKED', 1],
  ['TRANSPORT_CANNOT_LISTEN', 1],
])('%s leaves with code %d', (code, expected) => {
  expect(exitCodeOf(new CodedError(code, 'x', { remedy: 'y' }))).toBe(expected);
});

it.each<[string, boolean]>([
  ['8.8.8.8', true],
  ['203.0.114.1', true],
  ['10.1.2.3', false],
  ['172.20.0.1', false],
  ['192.168.1.1', false],
  ['100.100.0.1', false],
  ['127.0.0.2', false],
  ['169.254.1.1', false],
  ['::1', false],
  ['no address', false],
])('%s is public: %s', (address, expected) => expect(isPublicIpv4(address)).toBe(expected));
