import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { freePort, NodeChild, type SmallDisk, smallDisk, temporaryFolder, WebhookServer } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { Dendrite } from '@bettertherapy/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINER_IP } from '../chaos/subnet.js';
import { Channel } from './discord.js';
import { JudgeServer } from './judgeServer.js';

const SOON = 60_000;
const BLOCK_MS = 100;

/** Every incident of a miner, by what really causes it. */
describe('a miner that tells Discord', () => {
  const folder = temporaryFolder('miner-incidents');
  const disk: SmallDisk | null = smallDisk(32);
  const webhook = new WebhookServer({ limit: 5, windowMs: 2_000 });
  const channel = new Channel(webhook);
  let model: JudgeServer;
  let localnet: Localnet;
  let subnet: TestSubnet;
  let miner: NodeChild;
  let port = 0;

  const chainAt = (chainPort: number) =>
    startLocalnet(
      { dataDir: join(folder.path, 'chain'), port: chainPort, blockMs: BLOCK_MS },
      { clock: systemClock, log: silentLogger },
    );

  async function ask(): Promise<boolean> {
    const signer = await subnet.hotkey('validator');
    const { address } = await subnet.hotkey('miner');
    const dendrite = new Dendrite({ signer }, { clock: systemClock, log: silentLogger, metrics: null });
    try {
      const target = { hotkey: address, ip: MINER_IP, port, protocol: 'btauth1' } as const;
      const terms = { deadlineMs: 20_000, signal: new AbortController().signal };
      return (await dendrite.query(target, { prompt: 'Why do I sleep badly?', requestId: 'r' }, terms)).ok;
    } finally {
      await dendrite.close();
    }
  }

  beforeAll(async () => {
    await webhook.start();
    port = await freePort();
    model = await JudgeServer.start(() => null);
    model.says =
      'That sounds tiring. Go to bed only when you are sleepy, and get up at the same time each day. '.repeat(4);
    localnet = await chainAt(0);
    const names = ['miner', 'validator', 'guest'];
    subnet = await TestSubnet.start({ folder: folder.path, names, tempo: 30, url: localnet.url });
    await subnet.set('sudo_set_immunity_period', 1);
    // Registered first, it is the first to make room.
    await subnet.register('miner');
    await subnet.register('validator');
    await subnet.stake('validator', 1_000);
    const data = disk?.path ?? join(folder.path, 'data');
    mkdirSync(data, { recursive: true });
    miner = new NodeChild({
      args: [
        'apps/miner/dist/main.js',
        ...['--netuid', String(subnet.netuid), '--subtensor.chain_endpoint', subnet.url, '--data.dir', data],
        ...['--wallet.path', subnet.wallets, '--wallet.name', 'miner', '--wallet.hotkey', 'default'],
        ...['--model.backend', 'openai', '--model.base_url', model.url, '--model.name', 'some-model'],
        ...['--axon.ip', MINER_IP, '--axon.external_ip', MINER_IP, '--axon.port', String(port)],
        ...['--health.port', 'off', '--logging.json', '--logging.debug'],
      ],
      env: { BT_DISCORD_WEBHOOK: webhook.url },
    });
    await miner.waitForLine(/"msg":"miner serving"/, SOON);
  });

  afterAll(async () => {
    await miner?.stop();
    await subnet?.close();
    await localnet?.close();
    await model?.die();
    await webhook.close();
    disk?.remove();
    folder.remove();
  });

  it('of a model that gives no answers, until it gives one', async () => {
    expect(await ask()).toBe(true);
    await model.die();
    for (const nth of [1, 2, 3]) expect(await ask(), `question ${nth}`).toBe(false);
    await channel.isTold(0, 'model_failing');
    await model.revive();
    expect(await ask()).toBe(true);
    await channel.isOver(0, 'model_failing');
  });

  it('of a registration that is lost and a disk that fills up', async ({ skip }) => {
    if (!disk) return skip('this user may not mount a file system');
    const from = channel.length;
    disk.fill();
    const { neurons } = await subnet.chain.metagraph(subnet.netuid);
    await subnet.set('sudo_set_max_allowed_uids', neurons.length);
    await subnet.register('guest');
    await channel.isTold(from, 'deregistration_risk', 'disk_low');
    disk.clear();
    await subnet.set('sudo_set_max_allowed_uids', neurons.length + 1);
    await subnet.register('miner');
    await channel.isOver(from, 'deregistration_risk', 'disk_low');
  });

  it('of a chain that nobody reaches', async () => {
    const from = channel.length;
    const chainPort = localnet.port;
    await localnet.close();
    await channel.isTold(from, 'chain_unreachable');
    localnet = await chainAt(chainPort);
    await channel.isOver(from, 'chain_unreachable');
  });

  it('within the limits of Discord, and never logs the address of the webhook', async () => {
    expect(webhook.overLimit).toBe(0);
    miner.kill('SIGTERM');
    expect(await miner.waitForExit(SOON)).toEqual({ code: 0, signal: null });
    expect(miner.lines.length).toBeGreaterThan(20);
    expect(miner.lines.filter((line) => line.includes('secret-part'))).toEqual([]);
  });
});
