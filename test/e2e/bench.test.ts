import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
// Scripts are not type-checked, so only a run shows that a benchmark still fits the code that it measures.
const FEW = `
  import { gatewayChats } from './scripts/bench/gateway.mjs';
  const { rows } = await gatewayChats({ chats: 3, rampMs: 100, runMs: 200, wordsPerSecond: 100 });
  console.log(JSON.stringify(rows));
`;

it('the benchmark of the gateway has every chat answered', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', FEW], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual({ what: 'chats ended', value: 3, unit: 'chats' });
});
