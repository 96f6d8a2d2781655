// A small daemon over a real database that refuses another schema, as the validator does; it serves /health and /ready.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { openStore } = await import(process.env.STORE);
const version = readFileSync('VERSION', 'utf8').trim();
const store = openStore({
  file: process.env.DATABASE,
  migrationsDir: 'migrations',
  identity: null,
  owner: 'validator',
});
if (existsSync('CRASH_ON_START')) throw new Error('this release crashes when it starts');
const startedMs = performance.now();
const server = createServer((request, response) => {
  const uptimeSeconds = Math.round((performance.now() - startedMs) / 1000);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(request.url === '/health' ? { version, uptimeSeconds } : { ready: true }));
});
server.listen(Number(process.env.PORT), '127.0.0.1');
if (existsSync('DIES_SOON')) setTimeout(() => process.exit(1), 1_500);
process.on('SIGTERM', async () => {
  await store.close();
  process.exit(0);
});
