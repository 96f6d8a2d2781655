import { option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { API_SCOPES } from '@bettertherapy/store';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import { jsonFlag } from '../flags.js';
import { lines, print } from '../report.js';
import { gatewayUrl, linkOf, validatorData, withAdministration } from './database.js';

const DAY_MS = 86_400_000;
/** Shown where the gateway does not run, for the operator to fill in. */
const NO_URL = 'http://HOST:PORT';

export const keyCreate = operatorCommand({
  words: ['key', 'create'],
  summary: 'make a key for the gateway',
  about: 'Makes a key for the gateway of a validator and prints it once; only its hash is kept.',
  schema: z.strictObject({
    data: validatorData,
    scope: option(z.array(z.enum(API_SCOPES)).min(1).default(['chat']), {
      help: 'what the key is for: chat, operator, studio',
      placeholder: 'list',
    }),
    name: option(z.string().min(1).max(80).default('unnamed'), { help: 'what the list calls it' }),
    doctor: option(z.string().min(1).max(80).nullable().default(null), {
      help: 'with scope studio: the doctor whom the key speaks for',
    }),
    rate: option(z.int().min(1).nullable().default(null), {
      help: 'requests per minute',
      defaultText: 'that of the gateway',
    }),
    concurrency: option(z.int().min(1).nullable().default(null), {
      help: 'questions in progress at once',
      defaultText: 'that of the gateway',
    }),
    days: option(z.number().gt(0).nullable().default(null), { help: 'days until it expires', defaultText: 'never' }),
    json: jsonFlag,
  }),
  finish: (values) => {
    if (values.scope.includes('studio') === (values.doctor !== null)) return values;
    throw cliError(CliErrorCode.Usage, 'a key of the studio speaks for one doctor', {
      remedy: 'Give --doctor with --scope studio, and only then: pnpm bt key create --scope studio --doctor "Dr. A"',
    });
  },
  work: async (config, context) => {
    const nowMs = systemClock.wallMs();
    const { id, key } = await withAdministration(config.data.dir, ({ apiKeys }) =>
      apiKeys.create({
        name: config.name,
        scopes: config.scope,
        doctor: config.doctor,
        ratePerMinute: config.rate,
        concurrency: config.concurrency,
        createdMs: nowMs,
        expiresMs: config.days === null ? null : Math.round(nowMs + config.days * DAY_MS),
      }),
    );
    const link = linkOf(gatewayUrl(config.data.dir) ?? NO_URL, config.scope, key);
    const shown: [string, string][] = [
      ['id', id],
      ['scope', config.scope.join(', ')],
      ['key', key],
      ...(link === null ? [] : [['link', link] satisfies [string, string]]),
    ];
    return print(context, config.json, {
      json: { id, key, scopes: config.scope, link },
      text: `${lines(shown)}\nThis is the only time the key is shown.`,
    });
  },
});
