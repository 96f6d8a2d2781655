import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { type Clock, silentLogger, systemClock } from '@bettertherapy/core';
import { startLocalnet } from '@bettertherapy/localnet';
import { openStore } from '@bettertherapy/store';
import { eventually, freePort, OtlpCollector, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { createHotkey } from '@bettertherapy/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/command.js';
import { findCommand } from '../../src/commandList.js';
import type { Finding } from '../../src/doctor/finding.js';
import { nobody } from '../support/nobody.js';

const MODEL = 'smollm2-135m-instruct-q4_1';
const HOUR_MS = 3_600_000;
const folder = temporaryFolder('doctor');
const place = (name: string): string => join(folder.path, name);
/** Undefined only when the set-up failed. */
let subnet: TestSubnet;

beforeAll(async () => {
  subnet = await TestSubnet.start({ folder: folder.path, names: ['validator', 'miner', 'poor', 'stranger'] });
  for (const name of ['validator', 'miner', 'poor']) await subnet.register(name);
  await subnet.stake('validator', 100);
  const validator = (await subnet.hotkey('validator')).address;
  await eventually('the permit', () => subnet.chain.validatorPermit(subnet.netuid, validator), { deadlineMs: 60_000 });
});
afterAll(async () => {
  await subnet?.close();
  folder.remove();
});

interface Run {
  readonly code: number;
  readonly out: string;
}

async function bt(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const found = findCommand(words);
  if (found === null) throw new TypeError(`no command ${words.join(' ')}`);
  const printed: string[] = [];
  const context: CommandContext = {
    input: {
      argv: words,
      env: { PATH: process.env.PATH, ...env },
      cwd: folder.path,
      terminal: false,
      columns: 80,
      readText: () => null,
    },
    terminal: nobody,
    out: (text) => void printed.push(text),
    note: () => undefined,
    log: silentLogger,
    signal: new AbortController().signal,
  };
  return { code: await found.command.run(found.rest, context), out: printed.join('') };
}

type Flags = Readonly<Record<string, string>>;

/** A daemon with nothing wrong, once its database is there. */
function healthy(as: 'miner' | 'validator'): Flags {
  return {
    netuid: String(subnet.netuid),
    'subtensor.network': 'local',
    'subtensor.chain_endpoint': subnet.url,
    'wallet.path': subnet.wallets,
    'wallet.name': as,
    'model.name': MODEL,
    'model.cache_dir': join(repositoryRoot, '.cache/models'),
    'data.dir': place(as),
    ...(as === 'miner' ? { 'axon.ip': '127.0.0.2', 'axon.external_ip': '127.0.0.2', 'axon.port': '0' } : {}),
  };
}

async function doctor(as: 'miner' | 'validator', changes: Flags = {}) {
  const flags = Object.entries({ ...healthy(as), ...changes }).map(([name, value]) => `--${name}=${value}`);
  const { code, out } = await bt(['doctor', '--json', `--as=${as}`, ...flags]);
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] };
  expect(code).toBe(ok ? 0 : 1);
  const not = (state: Finding['state']) => findings.filter((finding) => finding.state === state);
  return {
    out,
    findings,
    faults: not('fail'),
    warnings: not('warn'),
    of: (id: string) => findings.find((one) => one.id === id),
  };
}

/** Runs the command that a finding names, as the operator would. */
async function mend(finding: Finding | undefined): Promise<void> {
  const words = (finding?.fix ?? '').replace(/^pnpm (bt )?/, '').split(' ');
  expect((await bt(words)).code, finding?.fix ?? '').toBe(0);
}

describe('a machine with nothing wrong', () => {
  it('first has no database; the command that is named makes it; then the validator is well in every line', async () => {
    const before = await doctor('validator');
    expect(before.faults).toMatchObject([{ id: 'database', fix: expect.stringContaining('pnpm migrate --data.dir') }]);
    await mend(before.faults[0]);
    const after = await doctor('validator');
    expect(after.faults).toEqual([]);
    const ids = 'node settings gpu memory model disk wallet chain clock subnet registration stake permit database';
    expect(after.findings.map(({ id }) => id)).toEqual(ids.split(' '));
  });

  it('is well for a miner, reachable under its address, without lines that are for validators or were not asked for', async () => {
    const port = String(await freePort());
    const { faults, warnings, findings, of } = await doctor('miner', { 'axon.port': port });
    expect([...faults, ...warnings].filter(({ id }) => id !== 'gpu')).toEqual([]);
    expect(of('axon_reachable')).toMatchObject({ state: 'ok', text: expect.stringContaining(`127.0.0.2:${port}`) });
    const ids = findings.map(({ id }) => id);
    for (const absent of ['stake', 'permit', 'discord', 'wandb', 'traces']) expect(ids).not.toContain(absent);
  });
});

describe('a daemon that runs', () => {
  it('is no fault: its database is owned and its port in use', async () => {
    const dir = place('running');
    await bt(['migrate', '--app', 'miner', '--data.dir', dir]);
    const identity = {
      genesis: subnet.chain.genesisHash,
      netuid: subnet.netuid,
      hotkey: (await subnet.hotkey('miner')).address,
    };
    const migrationsDir = join(repositoryRoot, 'migrations');
    const store = openStore({ file: join(dir, 'miner.sqlite'), migrationsDir, identity, owner: 'miner' });
    const axon = createTcpServer((socket) => socket.end());
    await new Promise<void>((resolve) => axon.listen(0, '127.0.0.2', () => resolve()));
    const { port } = axon.address() as AddressInfo;
    const { faults, of } = await doctor('miner', { 'data.dir': dir, 'axon.port': String(port) });
    await store.close();
    await new Promise((resolve) => axon.close(resolve));
    expect(faults).toEqual([]);
    expect(of('database')?.text).toContain(`in use by process ${process.pid}`);
    expect(of('axon_port')?.text).toContain('the daemon runs');
    expect(of('axon_reachable')?.state).toBe('ok');
  });
});

describe('one broken thing is named, with what mends it', () => {
  /** What is broken, for whom, how, the line that must say so, and its fix. */
  it.each<[string, 'miner' | 'validator', () => Flags | Promise<Flags>, string, RegExp]>([
    ['a flag that does not exist', 'miner', () => ({ netuit: '7' }), 'settings', /--netuid/],
    ['a value that is none', 'validator', () => ({ 'neuron.timeout': 'soon' }), 'settings', /--help/],
    [
      'a wallet that is not there',
      'miner',
      () => ({ 'wallet.name': 'nobody' }),
      'wallet',
      /^pnpm bt wallet new-hotkey --wallet\.name nobody/,
    ],
    [
      'a hotkey that is not registered',
      'miner',
      () => ({ 'wallet.name': 'stranger' }),
      'registration',
      /^pnpm bt subnet register --netuid \d+ .*--wallet\.name stranger/,
    ],
    [
      'a validator without stake',
      'validator',
      () => ({ 'wallet.name': 'poor', 'data.dir': place('validator') }),
      'stake',
      /^pnpm bt stake add .*--wallet\.name poor/,
    ],
    [
      'a chain that does not answer',
      'miner',
      async () => ({ 'subtensor.chain_endpoint': `ws://127.0.0.1:${await freePort()}` }),
      'chain',
      /--subtensor\.chain_endpoint/,
    ],
    ['a subnet that does not exist', 'miner', () => ({ netuid: '77' }), 'subnet', /^pnpm bt subnet list/],
    ['a model file that was changed', 'miner', changedModel, 'model', /^rm .*\.gguf && pnpm bt models fetch/],
    ['a model that nobody knows', 'miner', () => ({ 'model.name': 'llama-9' }), 'model', /^pnpm bt models list/],
    [
      'a model server that is down',
      'miner',
      async () => ({ 'model.backend': 'openai', 'model.base_url': `http://127.0.0.1:${await freePort()}/v1` }),
      'model',
      /--model\.base_url/,
    ],
    [
      'a database that is too old',
      'validator',
      () => ({ 'data.dir': place('empty') }),
      'database',
      /^pnpm migrate --data\.dir/,
    ],
    ["another hotkey's database", 'validator', othersDatabase, 'database', /--data\.dir/],
    ['a file that is not there', 'validator', () => ({ 'bank.path': place('no.jsonl') }), 'bank_path', /--bank\.path/],
  ])('%s', async (_what, as, breakIt, id, fix) => {
    const { faults } = await doctor(as, await breakIt());
    expect(faults.filter((one) => one.id === id)).toMatchObject([{ state: 'fail', fix: expect.stringMatching(fix) }]);
    // Nothing else is called broken.
    expect(faults).toHaveLength(1);
  });

  function changedModel(): Flags {
    mkdirSync(place('models'), { recursive: true });
    writeFileSync(join(place('models'), `${MODEL}.gguf`), 'GGUF and then something else');
    return { 'model.cache_dir': place('models') };
  }

  async function othersDatabase(): Promise<Flags> {
    const migrationsDir = join(repositoryRoot, 'migrations');
    const dir = place('others');
    await bt(['migrate', '--data.dir', dir]);
    const identity = {
      genesis: subnet.chain.genesisHash,
      netuid: subnet.netuid,
      hotkey: (await subnet.hotkey('miner')).address,
    };
    await openStore({ file: join(dir, 'validator.sqlite'), migrationsDir, identity }).close();
    return { 'data.dir': dir };
  }

  it('a port that another program has', async () => {
    const other = createTcpServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.2', () => resolve()));
    const { port } = other.address() as AddressInfo;
    const { of } = await doctor('miner', { 'axon.port': String(port) });
    expect(of('axon_port')).toMatchObject({
      state: 'fail',
      fix: expect.stringContaining(`ss -ltnp 'sport = :${port}'`),
    });
    await new Promise((resolve) => other.close(resolve));
  });

  it('a public address that leads elsewhere', async () => {
    const { of } = await doctor('miner', { 'axon.port': String(await freePort()), 'axon.external_ip': '127.0.0.3' });
    expect(of('axon_reachable')).toMatchObject({
      state: 'warn',
      fix: expect.stringContaining('curl -m 5 http://127.0.0.3:'),
    });
  });

  it('a key that others may read', async () => {
    const file = join(subnet.wallets, 'miner', 'hotkeys', 'default');
    chmodSync(file, 0o644);
    expect((await doctor('miner')).of('wallet')).toMatchObject({ state: 'warn', fix: `chmod 600 ${file}` });
    chmodSync(file, 0o600);
    expect((await doctor('miner')).of('wallet')).toMatchObject({ state: 'ok' });
  });

  it('a clock that is an hour behind the chain', async () => {
    const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + HOUR_MS };
    const ahead = await startLocalnet({ dataDir: null, port: 0, blockMs: 250 }, { clock, log: silentLogger });
    try {
      const { of } = await doctor('miner', { netuid: '1', 'subtensor.chain_endpoint': ahead.url });
      expect(of('clock')).toMatchObject({
        state: 'fail',
        text: expect.stringContaining('3600 s behind'),
        fix: 'sudo timedatectl set-ntp true',
      });
    } finally {
      await ahead.close();
    }
  });
});

describe('the commands that are named', () => {
  it('bring a stranger to a registered validator with a permit, one after the other', async () => {
    await createHotkey({ root: subnet.wallets, name: 'stranger', hotkey: 'new' });
    const newcomer = { 'wallet.name': 'stranger', 'wallet.hotkey': 'new', 'data.dir': place('newcomer') };
    const seen: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      const { faults } = await doctor('validator', newcomer);
      const [first] = faults;
      if (first === undefined) break;
      seen.push(first.id);
      const fix = first.fix?.replace('--amount TAO', '--amount 200').replace(/ \(when it is still none.*/, '') ?? '';
      await mend({ ...first, fix });
    }
    expect(seen.filter((id) => id !== 'permit')).toEqual(['registration', 'stake', 'database']);
    expect((await doctor('validator', newcomer)).faults).toEqual([]);
  });
});

describe('services, when they are configured', () => {
  /** Discord and wandb as far as the doctor asks them. */
  let server: Server;
  let url: string;
  const status = { webhook: 200, viewer: '{"data":{"viewer":{"id":"x"}}}' };
  beforeAll(async () => {
    server = createServer((request, reply) => {
      if (request.url === '/api/webhooks/1/secret-part') reply.writeHead(status.webhook).end('{}');
      else if (request.method === 'POST' && request.url === '/graphql') reply.writeHead(200).end(status.viewer);
      else reply.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('a collector of traces is OK when it takes them, named when it does not, and of both daemons', async () => {
    const collector = new OtlpCollector();
    await collector.start();
    const flags = { 'otel.endpoint': collector.url };
    try {
      expect((await doctor('validator', flags)).of('traces')).toMatchObject({ state: 'ok' });
      collector.status = 401;
      expect((await doctor('miner', flags)).of('traces')).toMatchObject({
        state: 'warn',
        fix: expect.stringContaining('--otel.headers'),
      });
    } finally {
      await collector.close();
    }
    expect((await doctor('miner', flags)).faults).toMatchObject([
      { id: 'traces', fix: expect.stringContaining('--otel.endpoint') },
    ]);
  });

  it('are OK when they answer, and named when they do not, without the address of the webhook', async () => {
    const flags = () => ({
      'discord.webhook': `${url}/api/webhooks/1/secret-part`,
      'wandb.api_key': 'k'.repeat(40),
      'wandb.base_url': url,
    });
    const good = await doctor('miner', flags());
    expect([good.of('discord')?.state, good.of('wandb')?.state]).toEqual(['ok', 'ok']);
    status.webhook = 404;
    status.viewer = '{"data":{"viewer":null}}';
    const bad = await doctor('miner', flags());
    expect(bad.faults).toMatchObject([
      { id: 'discord', fix: expect.stringContaining('--discord.webhook') },
      { id: 'wandb', fix: expect.stringContaining('WANDB_API_KEY') },
    ]);
    for (const { out } of [good, bad]) expect(out).not.toContain('secret-part');
    const down = await doctor('miner', {
      'discord.webhook': `http://127.0.0.1:${await freePort()}/api/webhooks/1/secret-part`,
    });
    expect(down.of('discord')).toMatchObject({ state: 'fail' });
    expect(down.out).not.toContain('secret-part');
  });
});
