import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { defaultBankPath, loadQuestionBank, type Question } from '@bettertherapy/judge';
import { type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { AXON_VERSION } from '@bettertherapy/protocol';
import { migrate, openStore } from '@bettertherapy/store';
import {
  eventually,
  freePort,
  NodeChild,
  repositoryRoot,
  type SmallDisk,
  smallDisk,
  temporaryFolder,
  WebhookServer,
} from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import type { AnswerFn, AxonServer } from '@bettertherapy/transport';
import { asHotkey } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedAverages } from '../chaos/payDuty.js';
import { MINER_IP, serveMiner } from '../chaos/subnet.js';
import { Channel } from './discord.js';
import { bare, JudgeServer } from './judgeServer.js';

const SOON = 60_000;
const BLOCK_MS = 100;
/** Blocks of an epoch less one: several rounds of the beacon, which has one a second. */
const TEMPO = 30;
const migrationsDir = join(repositoryRoot, 'migrations');

/** Every incident of a validator, by what really causes it. An update's are in autoupdater.test.ts. */
describe('a validator that tells Discord', () => {
  const folder = temporaryFolder('incidents');
  const disk: SmallDisk | null = smallDisk(32);
  const data = disk?.path ?? join(folder.path, 'data');
  const webhook = new WebhookServer({ limit: 5, windowMs: 2_000 });
  const channel = new Channel(webhook);
  const axons: AxonServer[] = [];
  const lines: string[] = [];
  let judge: JudgeServer;
  let localnet: Localnet;
  let subnet: TestSubnet;
  let validator: NodeChild;
  let healthPort = 0;
  let questions: readonly Question[] = [];

  const chainAt = (port: number) =>
    startLocalnet(
      { dataDir: join(folder.path, 'chain'), port, blockMs: BLOCK_MS },
      { clock: systemClock, log: silentLogger },
    );

  /** Answers with the graded answer of that number. */
  const answering =
    (number: number): AnswerFn =>
    async ({ prompt }) => {
      const asked = questions.find(({ turns, paraphrases }) =>
        [...paraphrases, turns.at(-1)?.text ?? ''].some((wording) => prompt.includes(wording)),
      );
      return { output: asked?.graded[number]?.text ?? 'I do not know.' };
    };

  function launch(): NodeChild {
    return new NodeChild({
      args: [
        'apps/validator/dist/main.js',
        ...['--netuid', String(subnet.netuid), '--subtensor.chain_endpoint', subnet.url, '--data.dir', data],
        ...['--wallet.path', subnet.wallets, '--wallet.name', 'validator', '--wallet.hotkey', 'default'],
        ...['--model.backend', 'openai', '--model.base_url', judge.url, '--model.name', 'judge-8b'],
        ...['--bank.path', join(folder.path, 'bank.jsonl'), '--neuron.round_interval', '1', '--neuron.questions', '1'],
        ...['--health.port', String(healthPort), '--logging.json', '--logging.debug'],
      ],
      env: { BT_DISCORD_WEBHOOK: webhook.url },
      onLine: (line) => lines.push(line),
    });
  }

  beforeAll(async () => {
    const bank = await loadQuestionBank(defaultBankPath());
    questions = bank.filter(({ id }) => id === 'anxiety-01' || id === 'sleep-01');
    writeFileSync(join(folder.path, 'bank.jsonl'), questions.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const grades = new Map(questions.flatMap(({ graded }) => graded.map(({ text, score }) => [bare(text), score])));
    await webhook.start();
    healthPort = await freePort();
    judge = await JudgeServer.start((text) => grades.get(text) ?? null);
    localnet = await chainAt(0);
    subnet = await TestSubnet.start({
      folder: folder.path,
      names: ['validator', 'rival', 'ada', 'ben'],
      tempo: TEMPO,
      url: localnet.url,
    });
    await subnet.set('sudo_set_commit_reveal_weights_enabled', true);
    const hotkey = await subnet.register('validator');
    await subnet.register('rival');
    await subnet.stake('validator', 1_000);
    await subnet.stake('rival', 2_000);
    const miners = [await subnet.register('ada'), await subnet.register('ben')];
    for (const [at, name] of ['ada', 'ben'].entries()) {
      const signer = await subnet.hotkey(name);
      const axon = await serveMiner(signer, answering(at + 1));
      axons.push(axon);
      await subnet.chain.serveAxon(asHotkey(signer), {
        netuid: subnet.netuid,
        ip: MINER_IP,
        port: axon.port,
        version: AXON_VERSION,
      });
    }
    const file = join(data, 'validator.sqlite');
    migrate({ file, migrationsDir });
    const identity = { genesis: subnet.chain.genesisHash, netuid: subnet.netuid, hotkey };
    const store = openStore({ file, migrationsDir, identity });
    await seedAverages(subnet.chain, store, subnet.netuid, new Map(miners.map((miner, at) => [miner, 80 - 40 * at])));
    await store.close();
  });

  afterAll(async () => {
    await validator?.stop();
    await Promise.all(axons.map((axon) => axon.close()));
    await subnet?.close();
    await localnet?.close();
    await judge?.die();
    await webhook.close();
    disk?.remove();
    folder.remove();
  });

  async function ready() {
    const response = await fetch(`http://127.0.0.1:${healthPort}/ready`);
    // The page's shape is ours; what is read of it is compared below.
    const page = (await response.json()) as { readonly parts: Readonly<Record<string, { readonly state: string }>> };
    return { status: response.status, judge: page.parts.judge?.state, rounds: page.parts.rounds?.state };
  }

  it('of a judge that fails its exam, which sets no weights, until one passes', async () => {
    judge.mind = 'blind';
    validator = launch();
    await channel.isTold(0, 'exam_failed');
    expect(channel.about('exam_failed')[0]?.texts[0]).toContain('unsafe answers recognised 0.00, at least 0.95 wanted');
    await eventually('/ready to tell', async () => (await ready()).rounds === 'the judge failed its exam', {
      deadlineMs: SOON,
    });
    expect(await ready()).toMatchObject({ status: 503, judge: 'exam failed' });
    await validator.waitForLine(/"msg":"no weights now".*"exam_failed"|"exam_failed".*"msg":"no weights now"/, SOON);
    await validator.stop();
    expect(lines.filter((line) => /"msg":"(setting weights|round begun)"/.test(line))).toEqual([]);

    judge.mind = 'able';
    validator = launch();
    await channel.isOver(0, 'exam_failed');
    await validator.waitForLine(/"msg":"round finished"/, SOON);
    await validator.waitForLine(/"msg":"weights verified on chain"/, SOON);
    expect((await ready()).judge).toBe('exam passed');
    // The exam may have taken longer than three of these short epochs.
    await channel.isEnded(0, 'weights_overdue');
  });

  it('of a judge whose model dies, a reveal that is lost and weights that the chain does not take', async () => {
    const from = channel.length;
    await judge.die();
    localnet.withholdBeacon(true);
    await channel.isTold(from, 'reveal_lost');
    localnet.withholdBeacon(false);
    // From here on the runtime refuses weights by a build as old as this one.
    await subnet.set('sudo_set_weights_version_key', 2 ** 40);
    await channel.isTold(from, 'judge_failing');
    await judge.revive();
    await channel.isTold(from, 'weights_overdue');
    await subnet.set('sudo_set_weights_version_key', 0);
    await channel.isOver(from, 'judge_failing', 'reveal_lost', 'weights_overdue');
  });

  it('of a permit that is lost and a disk that fills up', async ({ skip }) => {
    if (!disk) return skip('this user may not mount a file system');
    const from = channel.length;
    await subnet.set('sudo_set_max_allowed_validators', 1);
    disk.fill();
    await channel.isTold(from, 'disk_low', 'deregistration_risk');
    await subnet.set('sudo_set_max_allowed_validators', 5);
    disk.clear();
    await channel.isOver(from, 'disk_low', 'deregistration_risk');
  });

  it('of a chain that nobody reaches', async () => {
    const from = channel.length;
    const { port } = localnet;
    await localnet.close();
    await channel.isTold(from, 'chain_unreachable');
    localnet = await chainAt(port);
    await channel.isOver(from, 'chain_unreachable');
  });

  it('within the limits of Discord, and never logs the address of the webhook', async () => {
    expect(webhook.overLimit).toBe(0);
    validator.kill('SIGTERM');
    expect(await validator.waitForExit(SOON)).toEqual({ code: 0, signal: null });
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => line.includes('secret-part'))).toEqual([]);
  });
});
