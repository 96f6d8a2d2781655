import { join } from 'node:path';
import { migrate } from '@bettertherapy/store';
import { temporaryFolder } from '@bettertherapy/testkit';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { expect, it } from 'vitest';
import { openDendrites, openJournal } from '../../src/openParts.js';
import { validatorConfig } from '../../src/options.js';
import { openTelemetry } from '../../src/telemetry.js';
import { hotkeyOf, migrationsDir, never, onEnd, self } from './fixture.js';

it('the journal and the dendrite report to the metrics that are served', async () => {
  await ready();
  const folder = temporaryFolder('validator');
  onEnd(() => folder.remove());
  migrate({ file: join(folder.path, 'validator.sqlite'), migrationsDir });
  const argv = ['--netuid', '2', '--subtensor.network', 'local', '--data.dir', folder.path, '--health.port', 'off'];
  const parsed = validatorConfig.parse({ argv, env: {}, readText: () => null });
  if (parsed.kind !== 'run') throw new Error('expected options');
  const counted: string[] = [];
  const telemetry = openTelemetry(parsed.config, false);
  const metrics = {
    ...telemetry.metrics,
    store: { ...telemetry.metrics.store, transactionCommitted: (name: string): void => void counted.push(name) },
    dendrite: { queryFinished: (protocol: string): void => void counted.push(protocol) },
  };
  const store = openJournal(
    parsed.config,
    { genesis: '0x00', hotkey: self },
    { ...telemetry, metrics },
    () => undefined,
  );
  onEnd(() => store.close());
  const { rounds: dendrite, patients } = openDendrites(parsed.config, asHotkey(signerFromUri('//Validator')), {
    ...telemetry,
    metrics,
  });
  onEnd(() => dendrite.close());
  onEnd(() => patients.close());
  const target = { hotkey: hotkeyOf(2), ip: '127.0.0.1', port: 1, version: 12_001_000 };
  await dendrite.queryMany([{ target, request: { prompt: 'Why?', requestId: 'r' } }], {
    deadlineMs: 2_000,
    signal: never,
    onReply: () => undefined,
  });
  expect(counted).toContain('meta.claim');
  expect(counted).toContain('btauth1');
});
