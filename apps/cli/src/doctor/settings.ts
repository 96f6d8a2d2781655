import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConfigErrorCode, type ProcessInput, resolveNetuid, tracesUrl } from '@bettertherapy/config';
import { CodedError } from '@bettertherapy/core';
import { z } from 'zod';
import { appMain } from '../start/layout.js';

export type Daemon = 'miner' | 'validator';

const DEADLINE_MS = 30_000;
const run = promisify(execFile);

const text = z.string();
const optionalText = z.string().nullable();
const portWord = z.union([z.number(), z.string()]);

/** What `--print-config` prints of one option. */
function shown<S extends z.ZodType>(schema: S) {
  return z.object({ value: schema, from: z.string() });
}

/** The options of a daemon that the doctor looks at; both daemons may have more. */
const printed = z.object({
  netuid: shown(z.number().nullable()),
  'subtensor.network': shown(text),
  'subtensor.chain_endpoint': shown(z.array(z.string()).nullable()),
  'wallet.name': shown(text),
  'wallet.hotkey': shown(text),
  'wallet.path': shown(optionalText),
  'model.backend': shown(z.enum(['llama', 'openai', 'anthropic'])),
  'model.name': shown(text),
  'model.base_url': shown(optionalText),
  'model.gpu': shown(text),
  'model.cache_dir': shown(text),
  'data.dir': shown(text),
  'health.port': shown(portWord),
  'otel.endpoint': shown(optionalText),
  'axon.ip': shown(text).optional(),
  'axon.port': shown(z.number()).optional(),
  'axon.external_ip': shown(optionalText).optional(),
  'axon.external_port': shown(z.number().nullable()).optional(),
  'twin.prompt_file': shown(optionalText).optional(),
  'bank.path': shown(optionalText).optional(),
  'gateway.port': shown(portWord).optional(),
  'gateway.host': shown(text).optional(),
});

/** What a daemon would run with, as far as the doctor cares. Paths are as the daemon takes them: from its working directory. */
export interface Settings {
  readonly as: Daemon;
  readonly netuid: number;
  readonly subtensor: { readonly network: string; readonly chainEndpoint: string[] | null };
  readonly wallet: { readonly name: string; readonly hotkey: string; readonly path: string | null };
  readonly model: {
    readonly backend: 'llama' | 'openai' | 'anthropic';
    readonly name: string;
    readonly baseUrl: string | null;
    readonly gpu: string;
    readonly cacheDir: string;
  };
  readonly dataDir: string;
  /** Null for a validator. */
  readonly axon: {
    readonly ip: string;
    readonly port: number;
    readonly externalIp: string | null;
    readonly externalPort: number | null;
  } | null;
  /** Other ports that the daemon is told to listen on, with the flag that says so. */
  readonly ports: readonly { readonly flag: string; readonly host: string; readonly port: number }[];
  /** Where traces are sent to; null when nothing is traced. */
  readonly collector: string | null;
  /** Files named by flags, with their flag. */
  readonly files: readonly { readonly flag: string; readonly file: string }[];
}

/**
 * Asks the daemon itself, so that flags, variables, `.env` and `--config` mean here what they mean there.
 * @throws CodedError CONFIG_BAD_VALUE with the daemon's own words when it refuses them
 */
export async function readSettings(
  as: Daemon,
  flags: readonly string[],
  input: Pick<ProcessInput, 'env' | 'cwd'>,
  signal: AbortSignal,
): Promise<Settings> {
  const main = appMain(as);
  if (!existsSync(main)) {
    throw new CodedError(ConfigErrorCode.BadFile, `the ${as} is not built`, {
      remedy: 'Run: node scripts/bootstrap.mjs build',
      details: { main },
    });
  }
  const words = [main, ...flags, '--print-config'];
  const options = { cwd: input.cwd, env: { ...input.env }, signal, timeout: DEADLINE_MS, maxBuffer: 4 << 20 };
  const { stdout } = await run(process.execPath, words, options).catch((error: unknown) => {
    throw refused(as, error);
  });
  return settingsOf(as, printed.parse(JSON.parse(stdout)));
}

function settingsOf(as: Daemon, found: z.output<typeof printed>): Settings {
  const subtensor = {
    network: found['subtensor.network'].value,
    chainEndpoint: found['subtensor.chain_endpoint'].value,
  };
  const isSet = (flag: string): boolean => flag === 'subtensor.network' && found[flag].from !== 'default';
  const ip = found['axon.ip']?.value;
  const port = found['axon.port']?.value;
  const listening = [
    { flag: 'health.port', host: '127.0.0.1', port: Number(found['health.port'].value) },
    {
      flag: 'gateway.port',
      host: found['gateway.host']?.value ?? '127.0.0.1',
      port: Number(found['gateway.port']?.value),
    },
  ];
  const named = [
    { flag: 'twin.prompt_file', file: found['twin.prompt_file']?.value },
    { flag: 'bank.path', file: found['bank.path']?.value },
  ];
  return {
    as,
    netuid: resolveNetuid(found.netuid.value, subtensor, isSet),
    subtensor,
    wallet: {
      name: found['wallet.name'].value,
      hotkey: found['wallet.hotkey'].value,
      path: found['wallet.path'].value,
    },
    model: {
      backend: found['model.backend'].value,
      name: found['model.name'].value,
      baseUrl: found['model.base_url'].value,
      gpu: found['model.gpu'].value,
      cacheDir: found['model.cache_dir'].value,
    },
    dataDir: resolve(found['data.dir'].value),
    axon:
      ip === undefined || port === undefined
        ? null
        : {
            ip,
            port,
            externalIp: found['axon.external_ip']?.value ?? null,
            externalPort: found['axon.external_port']?.value ?? null,
          },
    // Words such as auto and off are no ports to be tried.
    ports: listening.filter((one) => one.port > 0),
    collector: tracesUrl({ endpoint: found['otel.endpoint'].value }),
    files: named.flatMap(({ flag, file }) => (file ? [{ flag, file }] : [])),
  };
}

/** The daemon's own refusal: `CODE: message`, then what to do. */
function refused(as: Daemon, error: unknown): unknown {
  const said = z.object({ stderr: z.string() }).safeParse(error);
  const [first = '', ...remedy] = said.success ? said.data.stderr.trim().split('\n') : [];
  const [, code, message] = /^([A-Z_]+): (.+)$/.exec(first) ?? [];
  if (code === undefined || message === undefined) return error;
  return new CodedError(code, message, {
    remedy: remedy.join(' ') || `Correct the flags; \`pnpm ${as} --help\` lists them.`,
    details: { as },
  });
}
