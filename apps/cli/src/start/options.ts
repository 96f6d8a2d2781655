import { ConfigErrorCode, defineConfig, option, portWord } from '@bettertherapy/config';
import { CodedError } from '@bettertherapy/core';
import { z } from 'zod';

const schema = z.strictObject({
  rounds: option(z.int().min(0).max(10_000).default(0), {
    help: 'stop asking after this many rounds; 0 goes on for ever',
  }),
  exit: option(z.boolean().default(false), {
    help: 'with --rounds: leave with code 0 once those rounds are in weights on chain and an epoch has paid by them',
  }),
  json: option(z.string().min(1).nullable().default(null), {
    help: 'with --exit: file for the summary',
    placeholder: 'file',
  }),
  evidence: option(z.string().min(1).nullable().default(null), {
    help: 'with --exit: folder for the signed evidence, one file a round',
    placeholder: 'folder',
  }),
  reset: option(z.boolean().default(false), { help: 'forget the network of earlier runs first' }),
  dir: option(z.string().min(1).nullable().default(null), {
    help: 'folder for chain, wallets, databases and logs',
    defaultText: '.bettertherapy in the repository',
    placeholder: 'folder',
  }),
  blockMs: option(z.int().min(100).max(12_000).default(1_000), { help: 'block time of the embedded chain' }),
  tempo: option(z.int().min(5).max(360).default(20), { help: 'blocks per epoch' }),
  questions: option(z.int().min(1).max(16).default(4), { help: 'questions per round' }),
  roundInterval: option(z.int().min(1).max(3_600).default(5), { help: 'seconds from the end of a round to the next' }),
  gateway: z.strictObject({
    port: option(portWord.default('auto'), {
      help: 'port on this machine where patients, doctors and the operator come in',
      placeholder: 'port|auto|off',
    }),
  }),
  model: option(z.string().min(1).default('smollm2-135m-instruct-q4_1'), {
    help: 'model that miners answer and the validator judges with; see `pnpm bt models list`',
  }),
});

/** The flags of `npm start`. */
export const startConfig = defineConfig({
  app: 'start',
  usage: 'npm start --',
  summary: 'Runs a whole subnet on this machine: an embedded chain, five miners with a real model, and a validator.',
  version: '0.1.0',
  schema,
  finish: (values) => {
    if (values.exit && values.rounds === 0) throw needs('--exit', '--rounds');
    if (values.json !== null && !values.exit) throw needs('--json', '--exit');
    if (values.evidence !== null && !values.exit) throw needs('--evidence', '--exit');
    if (values.evidence !== null && values.gateway.port === 'off') throw needs('--evidence', '--gateway.port');
    return values;
  },
});
export type StartOptions = z.output<typeof schema>;

function needs(flag: string, other: string): CodedError {
  return new CodedError(ConfigErrorCode.Required, `${flag} does nothing without ${other}`, {
    remedy: 'For a run that ends by itself: npm start -- --rounds 2 --exit --json out.json',
  });
}
