import { join } from 'node:path';
import { option } from '@bettertherapy/config';
import { z } from 'zod';

/** Whose database it is: the flags of `pnpm migrate`. */
export const databaseFlags = {
  app: option(z.enum(['validator', 'miner']).default('validator'), { help: 'whose database it is' }),
  data: z.strictObject({
    dir: option(z.string().min(1).nullable().default(null), {
      help: 'folder of the database',
      defaultText: '.bettertherapy/<app>',
      placeholder: 'folder',
    }),
  }),
};

interface DatabaseChoice {
  readonly app: 'validator' | 'miner';
  readonly data: { readonly dir: string | null };
}

/** The folder and the database in it that the flags name. */
export function databaseOf({ app, data }: DatabaseChoice): { readonly dir: string; readonly file: string } {
  const dir = data.dir ?? join('.bettertherapy', app);
  return { dir, file: join(dir, `${app}.sqlite`) };
}
