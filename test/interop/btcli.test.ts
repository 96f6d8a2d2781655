import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ChainClient } from '@bettertherapy/chain';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { devAccount, type Localnet, startLocalnet } from '@bettertherapy/localnet';
import { temporaryFolder } from '@bettertherapy/testkit';
import { asHotkey, ready } from '@bettertherapy/wallet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEnvironment, pythonVariables } from './environment.js';
import { interopPart } from './part.js';

const TAO = 10n ** 9n;
const cli = await openEnvironment('cli');
const home = temporaryFolder('interop-btcli');

interopPart('btcli of bittensor-cli on our localnet', cli, () => {
  let localnet: Localnet;
  let client: ChainClient;
  let netuid = 0;

  /** Runs one command against the localnet; its JSON. */
  async function btcli(...words: string[]): Promise<unknown> {
    if (!cli.ok) throw new Error(cli.reason);
    const start = ['-c', 'from bittensor_cli.cli import main; main()'];
    const where = ['--network', localnet.url, '--json-output'];
    const { stdout } = await promisify(execFile)(cli.python, [...start, ...words, ...where], {
      env: pythonVariables(home.path),
      cwd: home.path,
      timeout: 60_000,
    });
    // It breaks long lines at the width of a terminal, also inside its JSON.
    const json = stdout.slice(stdout.search(/[[{]/)).replaceAll('\n', '');
    return JSON.parse(json);
  }

  beforeAll(async () => {
    await ready();
    const parts = { clock: systemClock, log: silentLogger };
    localnet = await startLocalnet({ dataDir: null, port: 0, blockMs: 200 }, parts);
    client = await ChainClient.open({ endpoints: [localnet.url] }, { ...parts, metrics: null });
    const owner = devAccount('Bob');
    ({ netuid } = await client.registerNetwork(owner, { hotkey: asHotkey(devAccount('Charlie')).address }));
    await client.startCall(owner, { netuid });
    await client.addStake(owner, { hotkey: asHotkey(devAccount('Charlie')).address, netuid, rao: 250n * TAO });
  });
  afterAll(async () => {
    await client?.close();
    await localnet?.close();
    home.remove();
  });

  it('lists our subnets', async () => {
    const { subnets, ...totals } = (await btcli('subnets', 'list')) as {
      subnets: Record<string, { netuid: number; alpha_out: number; tempo: { sn_tempo: number } }>;
      total_netuids: number;
    };
    expect(totals.total_netuids).toBe(3);
    expect(subnets[netuid]).toMatchObject({ netuid, price: 1, tempo: { sn_tempo: 360 } });
    expect(subnets[netuid]?.alpha_out).toBeGreaterThanOrEqual(250);
  });

  it('shows the neurons of a subnet', async () => {
    const shown = await btcli('subnets', 'show', '--netuid', String(netuid), '--no-prompt');
    expect(shown).toMatchObject({
      netuid,
      uids: [{ uid: 0, hotkey: devAccount('Charlie').address, coldkey: devAccount('Bob').address }],
    });
  });

  it('shows the hyperparameters as we read them', async () => {
    const listed = await btcli('subnets', 'hyperparameters', '--netuid', String(netuid));
    const values = new Map(
      (listed as { hyperparameter: string; value: unknown }[]).map(({ hyperparameter, value }) => [
        hyperparameter,
        value,
      ]),
    );
    const ours = await client.hyperparameters(netuid);
    expect(values.get('tempo')).toBe(ours.tempo);
    expect(values.get('immunity_period')).toBe(ours.immunityPeriod);
    expect(values.get('weights_rate_limit')).toBe(ours.weightsRateLimit);
    expect(values.get('commit_reveal_weights_enabled')).toBe(ours.commitRevealEnabled);
  });
});
