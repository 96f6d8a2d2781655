import { createLog, type LogOptions, TelemetryFailures } from '@bettertherapy/telemetry';
import { describe, expect, it } from 'vitest';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const failures = new TelemetryFailures();
  const { log, levels } = createLog(
    { app: 'test', level: 'info', format: 'json', to: { write: (line: string) => void lines.push(line) }, ...options },
    { failures },
  );
  return {
    log,
    levels,
    lines,
    failures,
    entries: () => lines.map((line): Record<string, unknown> => JSON.parse(line)),
  };
}

describe('createLog', () => {
  it('writes a constant message with fields as one JSON object', () => {
    const { log, entries } = capture();
    log.info('round scored', { roundId: 'r1', rao: 3n });
    expect(entries()).toEqual([
      expect.objectContaining({ level: 'info', app: 'test', msg: 'round scored', roundId: 'r1', rao: '3' }),
    ]);
  });

  it('keeps lines below the level back', () => {
    const { log, entries } = capture();
    log.debug('no');
    log.trace('no');
    log.warn('yes');
    expect(entries().map((entry) => entry.msg)).toEqual(['yes']);
  });

  it('a component has its own level, also in its children', () => {
    const { log, entries } = capture({ components: { chain: 'debug', axon: 'error' } });
    log.child({ component: 'chain' }).child({ peer: 1 }).debug('chain detail');
    log.child({ component: 'axon' }).warn('axon noise');
    log.child({ component: 'other' }).debug('other detail');
    expect(entries().map((entry) => entry.msg)).toEqual(['chain detail']);
  });

  it('levels change while children are in use, in each component by itself', () => {
    const { log, levels, entries } = capture({ components: { axon: 'error' } });
    const judge = log.child({ component: 'judge' });
    const axon = log.child({ component: 'axon' }).child({ peer: 1 });
    judge.debug('no');
    expect(levels.change({ judge: 'debug', axon: 'warn' })).toBeNull();
    judge.debug('judge detail');
    axon.warn('axon noise');
    log.debug('no');
    expect(levels.change({ judge: 'trace' })).toContain('--logging.trace');
    judge.trace('no');
    judge.debug('judge detail again');
    expect(levels.change({})).toBeNull();
    judge.debug('no');
    axon.warn('no');
    expect(entries().map((entry) => entry.msg)).toEqual(['judge detail', 'axon noise', 'judge detail again']);
  });

  it('child fields are redacted too', () => {
    const { log, lines } = capture();
    log.child({ token: 'abc-secret' }).info('hello');
    expect(lines.join('')).not.toContain('abc-secret');
  });

  it('pretty lines show message and fields on one line', () => {
    const { log, lines } = capture({ format: 'pretty' });
    log.info('axon listening', { port: 8091 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('axon listening');
    expect(lines[0]).toContain('8091');
  });

  it('a stream that throws costs a count, not the caller', () => {
    const { log, failures } = capture({
      to: {
        write: () => {
          throw new Error('disk full');
        },
      },
    });
    expect(() => log.info('lost')).not.toThrow();
    expect(failures.entries()).toEqual([['log', 1]]);
  });

  it('a field whose getter throws costs a count, not the caller', () => {
    const { log, failures } = capture();
    const trap = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(() => log.info('lost', { trap })).not.toThrow();
    expect(failures.entries()).toEqual([['log', 1]]);
  });
});
