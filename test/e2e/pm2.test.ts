import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { migrate, openStore } from '@bettertherapy/store';
import { eventually, freePort, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { Dendrite } from '@bettertherapy/transport';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MODEL = 'smollm2-135m-instruct-q4_1';
const MINER_IP = '127.0.0.2';
const MINUTE = 60_000;
const run = promisify(execFile);
const folder = temporaryFolder('pm2');
const migrationsDir = join(repositoryRoot, 'migrations');
const database = join(folder.path, 'validator', 'validator.sqlite');
/** Undefined only when the set-up failed. */
let subnet: TestSubnet;
let port = 0;
let minerHealthPort = 0;

interface Pm2Process {
  readonly name: string;
  readonly pm2_env: { readonly status: string; readonly exit_code?: number; readonly restart_time: number };
}

/** Runs pm2 with a home of its own, so that no other pm2 of this machine sees it. */
async function pm2(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(repositoryRoot, 'node_modules/pm2/bin/pm2'), ...args], {
    cwd: repositoryRoot,
    timeout: 2 * MINUTE,
    maxBuffer: 16 * 2 ** 20,
    env: {
      ...process.env,
      PM2_HOME: join(folder.path, 'pm2'),
      BT_RUN_MINER: '1',
      BT_NETUID: String(subnet.netuid),
      BT_SUBTENSOR_NETWORK: 'local',
      BT_SUBTENSOR_CHAIN_ENDPOINT: subnet.url,
      BT_WALLET_PATH: subnet.wallets,
      BT_VALIDATOR_WALLET_NAME: 'validator',
      BT_MINER_WALLET_NAME: 'miner',
      BT_VALIDATOR_DATA_DIR: join(folder.path, 'validator'),
      BT_MINER_DATA_DIR: join(folder.path, 'miner'),
      BT_VALIDATOR_MODEL_NAME: MODEL,
      BT_MINER_MODEL_NAME: MODEL,
      BT_VALIDATOR_MODEL_THREADS: '1',
      BT_MINER_MODEL_THREADS: '1',
      BT_VALIDATOR_JUDGE_EXAM: 'off',
      BT_VALIDATOR_NEURON_ROUND_INTERVAL: '3600',
      BT_AXON_IP: MINER_IP,
      BT_AXON_EXTERNAL_IP: MINER_IP,
      BT_AXON_PORT: String(port),
      BT_MINER_HEALTH_PORT: String(minerHealthPort),
    },
  });
  return stdout;
}

async function processNamed(name: string): Promise<Pm2Process> {
  // pm2 may print a banner before the JSON; the list is the line that starts with a bracket.
  const line = (await pm2('jlist')).split('\n').findLast((text) => text.startsWith('['));
  // The shape is pm2's; the assertions below are what checks it.
  const list = JSON.parse(line ?? '[]') as Pm2Process[];
  const found = list.find((one) => one.name === name);
  if (!found) throw new Error(`pm2 does not know ${name}`);
  return found;
}

async function logHas(name: string, message: string, deadlineMs = 3 * MINUTE): Promise<void> {
  await eventually(
    `${name} to log "${message}"`,
    async () => (await pm2('logs', name, '--nostream', '--raw', '--lines', '200')).includes(message),
    { deadlineMs, everyMs: 500 },
  );
}

beforeAll(async () => {
  subnet = await TestSubnet.start({ folder: folder.path, names: ['validator', 'miner'] });
  port = await freePort();
  minerHealthPort = await freePort();
  await subnet.register('validator');
  await subnet.register('miner');
  await subnet.stake('validator', 1_000);
  migrate({ file: database, migrationsDir });
  await pm2('start', 'ecosystem.config.cjs');
});

afterAll(async () => {
  await pm2('kill');
  await subnet?.close();
  folder.remove();
});

describe('ecosystem.config.cjs under pm2', () => {
  it('runs validator and miner, and the miner answers', async () => {
    await logHas('miner', 'axon published');
    await logHas('validator', 'validator running');
    expect((await processNamed('miner')).pm2_env.status).toBe('online');
    expect((await processNamed('validator')).pm2_env.status).toBe('online');
  });

  it('lets the answer under way finish when the miner is stopped, and does not start it again', async () => {
    const signer = await subnet.hotkey('validator');
    const dendrite = new Dendrite({ signer }, { clock: systemClock, log: silentLogger, metrics: null });
    const { address } = await subnet.hotkey('miner');
    const answer = dendrite.query(
      { hotkey: address, ip: MINER_IP, port, protocol: 'btauth1' },
      { prompt: 'I lie awake for an hour every night. What could I try before I see anybody?', requestId: 'drain' },
      { deadlineMs: MINUTE },
    );
    await eventually('the miner to work on the answer', async () => {
      const { body } = await request(`http://127.0.0.1:${minerHealthPort}/metrics`);
      return /^bt_axon_answers_running(\{.*\})? 1$/m.test(await body.text());
    });
    await pm2('stop', 'miner');
    expect(await answer).toMatchObject({ statusCode: 200, output: expect.stringMatching(/\w+ \w+/) });
    await dendrite.close();
    expect((await processNamed('miner')).pm2_env).toMatchObject({ status: 'stopped', restart_time: 0 });
    await logHas('miner', 'miner stopped');
  });

  it('lets the validator close its journal in order when it is stopped', async () => {
    await pm2('stop', 'validator');
    expect((await processNamed('validator')).pm2_env).toMatchObject({ status: 'stopped', restart_time: 0 });
    await logHas('validator', 'validator stopped');
    const store = openStore({ file: database, migrationsDir, identity: null, readonly: true });
    expect(store.integrityProblems()).toEqual([]);
    await store.close();
  });
});
