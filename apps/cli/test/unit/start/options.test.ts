import { describe, expect, it } from 'vitest';
import { startConfig } from '../../../src/start/options.js';

function parse(...argv: string[]) {
  const parsed = startConfig.parse({ argv, env: {}, readText: () => null });
  if (parsed.kind !== 'run') throw new Error('help was asked for');
  return parsed.config;
}

describe('the flags of npm start', () => {
  it('take a run that ends by itself', () => {
    expect(parse('--rounds', '2', '--exit', '--json', 'out.json')).toMatchObject({ rounds: 2, exit: true });
  });

  it.each([
    { name: '--exit without --rounds, which would never exit', argv: ['--exit'] },
    { name: '--exit with no rounds at all', argv: ['--exit', '--rounds', '0'] },
    { name: '--json without --exit, which would never write', argv: ['--rounds', '2', '--json', 'out.json'] },
  ])('refuse $name', ({ argv }) => {
    expect(() => parse(...argv)).toThrow(expect.objectContaining({ code: 'CONFIG_REQUIRED' }));
  });
});
