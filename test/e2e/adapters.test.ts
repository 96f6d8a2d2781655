import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { conversationRequest } from '@bettertherapy/protocol';
import {
  eventually,
  freePort,
  loraBytes,
  NodeChild,
  repositoryRoot,
  temporaryFolder,
  type WrittenLora,
} from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { type AxonTarget, Dendrite } from '@bettertherapy/transport';
import { contentOf, type PackContent, readShippedPacks } from '@bettertherapy/twins';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningGateway, runGateway } from '../../apps/validator/test/unit/gateway/fixture.js';

const ADVERTISED = '127.0.0.4';
const START_MS = 120_000;
const BASE = 'HuggingFaceTB/SmolLM2-135M-Instruct';
const LORA: WrittenLora = {
  architecture: 'llama',
  baseModel: 'SmolLM2 135M Instruct',
  alpha: 8,
  rank: 4,
  targets: Array.from({ length: 30 }, (_, layer) => ({
    tensor: `blk.${layer}.attn_v.weight`,
    inputs: 576,
    outputs: 192,
  })),
  seed: 1,
  size: 0.1,
};

const folder = temporaryFolder('adapters');
const shelf = join(folder.path, 'shelf');
const data = join(folder.path, 'miner');
let subnet: TestSubnet;
let gateway: RunningGateway;
let dendrite: Dendrite;
let target: AxonTarget;
let miner: NodeChild;

/** A pack with few words, so that the small model on a busy machine is soon through it. */
async function shortPack(id: string): Promise<PackContent> {
  const pack = (await readShippedPacks()).find((one) => one.id === id);
  if (pack === undefined) throw new Error(`${id} does not ship`);
  const { regions } = pack.rules.crisis;
  return {
    ...contentOf(pack),
    systemPrompt: `You are ${pack.name}, an AI doctor twin. Answer in two sentences.`,
    scope: { in: ['sleep'], out: ['surgery'] },
    voice: { tone: ['calm'], do: [], dont: [] },
    knowledge: [],
    dialogues: [],
    rules: { refusal: [], referral: [], crisis: { regions, note: null } },
    adapter: null,
  };
}

/** Puts an adapter where the gateway gives it out, and publishes the twin with it as its next version. */
async function publish(id: string, lora: Partial<WrittenLora>, baseModel = BASE): Promise<string> {
  const bytes = loraBytes({ ...LORA, ...lora });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(shelf, `${sha256}.gguf`), bytes);
  const adapter = { sha256, baseModel, bytes: bytes.length, url: null };
  gateway.parts.twins.import({ ...(await shortPack(id)), adapter });
  return sha256;
}

/** Log lines of the miner with this message. */
const logged = (message: string): Record<string, unknown>[] =>
  miner.lines.flatMap((line) => (line.includes(`"${message}"`) ? [JSON.parse(line)] : []));

async function ask(id: string, version: number): Promise<{ text: string; adapter: unknown; state: unknown }> {
  const turns = [{ role: 'user', content: 'I wake at four every night. What small step could I take?' }] as const;
  const request = conversationRequest({ requestId: `ask_${id}_${version}`, twin: { id, version }, turns });
  const reply = await dendrite.query(target, request, { deadlineMs: 60_000 });
  const line = await eventually('the line of the answer', () => logged('answered').at(-1) ?? null);
  return { text: reply.output ?? '', adapter: line.adapter, state: line.adapterState };
}

function startMiner(): NodeChild {
  return new NodeChild({
    args: [
      'apps/miner/dist/main.js',
      ...subnet.flagsOf('miner'),
      `--axon.ip=${ADVERTISED}`,
      `--axon.port=${target.port}`,
      `--axon.external_ip=${ADVERTISED}`,
      `--data.dir=${data}`,
      '--model.name=smollm2-135m-instruct-q4_1',
      `--model.cache_dir=${join(repositoryRoot, '.cache/models')}`,
      '--model.threads=1',
      '--model.slots=1',
      '--model.context=1024',
      '--model.adapters=2',
      '--model.temperature=0',
      '--model.max_tokens=24',
      '--model.min_words=0',
      `--twin.publishers=${gateway.parts.signer.address}`,
      `--twin.index=${gateway.url}`,
      '--twin.refresh=1',
    ],
  });
}

beforeAll(async () => {
  mkdirSync(shelf, { recursive: true });
  subnet = await TestSubnet.start({ folder: folder.path, names: ['validator', 'miner'] });
  await Promise.all([subnet.register('validator'), subnet.register('miner')]);
  const { address } = await subnet.hotkey('miner');
  target = { hotkey: address, ip: ADVERTISED, port: await freePort(), protocol: 'btauth1' };
  dendrite = new Dendrite(
    { signer: await subnet.hotkey('validator') },
    { clock: systemClock, log: silentLogger, metrics: null },
  );
});

afterAll(async () => {
  await miner?.stop();
  await dendrite?.close();
  await subnet?.close();
  folder.remove();
});

const fetchedCount = (count: number) =>
  eventually(
    `${count} adapters (${miner.lines.slice(-3).join(' | ')})`,
    () => logged('adapter fetched').length === count || null,
    {
      deadlineMs: START_MS,
      everyMs: 200,
    },
  );
const [GURUNG, SOLBERG, RIVERA] = ['dr-indra-gurung', 'dr-elin-solberg', 'dr-tomas-rivera'] as const;
const fetchedDir = join(data, 'adapters', 'fetched');
const files = (): string[] => readdirSync(fetchedDir).filter((name) => name.endsWith('.gguf'));

/** Of every twin: version 1 ships, version 2 has few words and no adapter, and the next ones have the same words. */
const [PLAIN, LAID, NEXT] = [2, 3, 4] as const;

async function twoTwinsSpeakWithTheirOwn(): Promise<void> {
  const adapters = [await publish(GURUNG, { seed: 1 }), await publish(SOLBERG, { seed: 2 })];
  await fetchedCount(2);
  const first = [await ask(GURUNG, LAID), await ask(SOLBERG, LAID)];
  expect(first.map(({ adapter, state }) => [adapter, state])).toEqual(adapters.map((sha256) => [sha256, 'adapter']));
  expect([await ask(GURUNG, LAID), await ask(SOLBERG, LAID)]).toEqual(first);
  const base = [await ask(GURUNG, PLAIN), await ask(SOLBERG, PLAIN)];
  expect(base.map(({ adapter, state }) => [adapter, state])).toEqual(Array(2).fill([null, 'none']));
  const texts = [...first, ...base].map(({ text }) => text);
  expect(texts.every((text) => text.length > 0)).toBe(true);
  expect(texts[0]).not.toBe(texts[1]);
  expect(texts[0]).not.toBe(texts[2]);
  expect(texts[1]).not.toBe(texts[3]);
}

async function anEmptyAdapterChangesNothing(): Promise<void> {
  const sha256 = await publish(RIVERA, { seed: null });
  await fetchedCount(3);
  const laid = await ask(RIVERA, LAID);
  expect(laid.adapter).toBe(sha256);
  expect(laid.text).toBe((await ask(RIVERA, PLAIN)).text);
}

async function anAdapterForAnotherModelIsLeftAlone(): Promise<void> {
  await publish(RIVERA, { seed: 3 }, 'meta-llama/Llama-3.1-8B-Instruct');
  const isServed = (line: Record<string, unknown>): boolean => line.id === RIVERA && line.version === NEXT;
  await eventually('the next version', () => logged('twin is served').find(isServed) ?? null, {
    deadlineMs: START_MS,
    everyMs: 200,
  });
  expect(await ask(RIVERA, NEXT)).toEqual({ ...(await ask(RIVERA, PLAIN)), state: 'wrong_base' });
  expect(logged('twin answers with the base model alone').at(-1)).toMatchObject({ id: RIVERA, why: 'wrong_base' });
}

async function aChangedByteIsNeverLoaded(): Promise<void> {
  const base = (await ask(GURUNG, PLAIN)).text;
  const { adapter } = await ask(GURUNG, LAID);
  const file = join(fetchedDir, `${String(adapter)}.gguf`);
  const bytes = readFileSync(file);
  bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(await ask(GURUNG, LAID)).toMatchObject({ text: base, adapter: null });
}

async function aWithdrawnTwinTakesItsAdapterAlong(): Promise<void> {
  const before = files().length;
  gateway.parts.twins.withdraw(SOLBERG, 'a wrong note');
  await eventually('one file fewer', () => files().length === before - 1 || null, { deadlineMs: 30_000, everyMs: 200 });
}

it('a miner fetches the adapters of its twins from the gateway, and answers as each with its own', async () => {
  gateway = await runGateway([`--gateway.adapters=${shelf}`]);
  for (const id of [GURUNG, SOLBERG, RIVERA]) gateway.parts.twins.import(await shortPack(id));
  miner = startMiner();
  await twoTwinsSpeakWithTheirOwn();
  await anEmptyAdapterChangesNothing();
  await anAdapterForAnotherModelIsLeftAlone();
  await aChangedByteIsNeverLoaded();
  await aWithdrawnTwinTakesItsAdapterAlong();
});
