import { join } from 'node:path';
import { dataFragment, defineConfig, option } from '@bettertherapy/config';
import { migrate } from '@bettertherapy/store';
import { z } from 'zod';
import { command } from '../command.js';
import { migrationsDir } from '../start/layout.js';

const migrateConfig = defineConfig({
  app: 'validator',
  usage: 'pnpm migrate',
  summary: "Brings a daemon's database to the current schema; makes a backup first when it holds data.",
  version: '0.1.0',
  schema: z.strictObject({
    data: dataFragment('validator'),
    app: option(z.enum(['validator', 'miner']).default('validator'), { help: 'whose database it is' }),
    file: option(z.string().min(1).nullable().default(null), {
      help: 'the database itself',
      defaultText: '<data.dir>/<app>.sqlite',
      placeholder: 'file',
    }),
  }),
  finish: (values) => values,
});

export const migrateCommand = command(migrateConfig, async ({ config }, { out, log }) => {
  const file = config.file ?? join(config.data.dir, `${config.app}.sqlite`);
  const { applied, version, backupFile } = migrate({ file, migrationsDir }, { log });
  if (backupFile !== null) out(`backup: ${backupFile}\n`);
  for (const name of applied) out(`applied ${name}\n`);
  out(`${file} is at schema ${version}\n`);
  return 0;
});
