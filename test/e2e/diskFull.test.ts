import { join } from 'node:path';
import { migrate, openStore } from '@bettertherapy/store';
import {
  eventually,
  freePort,
  NodeChild,
  repositoryRoot,
  type SmallDisk,
  smallDisk,
  temporaryFolder,
} from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MINUTE = 60_000;
const migrationsDir = join(repositoryRoot, 'migrations');

describe('a validator whose disk fills up', () => {
  const folder = temporaryFolder('disk-full');
  const disk: SmallDisk | null = smallDisk(32);
  let subnet: TestSubnet;
  let validator: NodeChild;
  let healthPort = 0;
  let gatewayPort = 0;

  beforeAll(async () => {
    if (!disk) return;
    [healthPort, gatewayPort] = [await freePort(), await freePort()];
    subnet = await TestSubnet.start({ folder: folder.path, names: ['validator'] });
    await subnet.register('validator');
    await subnet.stake('validator', 1_000);
    migrate({ file: join(disk.path, 'validator.sqlite'), migrationsDir });
    validator = new NodeChild({
      args: [
        'apps/validator/dist/main.js',
        ...['--netuid', String(subnet.netuid), '--subtensor.chain_endpoint', subnet.url],
        ...['--wallet.path', subnet.wallets, '--wallet.name', 'validator', '--data.dir', disk.path],
        ...['--model.name', 'smollm2-135m-instruct-q4_1', '--model.context', '2048', '--model.threads', '1'],
        ...['--health.port', String(healthPort), '--gateway.port', String(gatewayPort)],
        ...['--neuron.round_interval', '1', '--judge.exam', 'off', '--logging.json'],
      ],
    });
    await validator.waitForLine(/"msg":"validator running"/, 2 * MINUTE);
  });

  afterAll(async () => {
    await validator?.stop();
    await subnet?.close();
    disk?.remove();
    folder.remove();
  });

  const ready = async () => {
    const response = await fetch(`http://127.0.0.1:${healthPort}/ready`);
    // The page's shape is ours; the assertions below are what checks it.
    const page = (await response.json()) as { readonly parts: { readonly disk: { ok: boolean; state: string } } };
    return { status: response.status, disk: page.parts.disk };
  };
  const diskState = async () => (await ready()).disk.state;
  const visit = () => fetch(`http://127.0.0.1:${gatewayPort}/v1/patients`, { method: 'POST' });
  const roundsIn = async (path: string): Promise<number> => {
    const store = openStore({ file: join(path, 'validator.sqlite'), migrationsDir, identity: null, readonly: true });
    const [last] = store.rounds.latest(1);
    await store.close();
    return last?.number ?? 0;
  };

  it('says so, takes nothing in, lives on, and goes on with its rounds when there is room', async ({ skip }) => {
    if (!disk) return skip('this user may not mount a file system');
    await eventually('a first round', async () => (await roundsIn(disk.path)) > 0, { deadlineMs: MINUTE });
    expect((await ready()).disk).toEqual({ ok: true, state: 'room' });

    disk.fill();
    await eventually('the disk to be noticed', async () => (await diskState()) !== 'room', { deadlineMs: MINUTE });
    expect((await ready()).status).toBe(503);
    const refused = await visit();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    await validator.waitForLine(/"msg":"the disk is (nearly full; no round begins|full; rounds wait)"/, MINUTE);

    disk.clear();
    await eventually('room', async () => (await diskState()) === 'room', { deadlineMs: MINUTE });
    const before = await roundsIn(disk.path);
    await eventually('further rounds', async () => (await roundsIn(disk.path)) > before, { deadlineMs: MINUTE });
    expect((await visit()).status).not.toBe(503);
    await validator.stop();
    const store = openStore({
      file: join(disk.path, 'validator.sqlite'),
      migrationsDir,
      identity: null,
      readonly: true,
    });
    expect(store.integrityProblems()).toEqual([]);
    const numbers = store.rounds.latest(1_000).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, i) => numbers.length - i));
    await store.close();
  });
});
