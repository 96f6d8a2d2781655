import { option } from '@bettertherapy/config';
import { systemClock } from '@bettertherapy/core';
import { z } from 'zod';
import { operatorCommand } from '../../command.js';
import { jsonFlag } from '../flags.js';
import { print } from '../report.js';
import { listEvidence, saveEvidence } from './fetchEvidence.js';

export const evidenceExport = operatorCommand({
  about: "Fetches the signed evidence of a validator's rounds from its gateway, one file a round.",
  schema: z.strictObject({
    gateway: option(z.url(), { help: 'address of the gateway', placeholder: 'http://…' }),
    to: option(z.string().min(1).default('evidence'), { help: 'folder for the files', placeholder: 'folder' }),
    last: option(z.int().min(1).max(1_000_000).default(1_000_000), { help: 'only the newest so many rounds' }),
    json: jsonFlag,
  }),
  finish: (values) => values,
  work: async ({ gateway, to, last, json }, context) => {
    const source = { gateway, clock: systemClock, signal: context.signal };
    const files = await saveEvidence(source, await listEvidence(source, last), to);
    return print(context, json, { json: { files }, text: `${files.length} rounds written to ${to}` });
  },
});
