import { join } from 'node:path';
import { freePort, NodeChild, repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cli } from './cli.js';
import { shellBlocks } from './shellBlocks.js';

const BLOCK_MS = 250;
const START_MS = 60_000;
const PASSWORD = 'Correct-horse-7';
const LEGAL_WORDS = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

const folder = temporaryFolder('cli-e2e');
const cli = new Cli(folder.path);
/** Undefined only when the set-up failed. */
let chain: NodeChild;

beforeAll(async () => {
  const port = await freePort();
  const url = `ws://127.0.0.1:${port}`;
  const chainEnv = { BT_LOCALNET_PORT: String(port), BT_LOCALNET_BLOCK_MS: String(BLOCK_MS) };
  const [first = ''] = shellBlocks(DOCUMENT);
  const words = first.trim().split(' ');
  expect(words.slice(0, 4)).toEqual(['pnpm', 'bt', 'localnet', 'run']);
  chain = new NodeChild({
    args: [join(repositoryRoot, 'apps/cli/dist/main.js'), ...words.slice(2)],
    cwd: folder.path,
    env: chainEnv,
  });
  expect(await chain.waitForLine(/^ws:/, START_MS)).toBe(url);
  // The page says port 9944; here it is whichever is free.
  cli.env.BT_SUBTENSOR_CHAIN_ENDPOINT = url;
});

afterAll(async () => {
  await chain?.stop();
  folder.remove();
});

const DOCUMENT = join(repositoryRoot, 'docs/running_on_staging.md');

/** What the page's `export` lines say, for the commands after it. */
const LOCAL = { BT_SUBTENSOR_NETWORK: 'local', BT_WALLET_PATH: '.bettertherapy/staging/wallets' };

/** One command on the chain of the page. */
function bt(words: readonly string[], more: { readonly env?: Record<string, string>; readonly input?: string } = {}) {
  return cli.bt(words, { ...more, env: { ...LOCAL, ...more.env } });
}

async function json(...words: readonly string[]) {
  const { code, stdout, stderr } = await bt([...words, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('docs/running_on_staging.md', () => {
  const blocks = shellBlocks(DOCUMENT).slice(1);

  it.each(blocks.map((block, at) => [at + 2, block] as const))('block %i runs as printed:\n%s', async (_at, block) => {
    const { code, stderr } = await cli.sh(block);
    expect(code, stderr).toBe(0);
  });

  it('leads to a started subnet with an owner, a validator with a permit, and a miner that was paid', async () => {
    const graph = await json('subnet', 'metagraph', '--netuid', '2');
    const [owner, validator, miner] = graph.neurons;
    expect(graph.ownerHotkey).toBe(owner.hotkey);
    expect(validator).toMatchObject({ validatorPermit: true });
    expect(BigInt(validator.totalStake)).toBeGreaterThanOrEqual(100n * 10n ** 9n);
    expect(miner).toMatchObject({ incentive: 65_535 });
    expect(BigInt(miner.emission)).toBeGreaterThan(0n);
    const wallets = await json('wallet', 'list');
    const addressOf = (name: string) =>
      wallets.find((wallet: { name: string }) => wallet.name === name).hotkeys[0].address;
    expect([owner.hotkey, validator.hotkey, miner.hotkey]).toEqual(['owner', 'validator', 'miner'].map(addressOf));
  });

  it('leads to weights on chain and to the rules it set', async () => {
    const { rows } = await json('weights', 'show', '--netuid', '2');
    expect(rows).toMatchObject([{ uid: 1, weights: [{ uid: 2, value: 65_535 }] }]);
    const { subnet, chain: whole } = await json('subnet', 'hyperparameters', '--netuid', '2');
    expect(subnet).toMatchObject({ tempo: '20', weights_rate_limit: '1', commit_reveal_weights_enabled: false });
    expect(whole).toMatchObject({ admin_freeze_window: '0' });
  });

  it('leads to more TAO than the miner came with, less what registering cost', async () => {
    const [{ free }] = await json('wallet', 'balance', '--wallet.name', 'miner');
    expect(BigInt(free)).toBeGreaterThan(10n * 10n ** 9n);
  });
});

describe('a coldkey with a password', () => {
  const NAME = ['--wallet.name', 'careful'];
  const secret = { env: { BT_WALLET_PASSWORD: PASSWORD } };

  it('is not made without one when nobody can be asked', async () => {
    const { code, stderr } = await bt(['wallet', 'new-coldkey', ...NAME]);
    expect(code).toBe(2);
    expect(stderr).toContain('CLI_NO_TERMINAL');
    expect(stderr).toContain('BT_WALLET_PASSWORD');
  });

  it('takes it from the environment, and comes back from its piped words with the same address', async () => {
    const made = await bt(['wallet', 'regen', 'coldkey', ...NAME], {
      ...secret,
      input: LEGAL_WORDS,
    });
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const hot = await bt(['wallet', 'regen', 'hotkey', ...NAME], { input: `${LEGAL_WORDS}\n` });
    expect(hot.stdout).toBe(made.stdout);
    const again = await bt(['wallet', 'regen', 'hotkey', ...NAME], { input: LEGAL_WORDS });
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('WALLET_EXISTS');
  });

  it('registers by the very command that a miner prints, and only with the password', async () => {
    await json('wallet', 'fund', ...NAME, '--amount', '5.000000001');
    const words = 'subnet register --netuid 2 --subtensor.network local --wallet.name careful --wallet.hotkey default';
    const flags = [...words.split(' '), '--wallet.path', LOCAL.BT_WALLET_PATH];
    const locked = await cli.bt(flags);
    expect(locked.code).toBe(1);
    expect(locked.stderr).toContain('WALLET_PASSWORD_NEEDED');
    const { code, stdout, stderr } = await cli.bt(flags, secret);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/is uid 3 of subnet 2\nblock \d+, extrinsic 0x[0-9a-f]{64}\n$/);
    expect(stderr).toMatch(/price {2,}\d+\.\d+ TAO, and the fee\n {2}balance {4}5\.000000001 TAO/);
    const again = await cli.bt(flags);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('nothing was sent');
  });
});

describe('what is refused', () => {
  it.each<[string, readonly string[], number, string, RegExp]>([
    [
      'an unknown parameter',
      ['subnet', 'set', '--param', 'tempoo', '--value', '1'],
      2,
      'CLI_USAGE',
      /tempo, immunity_period/,
    ],
    [
      "the chain's own parameters without the sudo key",
      ['subnet', 'set', '--wallet.name', 'owner', '--param', 'weights_rate_limit', '--value', '1'],
      2,
      'CLI_USAGE',
      /--sudo --dev \/\/Alice/,
    ],
    [
      'a stranger who sets the rules',
      ['subnet', 'set', '--wallet.name', 'miner', '--param', 'kappa', '--value', '1'],
      1,
      'CHAIN_NOT_OWNER',
      /coldkey that owns the subnet/,
    ],
    ['an amount with too many decimals', ['stake', 'add', '--amount', '1.0000000001'], 2, 'CLI_USAGE', /nine decimals/],
    [
      'more than there is',
      ['stake', 'add', '--wallet.name', 'miner', '--amount', '1000000'],
      1,
      'CLI_NOT_ENOUGH_BALANCE',
      /wallet fund/,
    ],
    [
      'a question that nobody can answer',
      ['stake', 'add', '--wallet.name', 'miner', '--amount', '1', '--confirm'],
      2,
      'CLI_NO_TERMINAL',
      /--yes/,
    ],
    [
      'weights without a permit',
      ['weights', 'set', '--wallet.name', 'careful', '--uids', '2', '--weights', '1'],
      1,
      'CHAIN_NO_PERMIT',
      /stake/,
    ],
    [
      'a wallet that is not there',
      ['wallet', 'balance', '--wallet.name', 'nobody'],
      1,
      'WALLET_NOT_FOUND',
      /wallet create/,
    ],
  ])('%s', async (_what, words, code, error, remedy) => {
    const netuid = words[0] === 'wallet' ? [] : ['--netuid', '2'];
    const run = await bt([...words, ...netuid]);
    expect(run, run.stderr).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(error);
    expect(run.stderr).toMatch(remedy);
  });
});

describe('commit-reveal', () => {
  it('seals weights set by hand, and says when they open', async () => {
    await json(
      'subnet',
      'set',
      '--netuid',
      '2',
      '--sudo',
      '--dev',
      '//Alice',
      '--param',
      'commit_reveal_weights_enabled',
      '--value',
      'true',
    );
    const set = await json(
      'weights',
      'set',
      '--netuid',
      '2',
      '--wallet.name',
      'validator',
      '--uids',
      '2,3',
      '--weights',
      '3,1',
    );
    expect(set).toMatchObject({ mode: 'timelocked', uids: [2, 3], values: [65_535, 21_845] });
    expect(set.revealBlock).toBeGreaterThan(set.block);
    for (let epoch = 0; epoch < 3; epoch += 1) {
      const graph = await json('subnet', 'metagraph', '--netuid', '2', '--next_epoch');
      if (graph.block >= set.revealBlock) break;
    }
    const { rows, commitReveal } = await json('weights', 'show', '--netuid', '2');
    expect(commitReveal).toBe(true);
    expect(rows).toMatchObject([
      {
        uid: 1,
        weights: [
          { uid: 2, value: 65_535 },
          { uid: 3, value: 21_845 },
        ],
      },
    ]);
  });
});

describe('docs/running_on_testnet.md, on the chain of the other page', () => {
  const page = new Cli(join(folder.path, 'testnet'));
  const blocks = shellBlocks(join(repositoryRoot, 'docs/running_on_testnet.md'));

  beforeAll(() => {
    Object.assign(page.env, cli.env, { BT_NETUID: '2', BT_WALLET_PATH: 'wallets', BT_WALLET_PASSWORD: PASSWORD });
  });

  it.each(blocks.map((block, at) => [at + 1, block] as const))('block %i runs as printed:\n%s', async (_at, block) => {
    const [, newcomer] = /subnet register --wallet\.name (\w+)/.exec(block) ?? [];
    if (newcomer !== undefined) {
      // What the page leaves to somebody who has test TAO.
      const sent = await page.sh(`pnpm bt wallet fund --wallet.name ${newcomer} --amount 50`);
      expect(sent.code, sent.stderr).toBe(0);
    }
    const { code, stderr } = await page.sh(block);
    expect(code, stderr).toBe(0);
  });

  it('leads to a registered miner, and a validator whose stake came back', async () => {
    const graph = await json('subnet', 'metagraph', '--netuid', '2');
    const { stdout } = await page.bt(['wallet', 'list', '--json']);
    const names = new Map<string, string>(
      JSON.parse(stdout).map((wallet: { name: string; hotkeys: { address: string }[] }) => [
        wallet.hotkeys[0]?.address,
        wallet.name,
      ]),
    );
    const found = graph.neurons.filter(({ hotkey }: { hotkey: string }) => names.has(hotkey));
    expect(found.map(({ hotkey }: { hotkey: string }) => names.get(hotkey))).toEqual(['miner', 'validator']);
    const balance = await page.bt(['wallet', 'balance', '--wallet.name', 'validator', '--json']);
    const [{ free }] = JSON.parse(balance.stdout);
    expect(BigInt(free)).toBeGreaterThan(45n * 10n ** 9n);
  });
});
