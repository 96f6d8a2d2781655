import { option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { twinIdSchema } from '@bettertherapy/protocol';
import { type Administration, API_SCOPES, type ApiScope } from '@bettertherapy/store';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { CliErrorCode, cliError } from '../errors.js';
import { jsonFlag } from '../flags.js';
import { lines, print } from '../report.js';
import { gatewayUrl, linkOf, validatorData, withAdministration } from './database.js';
import { type Invitation, inviteDoctor } from './invite.js';

const DAY_MS = 86_400_000;
const INVITATION_DAYS = 7;
/** Shown where the gateway does not run, for the operator to fill in. */
const NO_URL = 'http://HOST:PORT';

export const keyCreate = operatorCommand({
  about:
    'Makes a key for the gateway of a validator, or with --scope studio an invitation for a doctor, and prints it once; only its hash is kept.',
  schema: z.strictObject({
    data: validatorData,
    scope: option(z.array(z.enum(API_SCOPES)).min(1).default(['chat']), {
      help: 'what the key is for: chat, operator, studio',
      placeholder: 'list',
    }),
    name: option(z.string().min(1).max(80).default('unnamed'), { help: 'what the list calls it' }),
    doctor: option(z.string().min(1).max(80).nullable().default(null), {
      help: 'with scope studio: the doctor who is invited',
    }),
    twin: option(z.array(twinIdSchema).default([]), {
      help: 'with scope studio: twins that the doctor gets, there already or still to be made',
      placeholder: 'list',
      defaultText: 'none; the doctor can make new ones',
    }),
    rate: option(z.int().min(1).nullable().default(null), {
      help: 'requests per minute',
      defaultText: 'that of the gateway',
    }),
    concurrency: option(z.int().min(1).nullable().default(null), {
      help: 'questions in progress at once',
      defaultText: 'that of the gateway',
    }),
    days: option(z.number().gt(0).nullable().default(null), {
      help: 'days until it expires',
      defaultText: 'never; an invitation after 7',
    }),
    json: jsonFlag,
  }),
  finish: (values) => {
    const studio = values.scope.includes('studio');
    if (!studio && values.doctor === null && values.twin.length === 0) return { ...values, invitee: null };
    if (studio && values.scope.length === 1 && values.doctor !== null) return { ...values, invitee: values.doctor };
    throw cliError(CliErrorCode.Usage, 'scope studio invites one doctor and goes with no other scope', {
      remedy:
        'Give --doctor (and --twin) with --scope studio, and only then: pnpm bt key create --scope studio --doctor "Dr. A" --twin dr-a',
    });
  },
  work: async (config, context) => {
    const nowMs = systemClock.wallMs();
    const days = config.days ?? (config.invitee === null ? null : INVITATION_DAYS);
    const expiresMs = days === null ? null : Math.round(nowMs + days * DAY_MS);
    const made = await withAdministration(config.data.dir, (open) =>
      config.invitee === null || expiresMs === null
        ? createKey(config, open, { nowMs, expiresMs })
        : inviteDoctor(open, { doctor: config.invitee, twins: config.twin, nowMs, expiresMs }),
    );
    const link = linkOf(gatewayUrl(config.data.dir) ?? NO_URL, config.scope, made.key);
    const shown: [string, string][] = [
      ['id', made.id],
      ['scope', config.scope.join(', ')],
      ...(made.doctor === null
        ? []
        : [['doctor', `${made.doctor.name} (${made.doctor.id})`] satisfies [string, string]]),
      ...(made.twins.length === 0 ? [] : [['twins', made.twins.join(', ')] satisfies [string, string]]),
      [made.doctor === null ? 'key' : 'invitation', made.key],
      ...(link === null ? [] : [['link', link] satisfies [string, string]]),
    ];
    const once =
      made.doctor === null ? 'This is the only time the key is shown.' : 'It is shown only now and is good once.';
    return print(context, config.json, {
      json: { ...made, scopes: config.scope, link },
      text: `${lines(shown)}\n${once}`,
    });
  },
});

interface MadeKey {
  readonly id: string;
  readonly key: string;
  readonly doctor: Invitation['doctor'] | null;
  readonly twins: readonly string[];
}

function createKey(
  config: {
    readonly name: string;
    readonly scope: readonly ApiScope[];
    readonly rate: number | null;
    readonly concurrency: number | null;
  },
  { apiKeys }: Administration,
  { nowMs, expiresMs }: { readonly nowMs: number; readonly expiresMs: number | null },
): MadeKey {
  const { id, key } = apiKeys.create({
    name: config.name,
    scopes: [...config.scope],
    doctor: null,
    ratePerMinute: config.rate,
    concurrency: config.concurrency,
    createdMs: nowMs,
    expiresMs,
  });
  return { id, key, doctor: null, twins: [] };
}
