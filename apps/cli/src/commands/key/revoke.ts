import { systemClock } from '@bettertherapy/core';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import { validatorData, withAdministration } from './database.js';

export const keyRevoke = operatorCommand({
  about:
    'Ends a key of the gateway of a validator at once, for ever; with the id of a doctor all their sessions and open invitations. Their twins stay.',
  positionals: '<id>',
  schema: z.strictObject({ data: validatorData }),
  finish: (values) => values,
  work: async (config, context, positionals) => {
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) {
      throw cliError(CliErrorCode.Usage, 'one id of a key or doctor is needed', {
        remedy: 'See the ids with: pnpm bt key list',
      });
    }
    const nowMs = systemClock.wallMs();
    const done = await withAdministration(config.data.dir, ({ apiKeys, doctors, audit }) => {
      if (apiKeys.revoke(id, nowMs)) return `key ${id} is revoked`;
      const doctor = doctors.byId(id);
      if (!doctor) return null;
      const sessions = doctors.signOut(id, nowMs);
      audit.add({ atMs: nowMs, actor: 'operator', action: 'revoke', twinId: null, details: { doctor: id, sessions } });
      return `${doctor.name} is signed out (${sessions} sessions ended)`;
    });
    context.out(`${done ?? `there is no key or doctor ${id} that could be revoked`}\n`);
    return done === null ? 1 : 0;
  },
});
