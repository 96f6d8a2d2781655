import { systemClock } from '@bettertherapy/core';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import { validatorData, withAdministration } from './database.js';

export const keyRevoke = operatorCommand({
  words: ['key', 'revoke'],
  summary: 'end a key of the gateway',
  about: 'Ends a key of the gateway of a validator at once, for ever.',
  positionals: '<id>',
  schema: z.strictObject({ data: validatorData }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) {
      throw cliError(CliErrorCode.Usage, 'one id of a key is needed', { remedy: 'See the ids with: pnpm bt key list' });
    }
    const revoked = await withAdministration(config.data.dir, ({ apiKeys }) =>
      apiKeys.revoke(id, systemClock.wallMs()),
    );
    context.out(revoked ? `key ${id} is revoked\n` : `there is no key ${id} that could be revoked\n`);
    return revoked ? 0 : 1;
  },
});
