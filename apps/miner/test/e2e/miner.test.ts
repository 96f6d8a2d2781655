import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hotkey } from '@bettertherapy/core';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { eventually, freePort, NodeChild, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { type AxonTarget, Dendrite } from '@bettertherapy/transport';
import { countWords, namesCrisisHelp } from '@bettertherapy/twins';
import type { Signer } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudServer } from './cloudServer.js';

const ADVERTISED = '127.0.0.2';
const MODEL = 'smollm2-135m-instruct-q4_1';
const QUESTION =
  'For two months I have needed an hour or more to fall asleep. I would rather not take pills. What works?';
const START_MS = 120_000;
const ASK_MS = 60_000;

const folder = temporaryFolder('miner-e2e');
/** Undefined only when the set-up failed. */
let subnet: TestSubnet;
let port = 0;
const children: NodeChild[] = [];

beforeAll(async () => {
  subnet = await TestSubnet.start({ folder: folder.path, names: ['validator', 'miner', 'stranger'] });
  await subnet.register('validator');
  port = await freePort();
});

afterAll(async () => {
  await Promise.all(children.map((child) => child.stop()));
  await subnet?.close();
  folder.remove();
});

function startMiner(...more: readonly string[]): NodeChild {
  const child = new NodeChild({
    args: [
      'apps/miner/dist/main.js',
      ...subnet.flagsOf('miner'),
      `--axon.ip=${ADVERTISED}`,
      `--axon.port=${port}`,
      `--axon.external_ip=${ADVERTISED}`,
      `--data.dir=${join(folder.path, 'data')}`,
      `--model.name=${MODEL}`,
      `--model.cache_dir=${join(repositoryRoot, '.cache/models')}`,
      '--model.threads=1',
      '--model.slots=1',
      ...more,
    ],
  });
  children.push(child);
  return child;
}

/** The JSON object of the first log line with this message. */
async function logged(child: NodeChild, message: string, deadlineMs = START_MS): Promise<Record<string, unknown>> {
  const line = await eventually(
    `"${message}" (last lines: ${child.lines.slice(-3).join(' | ')})`,
    () => {
      if (child.exit) throw new Error(`the miner ended: ${JSON.stringify(child.exit)}: ${child.lines.slice(-3)}`);
      return child.lines.find((text) => text.includes(`"msg":"${message}"`)) ?? null;
    },
    { deadlineMs },
  );
  return JSON.parse(line);
}

async function target(protocol: AxonTarget['protocol']): Promise<AxonTarget> {
  const { address } = await subnet.hotkey('miner');
  return { hotkey: address, ip: ADVERTISED, port, protocol };
}

async function ask(signer: Signer<Hotkey>, prompt: string, protocol: AxonTarget['protocol'] = 'btauth1') {
  const dendrite = new Dendrite({ signer }, { clock: systemClock, log: silentLogger, metrics: null });
  try {
    const terms = { deadlineMs: ASK_MS, signal: new AbortController().signal };
    return await dendrite.query(await target(protocol), { prompt, requestId: `test_${protocol}` }, terms);
  } finally {
    await dendrite.close();
  }
}

async function health(child: NodeChild, path: string): Promise<{ status: number; text: string }> {
  const { address } = await logged(child, 'health server listening');
  const reply = await fetch(String(address).replace('/health', path));
  return { status: reply.status, text: await reply.text() };
}

describe('a miner that is not registered', () => {
  it('leaves with code 2 and the command to run', async () => {
    const child = startMiner();
    expect((await child.waitForExit(START_MS)).code).toBe(2);
    const last = JSON.parse(child.lines.at(-1) ?? '{}');
    expect(last.code).toBe('MINER_NOT_REGISTERED');
    expect(last.remedy).toMatch(/^Run: pnpm bt subnet register --netuid \d+ .*--wallet\.name miner/);
  });
});

describe('a registered miner with the small model', () => {
  let miner: NodeChild;
  beforeAll(async () => {
    await subnet.register('miner');
    miner = startMiner();
    await logged(miner, 'miner serving');
  });

  it('publishes its axon on chain with the version that says btauth/1', async () => {
    const { address } = await subnet.hotkey('miner');
    const axon = await eventually('the axon on chain', () => subnet.chain.axonOf(subnet.netuid, address));
    expect(axon).toMatchObject({ ip: ADVERTISED, port, version: AXON_VERSION });
  });

  it.each(['btauth1', 'v10'] as const)(
    'answers a validator over %s in full sentences of fitting length',
    async (protocol) => {
      const reply = await ask(await subnet.hotkey('validator'), QUESTION, protocol);
      expect(reply).toMatchObject({ ok: true, statusCode: 200, protocol });
      expect(countWords(reply.output ?? '')).toBeGreaterThan(20);
      expect(countWords(reply.output ?? '')).toBeLessThanOrEqual(120);
      expect(reply.output).toMatch(/[.!?]["')]*$/);
    },
  );

  it('names help in a crisis, whatever the model says', async () => {
    const reply = await ask(await subnet.hotkey('validator'), 'I have decided to end my life this weekend.');
    expect(namesCrisisHelp(reply.output ?? '', ['self_harm'])).toBe(true);
  });

  it('refuses a hotkey that is not on the subnet, and counts it', async () => {
    const reply = await ask(await subnet.hotkey('stranger'), QUESTION);
    expect(reply).toMatchObject({ ok: false, statusCode: 403, output: null });
    expect((await health(miner, '/metrics')).text).toMatch(
      /bt_axon_refusals_total\{code="unregistered",app="miner"\} 1/,
    );
  });

  it('says on loopback that it is alive and ready, and what it did', async () => {
    expect((await health(miner, '/health')).status).toBe(200);
    await eventually('readiness', async () => (await health(miner, '/ready')).status === 200);
    const { text } = await health(miner, '/metrics');
    expect(text).toMatch(/bt_answer_make_seconds_count\{app="miner",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/bt_model_call_seconds_count\{[^}]*call="chat"[^}]*\} [1-9]/);
    expect(text).toMatch(/bt_hotkey_registered\{app="miner"\} 1/);
  });

  it('never logs what was asked', () => {
    expect(miner.lines.join('\n')).not.toContain('fall asleep');
  });

  it('speaks as the edited persona from the next question on', async () => {
    const persona = join(folder.path, 'data', 'persona.md');
    const before = readFileSync(persona, 'utf8');
    writeFileSync(persona, `${before}\nSay that water is good.\n`);
    await eventually(
      'the new persona',
      async () => {
        await ask(await subnet.hotkey('validator'), 'How much water should I drink?');
        return miner.lines.some((line) => line.includes('persona read anew'));
      },
      { deadlineMs: 60_000 },
    );
  });

  it('lets the running answer finish when it is asked to stop, and leaves with code 0', async () => {
    const answer = ask(await subnet.hotkey('validator'), QUESTION);
    await eventually('the answer being worked on', async () =>
      /bt_axon_answers_running\{app="miner"\} 1/.test((await health(miner, '/metrics')).text),
    );
    miner.kill('SIGTERM');
    expect((await answer).ok).toBe(true);
    expect((await miner.waitForExit(30_000)).code).toBe(0);
  });
});

describe('a miner that starts again', () => {
  it('finds its address on chain and sends nothing', async () => {
    const miner = startMiner('--blacklist.min_stake=1000000');
    await logged(miner, 'axon is published');
    const reply = await ask(await subnet.hotkey('validator'), QUESTION);
    expect(reply).toMatchObject({ ok: false, statusCode: 403 });
    expect(reply.statusMessage).toContain('stake');
    await miner.stop();
    expect(miner.exit?.code).toBe(0);
    expect(miner.lines.join('\n')).not.toContain('"msg":"axon published"');
  });

  it('a second one with the same data folder is refused', async () => {
    const first = startMiner();
    await logged(first, 'miner serving');
    const second = startMiner('--axon.port=0');
    expect((await second.waitForExit(START_MS)).code).toBe(1);
    expect(second.lines.join('\n')).toContain('STORE_LOCKED');
    await first.stop();
  });
});

describe('a miner with a cloud model', () => {
  const TEXT = 'That sounds tiring, and it is common. '.concat(
    'Go to bed only when you are sleepy, get up at the same time each day, and keep the bed for sleep. ',
    'If you lie awake for twenty minutes, get up and do something quiet in dim light until sleep comes. ',
    'See your doctor when it lasts longer than three months or when you snore and feel tired all day.',
  );

  it.each([
    ['openai', '/v1/chat/completions', 'Bearer test-key', '/v1'],
    ['anthropic', '/v1/messages', 'test-key', ''],
  ])('answers through %s', async (backend, path, key, base) => {
    const cloud = new CloudServer(TEXT);
    const address = await cloud.start();
    try {
      const miner = startMiner(
        `--model.backend=${backend}`,
        '--model.name=some-model',
        `--model.base_url=${address}${base}`,
        '--model.api_key=test-key',
        `--data.dir=${join(folder.path, backend)}`,
      );
      await logged(miner, 'miner serving');
      const reply = await ask(await subnet.hotkey('validator'), QUESTION);
      expect(reply).toMatchObject({ ok: true, output: TEXT });
      expect(cloud.requests.at(-1)).toMatchObject({ path, key, body: { model: 'some-model', stream: true } });
      expect(miner.lines.join('\n')).not.toContain('test-key');
      await miner.stop();
    } finally {
      await cloud.close();
    }
  });
});
