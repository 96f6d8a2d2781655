import { expect, it } from 'vitest';
import { demonstrationEnvironment } from '../../../src/start/environment.js';

it.each([
  ['BT_DISCORD_WEBHOOK', false],
  ['BT_VALIDATOR_DISCORD_WEBHOOK', false],
  ['BT_MINER_OTEL_ENDPOINT', false],
  ['BT_WANDB_PROJECT', false],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', false],
  ['WANDB_API_KEY', false],
  ['BT_VALIDATOR_GATEWAY_RATE', true],
  ['BT_MODEL_BACKEND', true],
  ['PATH', true],
])('a demonstration is told of %s: %s', (name, told) => {
  expect(demonstrationEnvironment({ [name]: 'x' })).toEqual(told ? { [name]: 'x' } : {});
});
