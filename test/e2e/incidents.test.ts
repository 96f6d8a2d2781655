import { join } from 'node:path';
import { migrate } from '@bettertherapy/store';
import { eventually, NodeChild, repositoryRoot, temporaryFolder, WebhookServer } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MINUTE = 60_000;

describe('a validator that tells Discord', () => {
  const folder = temporaryFolder('incidents');
  const webhook = new WebhookServer({ limit: 5, windowMs: 2_000 });
  let subnet: TestSubnet;
  let validator: NodeChild;

  beforeAll(async () => {
    await webhook.start();
    subnet = await TestSubnet.start({ folder: folder.path, names: ['first', 'second'] });
    for (const name of ['first', 'second']) await subnet.register(name);
    // One who holds a permit makes the lack of it in the other a loss.
    await subnet.stake('first', 1_000);
    migrate({
      file: join(folder.path, 'data', 'validator.sqlite'),
      migrationsDir: join(repositoryRoot, 'migrations'),
    });
    validator = new NodeChild({
      args: [
        'apps/validator/dist/main.js',
        ...['--netuid', String(subnet.netuid), '--subtensor.chain_endpoint', subnet.url],
        ...['--wallet.path', subnet.wallets, '--wallet.name', 'second', '--data.dir', join(folder.path, 'data')],
        ...['--model.name', 'smollm2-135m-instruct-q4_1', '--model.context', '2048', '--model.threads', '1'],
        ...[
          '--health.port',
          'off',
          '--gateway.port',
          'off',
          '--judge.exam',
          'off',
          '--logging.json',
          '--logging.debug',
        ],
      ],
      env: { BT_DISCORD_WEBHOOK: webhook.url },
    });
    await validator.waitForLine(/"msg":"validator running"/, 2 * MINUTE);
  });

  afterAll(async () => {
    await validator?.stop();
    await subnet?.close();
    await webhook.close();
    folder.remove();
  });

  it('tells of a missing permit, and of its end in the same message', async () => {
    await eventually('the incident', () => webhook.texts().some((text) => text.includes('deregistration risk')), {
      deadlineMs: 2 * MINUTE,
    });
    await subnet.stake('second', 1_000);
    await eventually('its end', () => webhook.texts().some((text) => text.includes('has its place and permit')), {
      deadlineMs: 3 * MINUTE,
    });
    const told = webhook.messages.filter(({ texts }) => texts[0]?.includes('deregistration risk'));
    expect(told).toHaveLength(1);
    expect(webhook.overLimit).toBe(0);
  });

  it('never logs the address of the webhook', () => {
    expect(validator.lines.length).toBeGreaterThan(0);
    expect(validator.lines.filter((line) => line.includes('secret-part'))).toEqual([]);
  });
});
