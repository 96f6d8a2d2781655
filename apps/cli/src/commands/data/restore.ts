import { option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { inspectStore, restoreStore, verifyCopy } from '@bettertherapy/store';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { quoted } from '../../doctor/commands.js';
import { migrationsDir } from '../../start/layout.js';
import { CliErrorCode, cliError } from '../errors.js';
import { jsonFlag } from '../flags.js';
import { print } from '../report.js';
import { describeCopy } from './backup.js';
import { databaseFlags, databaseOf } from './flags.js';

export const restoreCommand = operatorCommand({
  about:
    'Checks a backup and puts it in the place of the database of a stopped daemon. Refused while the daemon runs, and for the backup of another chain, subnet or hotkey. What was there is moved aside, never deleted.',
  positionals: '<backup>',
  schema: z.strictObject({
    ...databaseFlags,
    yes: option(z.boolean().default(false), { help: 'do not ask before a database is replaced' }),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ app, data, yes, json }, context, positionals) => {
    const from = positionals[0];
    if (from === undefined || positionals.length > 1) {
      throw cliError(CliErrorCode.Usage, 'say which backup', {
        remedy: 'Run `pnpm bt restore FILE`; backups are in the folder `backups` beside the database.',
      });
    }
    const { dir, file } = databaseOf({ app, data });
    const { signal, log } = context;
    context.note(`${describeCopy(await verifyCopy(from, migrationsDir, signal))}\n`);
    if (!yes && isThere(file)) await confirm(file, context);
    const { restored, replaced } = await restoreStore(
      { file, from, migrationsDir },
      { clock: systemClock, log, signal },
    );
    const next =
      restored.pending.length === 0 || app === 'miner' ? '' : `\nnow run: pnpm migrate --data.dir ${quoted(dir)}`;
    const before = replaced === null ? '' : `; what was there is ${replaced}`;
    return print(context, json, { json: { ...restored, replaced }, text: `${file} is restored${before}${next}` });
  },
});

/** A database that cannot be read is there all the same. */
function isThere(file: string): boolean {
  try {
    return inspectStore({ file, migrationsDir }).exists;
  } catch {
    return true;
  }
}

async function confirm(file: string, { terminal, signal }: CommandContext): Promise<void> {
  if (!terminal.interactive) {
    throw cliError(CliErrorCode.NoTerminal, `this replaces ${file}, and there is no terminal to ask on`, {
      remedy: 'Read what is shown above; if it is what you want, run the command again with --yes.',
    });
  }
  const answer = await terminal.ask(`Replace ${file}? [y/N] `, signal);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw cliError(CliErrorCode.NotConfirmed, 'not confirmed; nothing was changed', {
    remedy: 'Answer y, or say --yes, to replace it.',
  });
}
