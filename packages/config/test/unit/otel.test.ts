import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineConfig, otelFragment, tracesUrl } from '../../src/index.js';

const config = defineConfig({
  app: 'validator',
  usage: 'pnpm validator',
  summary: 'A daemon with traces.',
  version: '0',
  schema: z.strictObject({ otel: otelFragment }),
  finish: (values) => values,
});

function parse(argv: readonly string[], env: Record<string, string> = {}, dotEnv: string | null = null) {
  const readText = (path: string) => (path.endsWith('.env') ? dotEnv : null);
  const parsed = config.parse({ argv, env, readText });
  return parsed.kind === 'run' ? parsed.config.otel : parsed.text;
}

describe('where traces go', () => {
  it.each<[string, Parameters<typeof parse>, string | null]>([
    ['nowhere unless asked', [[]], null],
    ['the flag', [['--otel.endpoint', 'http://127.0.0.1:4318']], 'http://127.0.0.1:4318/v1/traces'],
    [
      'our variable',
      [[], { BT_VALIDATOR_OTEL_ENDPOINT: 'https://otel.example.org/' }],
      'https://otel.example.org/v1/traces',
    ],
    ['the variable of the standard', [[], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }], 'http://c:4318/v1/traces'],
    ['a line of .env', [[], {}, 'OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318'], 'http://c:4318/v1/traces'],
    [
      'the flag before the variable',
      [['--otel.endpoint', 'http://a:1'], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://b:2' }],
      'http://a:1/v1/traces',
    ],
    ['a path of its own', [['--otel.endpoint', 'http://a:1/tenant/']], 'http://a:1/tenant/v1/traces'],
    ['the whole address', [['--otel.endpoint', 'http://a:1/v1/traces']], 'http://a:1/v1/traces'],
  ])('%s', (_name, input, expected) => {
    const otel = parse(...input);
    expect(typeof otel === 'string' ? otel : tracesUrl(otel)).toBe(expected);
  });

  it.each([
    ['a password in the address', ['--otel.endpoint', 'http://user:secret@a:1']],
    ['no http', ['--otel.endpoint', 'grpc://a:4317']],
    ['a ratio above 1', ['--otel.sample_ratio', '2']],
    ['a header without a value', ['--otel.headers', 'authorization']],
  ])('%s is refused', (_name, argv) => {
    expect(() => parse(argv)).toThrow();
  });

  it('takes headers, and never shows them', () => {
    const headers = ['authorization=Basic%20abc', 'x-scope=1'];
    const env = { OTEL_EXPORTER_OTLP_HEADERS: headers.join(',') };
    expect(parse([], env)).toMatchObject({ headers });
    expect(parse(['--print-config'], env)).not.toContain('abc');
  });
});
