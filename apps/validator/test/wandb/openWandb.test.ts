import { silentLogger } from '@bettertherapy/core';
import { eventually, FakeClock, temporaryFolder, WandbServer } from '@bettertherapy/testkit';
import { asHotkey, ready, signerFromUri } from '@bettertherapy/wallet';
import { expect, it } from 'vitest';
import { openWandb } from '../../src/openWandb.js';
import { validatorConfig } from '../../src/options.js';
import { runRound } from '../../src/round/runRound.js';
import { openTelemetry } from '../../src/telemetry.js';
import { beginRound, examiner, freshStore, hotkeyOf, onEnd, roundParts } from '../unit/fixture.js';

const API_KEY = 'a1b2'.repeat(10);

it('rounds of a validator are on wandb soon after they close, in one run with its configuration', async () => {
  await ready();
  const server = new WandbServer({ apiKey: API_KEY, entity: 'clinic' });
  await server.start();
  onEnd(() => server.close());
  const folder = temporaryFolder('validator');
  onEnd(() => folder.remove());
  const parsed = validatorConfig.parse({
    argv: ['--netuid=2', '--subtensor.network=local', `--data.dir=${folder.path}`, '--wandb.project=rounds'],
    env: { WANDB_API_KEY: API_KEY, WANDB_BASE_URL: server.url },
    readText: () => null,
  });
  if (parsed.kind !== 'run') throw new Error('expected options');
  const { store } = freshStore();
  const clock = new FakeClock();
  const log = { ...silentLogger, child: () => log };
  const telemetry = { ...openTelemetry(parsed.config, false), clock, log };
  const signer = asHotkey(signerFromUri('//Validator'));
  const duties = openWandb(parsed.config, {
    ...{ telemetry, store, signer, examiner: examiner(), uid: 7 },
    env: process.env,
  });
  const stop = new AbortController();
  const running = Promise.allSettled(duties.map((duty) => duty.run(stop.signal)));
  const parts = roundParts(store);
  const play = async () => runRound(beginRound(store, parts), parts, stop.signal);

  await play();
  await play();
  await clock.advance(61_000);
  const run = await eventually(
    'the rounds on wandb',
    () => {
      const [found] = server.runs.values();
      return found && found.finishes > 0 ? found : null;
    },
    { deadlineMs: 30_000 },
  );
  expect(run.history.map((line) => line.round)).toEqual([1, 2]);
  expect(run.history[1]).toMatchObject({
    ...{ questions: 4, miners: 2, answer_rate: 1, 'quality/mean': 70 },
    [`miner/${hotkeyOf(2)}/reward`]: 0.7,
  });
  expect(run.displayName).toMatch(/^validator-7-\d{4}-/);
  expect(run.config).toMatchObject({
    judge_manifest_sha256: { value: 'f'.repeat(64) },
    hotkey: { value: signer.address },
  });
  expect(JSON.stringify([...server.runs])).not.toContain(API_KEY);
  stop.abort(new Error('over'));
  await running;
}, 60_000);
