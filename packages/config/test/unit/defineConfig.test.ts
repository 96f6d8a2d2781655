import {
  type ConfigDefinition,
  chainAddress,
  dataFragment,
  defineConfig,
  healthFragment,
  healthPort,
  loggingFragment,
  logLevels,
  modelApiKey,
  modelFragment,
  netuidOption,
  option,
  REDACTED,
  resolveNetuid,
  subtensorFragment,
  walletFragment,
} from '@bettertherapy/config';
import { CodedError } from '@bettertherapy/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const schema = z.strictObject({
  netuid: netuidOption,
  subtensor: subtensorFragment,
  wallet: walletFragment,
  logging: loggingFragment,
  model: modelFragment,
  data: dataFragment('sample'),
  health: healthFragment,
  neuron: z.strictObject({
    timeout: option(z.number().min(1).max(600).default(40), { help: 'seconds to wait for an answer' }),
    allow: option(z.array(z.string()).default([]), { help: 'who may always ask' }),
    secretWord: option(z.string().nullable().default(null), { help: 'a secret', secret: true }),
    strict: option(z.boolean().default(true), { help: 'be strict' }),
  }),
});

const definition: ConfigDefinition<typeof schema, z.output<typeof schema> & { subnet: number }> = {
  app: 'sample',
  usage: 'pnpm sample',
  summary: 'A sample app.',
  version: '1.2.3',
  schema,
  finish: (values, isSet) => ({ ...values, subnet: resolveNetuid(values.netuid, values.subtensor, isSet) }),
};
const sample = defineConfig(definition);

function read(argv: string[], env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const parsed = sample.parse({ argv, env, readText: (path) => files[path] ?? null });
  if (parsed.kind !== 'run') throw new Error(`expected a config, got ${parsed.text}`);
  return parsed;
}

function print(argv: string[], env: Record<string, string> = {}): string {
  const parsed = sample.parse({ argv, env, readText: () => null });
  if (parsed.kind !== 'print') throw new Error('expected text');
  return parsed.text;
}

function refusal(argv: string[], env: Record<string, string> = {}, files: Record<string, string> = {}): CodedError {
  try {
    sample.parse({ argv, env, readText: (path) => files[path] ?? null });
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('flags', () => {
  it.each<[string, string[], (c: ReturnType<typeof read>['config']) => unknown, unknown]>([
    ['a dotted flag takes the next word', ['--subtensor.network', 'test'], (c) => c.subtensor.network, 'test'],
    ['a dotted flag takes a value after =', ['--subtensor.network=test'], (c) => c.subtensor.network, 'test'],
    ['a value may hold = itself', ['--wallet.name=a=b'], (c) => c.wallet.name, 'a=b'],
    ['snake case flags land in camel case fields', ['--model.cache_dir', 'x'], (c) => c.model.cacheDir, 'x'],
    ['dashes are taken for underscores', ['--model.cache-dir', 'x'], (c) => c.model.cacheDir, 'x'],
    ['a boolean alone is true', ['--logging.debug'], (c) => c.logging.debug, true],
    ['a boolean takes true as the next word', ['--logging.debug', 'true'], (c) => c.logging.debug, true],
    ['a boolean takes False as btcli writes it', ['--neuron.strict', 'False'], (c) => c.neuron.strict, false],
    ['a boolean takes a value after =', ['--neuron.strict=0'], (c) => c.neuron.strict, false],
    ['--no- turns a boolean off', ['--no-neuron.strict'], (c) => c.neuron.strict, false],
    ['a negative number is a value', ['--netuid', '3', '--model.name', '-1'], (c) => c.model.name, '-1'],
    ['a number is parsed', ['--neuron.timeout', '12.5'], (c) => c.neuron.timeout, 12.5],
    ['a list splits at commas', ['--neuron.allow', 'a, b,,c'], (c) => c.neuron.allow, ['a', 'b', 'c']],
    ['a repeated list flag adds', ['--neuron.allow', 'a', '--neuron.allow=b'], (c) => c.neuron.allow, ['a', 'b']],
    ['the last of a repeated flag wins', ['--netuid', '1', '--netuid', '2'], (c) => c.netuid, 2],
    ['an empty text clears a nullable option', ['--wallet.path='], (c) => c.wallet.path, null],
  ])('%s', (_name, argv, pick, expected) => {
    expect(pick(read(argv).config)).toEqual(expected);
  });

  it.each<[string, string[], string, RegExp]>([
    [
      'a misspelt flag names the nearest',
      ['--subtensor.netwrok', 'x'],
      'CONFIG_UNKNOWN_FLAG',
      /--subtensor\.network\?/,
    ],
    ['a flag without its prefix names the whole', ['--timeout', '3'], 'CONFIG_UNKNOWN_FLAG', /--neuron\.timeout\?/],
    ['--no- before a text option is unknown', ['--no-wallet.name'], 'CONFIG_UNKNOWN_FLAG', /wallet\.name/],
    ['nothing near names nothing', ['--zzzzzzzzzzzz'], 'CONFIG_UNKNOWN_FLAG', /unknown flag --zzzzzzzzzzzz$/],
    ['an unknown short flag is refused', ['-x'], 'CONFIG_UNKNOWN_FLAG', /-x/],
    ['a flag at the end needs its value', ['--wallet.name'], 'CONFIG_MISSING_VALUE', /--wallet\.name needs a value/],
    ['a flag is no value', ['--wallet.name', '--netuid'], 'CONFIG_MISSING_VALUE', /--wallet\.name/],
    ['a boolean refuses other words', ['--logging.debug=maybe'], 'CONFIG_BAD_VALUE', /maybe/],
    ['a word among flags is refused', ['run'], 'CONFIG_UNEXPECTED_WORD', /"run"/],
    ['text where a number belongs', ['--netuid', 'ten'], 'CONFIG_BAD_VALUE', /--netuid "ten" \(from flag\)/],
    ['hexadecimal is no number', ['--netuid', '0x10'], 'CONFIG_BAD_VALUE', /0x10/],
    ['a number out of range', ['--netuid', '70000'], 'CONFIG_BAD_VALUE', /70000/],
    ['a word outside the enumeration', ['--model.backend', 'gpt'], 'CONFIG_BAD_VALUE', /llama/],
    ['a wallet name that is a path', ['--wallet.name', '../x'], 'CONFIG_BAD_VALUE', /file name/],
    ['an endpoint that is no websocket', ['--subtensor.chain_endpoint', 'http://a'], 'CONFIG_BAD_VALUE', /ws:\/\//],
    ['a health port out of range', ['--health.port', '70000'], 'CONFIG_BAD_VALUE', /port number below 65536/],
  ])('%s', (_name, argv, code, message) => {
    const error = refusal(argv);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.remedy).not.toBe('');
  });

  it('names every wrong value at once', () => {
    const error = refusal(['--netuid', 'x', '--neuron.timeout', '0']);
    expect(error.message).toMatch(/--netuid.*--neuron\.timeout/);
  });

  it('never shows the value of a secret in an error', () => {
    const numeric = refusal(['--config', 'f'], {}, { f: '{"neuron.secret_word": 123456}' });
    expect(numeric.message).toContain('--neuron.secret_word');
    expect(numeric.message).not.toContain('123456');
  });
});

describe('precedence', () => {
  const flag = ['--neuron.timeout', '1'];
  const env = { BT_SAMPLE_NEURON_TIMEOUT: '2' };
  const files = { '.env': 'BT_SAMPLE_NEURON_TIMEOUT=3\n', 'c.json': '{"neuron":{"timeout":4}}' };
  const config = ['--config', 'c.json'];
  it.each<[string, string[], Record<string, string>, Record<string, string>, number, string]>([
    ['flag over all', [...flag, ...config], env, files, 1, 'flag'],
    ['environment over .env', config, env, files, 2, 'env BT_SAMPLE_NEURON_TIMEOUT'],
    ['.env over file', config, {}, files, 3, '.env BT_SAMPLE_NEURON_TIMEOUT'],
    ['file over default', config, {}, { 'c.json': files['c.json'] }, 4, 'file'],
    ['default at last', [], {}, {}, 40, 'default'],
    ['an empty variable is no value', [], { BT_SAMPLE_NEURON_TIMEOUT: '' }, files, 3, '.env BT_SAMPLE_NEURON_TIMEOUT'],
  ])('%s', (_name, argv, environment, present, expected, source) => {
    const parsed = read(argv, environment, present);
    expect(parsed.config.neuron.timeout).toBe(expected);
    expect(parsed.sources.get('neuron.timeout')).toBe(source);
  });

  it('reads the names of the SDK, and its own name before them', () => {
    const env = { BT_SUBTENSOR_NETWORK: 'test', BT_WALLET_NAME: 'w', BT_WALLET_HOTKEY: 'h', OPENAI_API_KEY: 'k' };
    const { config } = read([], { ...env, BT_SAMPLE_WALLET_NAME: 'own' });
    expect([config.subtensor.network, config.wallet.name, config.wallet.hotkey]).toEqual(['test', 'own', 'h']);
    expect(modelApiKey({ ...config.model, backend: 'openai' })).toBe('k');
  });

  it('warns of a variable with its prefix that nothing reads', () => {
    expect(read([], { BT_SAMPLE_NEURON_TIMOUT: '3' }).warnings).toEqual([
      'BT_SAMPLE_NEURON_TIMOUT matches no option; did you mean BT_SAMPLE_NEURON_TIMEOUT?',
    ]);
  });
});

describe('config file', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    ['a missing file', {}, /no file c\.json/],
    ['a file that is not JSON', { 'c.json': '{' }, /is not JSON/],
    ['a file that is a list', { 'c.json': '[]' }, /JSON object/],
    ['an unknown key', { 'c.json': '{"neuron":{"timeuot":1}}' }, /did you mean "neuron\.timeout"/],
    ['a prototype key', { 'c.json': '{"__proto__":{"x":1}}' }, /unknown option/],
  ])('%s is refused', (_name, files, message) => {
    const error = refusal(['--config', 'c.json'], {}, files);
    expect(error.code).toBe('CONFIG_BAD_FILE');
    expect(error.message).toMatch(message);
  });
});

describe('derived values', () => {
  it.each<[string, string[], number | 'CONFIG_REQUIRED']>([
    ['finney', [], 102],
    ['test', ['--subtensor.network', 'test'], 354],
    ['local has none', ['--subtensor.network', 'local'], 'CONFIG_REQUIRED'],
    ['an address has none', ['--subtensor.network', 'ws://127.0.0.1:1'], 'CONFIG_REQUIRED'],
    ['an endpoint alone has none', ['--subtensor.chain_endpoint', 'ws://127.0.0.1:1'], 'CONFIG_REQUIRED'],
    ['an endpoint of a named network', ['--subtensor.network=test', '--subtensor.chain_endpoint=ws://a:1'], 354],
    ['a netuid given', ['--subtensor.network', 'local', '--netuid', '2'], 2],
  ])('netuid of %s', (_name, argv, expected) => {
    if (typeof expected === 'number') expect(read(argv).config.subnet).toBe(expected);
    else expect(refusal(argv).code).toBe(expected);
  });

  it('prefers the endpoint over the network', () => {
    expect(
      chainAddress(read(['--subtensor.network=test', '--subtensor.chain_endpoint=ws://a:1']).config.subtensor),
    ).toBe('ws://a:1');
  });

  it.each([
    ['separated by commas', ['--subtensor.chain_endpoint=ws://a:1, wss://b/x']],
    ['given one after another', ['--subtensor.chain_endpoint', 'ws://a:1', '--subtensor.chain_endpoint', 'wss://b/x']],
  ])('takes several endpoints %s', (_name, argv) => {
    expect(chainAddress(read([...argv, '--netuid', '2']).config.subtensor)).toBe('ws://a:1,wss://b/x');
  });

  it('refuses an endpoint that is none among several', () => {
    expect(refusal(['--subtensor.chain_endpoint=ws://a:1,http://b']).code).toBe('CONFIG_BAD_VALUE');
  });

  it.each<[string, string[], number | null]>([
    ['auto', [], 0],
    ['off', ['--health.port', 'off'], null],
    ['0', ['--health.port', '0'], null],
    ['9100', ['--health.port', '9100'], 9100],
  ])('health port %s', (_name, argv, expected) => {
    expect(healthPort(read(argv).config.health)).toBe(expected);
  });

  it('reads levels of components', () => {
    expect(logLevels(read(['--logging.levels', 'chain=debug,axon=warn', '--logging.trace']).config.logging)).toEqual({
      level: 'trace',
      components: { chain: 'debug', axon: 'warn' },
    });
  });

  it('a cloud backend without a key is refused with the variable to set', () => {
    const { model } = read([]).config;
    expect(() => modelApiKey({ ...model, backend: 'anthropic' })).toThrowError(
      expect.objectContaining({ code: 'CONFIG_REQUIRED', remedy: expect.stringContaining('ANTHROPIC_API_KEY') }),
    );
    expect(modelApiKey({ ...model, backend: 'openai', baseUrl: 'http://127.0.0.1:8080/v1' })).toBeNull();
  });
});

describe('printing', () => {
  it('help lists every option under its prefix with default and environment names', () => {
    const text = print(['--help']);
    for (const spec of sample.options) expect(text).toContain(`--${spec.flag}`);
    expect(text).toMatch(
      /\nneuron\n {2}--neuron\.timeout <number>\n {6}seconds to wait for an answer \[default 40; env/,
    );
    expect(text).toContain('BT_SAMPLE_NEURON_TIMEOUT');
    expect(text).toContain('102 on finney');
  });

  it('the dump hides secrets and says where values came from', () => {
    const dump = JSON.parse(print(['--print-config', '--neuron.timeout', '7'], { OPENAI_API_KEY: 'sk-very-secret' }));
    expect(dump['neuron.timeout']).toEqual({ value: 7, from: 'flag' });
    expect(dump['model.openai_api_key']).toEqual({ value: REDACTED, from: 'env OPENAI_API_KEY' });
    expect(dump['model.api_key']).toEqual({ value: null, from: 'default' });
    expect(JSON.stringify(dump)).not.toContain('sk-very-secret');
  });

  it('the option table has a row for each option', () => {
    const rows = print(['--print-options']).trim().split('\n').slice(2);
    expect(rows).toHaveLength(sample.options.length);
    expect(rows.find((row) => row.includes('--neuron.timeout'))).toBe(
      '| `--neuron.timeout` | `BT_SAMPLE_NEURON_TIMEOUT` | `40` | seconds to wait for an answer |',
    );
  });

  it('prints the version', () => expect(print(['--version'])).toBe('1.2.3\n'));
});

it('a schema leaf that is no option is a programming error at definition', () => {
  const bare = z.strictObject({ x: z.string() });
  expect(() => defineConfig({ ...definition, schema: bare, finish: () => 0 })).toThrow(/was not made with option/);
});
