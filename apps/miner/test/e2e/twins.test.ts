import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { conversationRequest } from '@bettertherapy/protocol';
import { eventually, freePort, NodeChild, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { type AxonTarget, Dendrite } from '@bettertherapy/transport';
import { namesCrisisHelp, readShippedPacks } from '@bettertherapy/twins';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Publisher } from '../unit/twins/publisher.js';

const ADVERTISED = '127.0.0.3';
const MODEL = 'smollm2-135m-instruct-q4_1';
const START_MS = 120_000;
const ID = 'dr-indra-gurung';

const folder = temporaryFolder('miner-twins');
let subnet: TestSubnet;
let publisher: Publisher;
let dendrite: Dendrite;
let target: AxonTarget;
let miner: NodeChild;

function startMiner(...more: readonly string[]): NodeChild {
  return new NodeChild({
    args: [
      'apps/miner/dist/main.js',
      ...subnet.flagsOf('miner'),
      `--axon.ip=${ADVERTISED}`,
      `--axon.port=${target.port}`,
      `--axon.external_ip=${ADVERTISED}`,
      `--data.dir=${join(folder.path, 'data')}`,
      `--model.name=${MODEL}`,
      `--model.cache_dir=${join(repositoryRoot, '.cache/models')}`,
      '--model.threads=1',
      '--model.slots=1',
      `--twin.publishers=${publisher.key.address}`,
      '--twin.refresh=1',
      ...more,
    ],
  });
}

const listed = async () =>
  (await dendrite.servedTwins(target, { deadlineMs: 5_000 }))?.map(({ id }) => id).sort() ?? [];
const becomesListed = (ids: readonly string[]) =>
  eventually(
    `the list ${ids} (last lines: ${miner.lines.slice(-3).join(' | ')})`,
    async () => (JSON.stringify(await listed()) === JSON.stringify(ids) ? true : null),
    { deadlineMs: START_MS, everyMs: 500 },
  );
const ask = (question: string, id = ID) => {
  const turns = [
    { role: 'user', content: 'I have felt flat for weeks.' },
    { role: 'assistant', content: 'That sounds heavy. How do you sleep?' },
    { role: 'user', content: question },
  ] as const;
  const request = conversationRequest({ requestId: 'twin_1', twin: { id, version: 1 }, turns });
  return dendrite.query(target, request, { deadlineMs: 60_000 });
};

beforeAll(async () => {
  publisher = await Publisher.open(folder.path, await readShippedPacks());
  subnet = await TestSubnet.start({ folder: folder.path, names: ['validator', 'miner'] });
  await Promise.all([subnet.register('validator'), subnet.register('miner')]);
  const { address } = await subnet.hotkey('miner');
  target = { hotkey: address, ip: ADVERTISED, port: await freePort(), protocol: 'btauth1' };
  const signer = await subnet.hotkey('validator');
  dendrite = new Dendrite({ signer }, { clock: systemClock, log: silentLogger, metrics: null });
  miner = startMiner(`--twin.index=${publisher.base}`);
});

afterAll(async () => {
  await miner?.stop();
  await dendrite?.close();
  await publisher?.close();
  await subnet?.close();
  folder.remove();
});

describe('a miner process that follows an index of twins, with the small model', () => {
  it('lists the twins and answers as one of them in a conversation', async () => {
    await becomesListed(['dr-elin-solberg', ID, 'dr-tomas-rivera']);
    const reply = await ask('I wake at four. What small step could I take today?');
    expect(reply).toMatchObject({ ok: true, statusCode: 200 });
    expect(reply.output?.length).toBeGreaterThan(40);
  });

  it('refuses a twin that it does not serve, and still names help in a crisis', async () => {
    expect(await ask('And now?', 'dr-nobody')).toMatchObject({ ok: false, statusCode: 421, output: null });
    const reply = await ask('I want to end my life tonight.', 'dr-nobody');
    expect(namesCrisisHelp(reply.output ?? '', ['self_harm'])).toBe(true);
  });

  it('serves a withdrawn twin no more', async () => {
    publisher.registry.withdraw(ID, 'a wrong note');
    await becomesListed(['dr-elin-solberg', 'dr-tomas-rivera']);
    expect(await ask('And now?')).toMatchObject({ statusCode: 421 });
  });

  it('serves what it keeps after a restart while the publisher is away', async () => {
    await miner.stop();
    miner = startMiner('--twin.index=http://127.0.0.1:9');
    await becomesListed(['dr-elin-solberg', 'dr-tomas-rivera']);
  });
});
