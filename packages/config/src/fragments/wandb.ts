import { z } from 'zod';
import { option } from '../option.js';

/** `--wandb.*`: rounds as runs on Weights & Biases. */
export const wandbFragment = z.strictObject({
  off: option(z.boolean().default(false), { help: 'do not use wandb; so it is also where no key is set' }),
  offline: option(z.boolean().default(false), {
    help: 'keep rounds for wandb in the data folder and send nothing; a later start without it sends them',
  }),
  apiKey: option(z.string().min(1).nullable().default(null), {
    help: 'key of wandb; better given by environment',
    env: ['WANDB_API_KEY'],
    secret: true,
    defaultText: 'none, wandb is off',
  }),
  project: option(
    z
      .string()
      .regex(/^[\w.-]{1,128}$/, 'expected letters, digits, dots, dashes')
      .default('bettertherapy'),
    {
      help: 'project on wandb',
      env: ['WANDB_PROJECT'],
    },
  ),
  entity: option(
    z
      .string()
      .regex(/^[\w.-]{1,128}$/, 'expected the name of a user or team')
      .nullable()
      .default(null),
    { help: 'user or team on wandb', env: ['WANDB_ENTITY'], defaultText: "the key's own" },
  ),
  notes: option(z.string().min(1).max(2_000).nullable().default(null), { help: 'notes of the runs on wandb' }),
  baseUrl: option(z.url({ protocol: /^https?$/ }).default('https://api.wandb.ai'), {
    help: 'where wandb is',
    env: ['WANDB_BASE_URL'],
    placeholder: 'url',
  }),
});
export type WandbConfig = z.output<typeof wandbFragment>;
