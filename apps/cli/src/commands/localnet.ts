import { renameSync, writeFileSync } from 'node:fs';
import { defineConfig, option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { startLocalnet } from '@bettertherapy/localnet';
import { z } from 'zod';
import { command } from '../command.js';

const localnetConfig = defineConfig({
  app: 'localnet',
  usage: 'pnpm bt localnet run',
  summary: 'Runs the embedded development chain until stopped. Its state is kept in --dir and resumed.',
  version: '0.1.0',
  schema: z.strictObject({
    dir: option(z.string().min(1).default('.bettertherapy/chain'), {
      help: 'folder of the chain state',
      placeholder: 'folder',
    }),
    host: option(z.string().min(1).default('127.0.0.1'), { help: 'address to listen on' }),
    port: option(z.int().min(0).max(65_535).default(9_944), { help: 'WebSocket port; 0 picks a free one' }),
    blockMs: option(z.int().min(50).max(60_000).default(1_000), { help: 'block time in milliseconds' }),
    urlFile: option(z.string().min(1).nullable().default(null), {
      help: 'write the address here once it answers',
      placeholder: 'file',
    }),
  }),
  finish: (values) => values,
});

export const localnetRun = command(localnetConfig, async ({ config }, { out, log, signal }) => {
  const chain = await startLocalnet(
    { dataDir: config.dir, host: config.host, port: config.port, blockMs: config.blockMs },
    { clock: systemClock, log },
  );
  try {
    out(`${chain.url}\n`);
    if (config.urlFile !== null) {
      writeFileSync(`${config.urlFile}.new`, chain.url);
      renameSync(`${config.urlFile}.new`, config.urlFile);
    }
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    await chain.close();
  }
  return 0;
});
