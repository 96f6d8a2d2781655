import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../src/commands/terminal.js';

function streams() {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk) => {
    shown += String(chunk);
  });
  return { input, output, shown: () => shown };
}

const never = new AbortController().signal;

describe('a terminal', () => {
  it('reads a secret without showing any of it', async () => {
    const { input, output, shown } = streams();
    const answer = openTerminal({ input, output }).askSecret('Password: ', never);
    input.write('c0rrect horse\r');
    expect(await answer).toBe('c0rrect horse');
    expect(shown()).toBe('Password: \n');
  });

  it('shows nothing of a secret that is asked for after a question', async () => {
    const { input, output, shown } = streams();
    const terminal = openTerminal({ input, output });
    const first = terminal.ask('Sign? ', never);
    input.write('y\r');
    expect(await first).toBe('y');
    const second = terminal.askSecret('Password: ', never);
    const before = shown().length;
    input.write('c0rrect horse\r');
    expect(await second).toBe('c0rrect horse');
    expect(shown().slice(before)).toBe('\n');
    expect(shown()).not.toContain('horse');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('takes %s as no', async (_name, key) => {
    const { input, output } = streams();
    const answer = openTerminal({ input, output }).ask('Sign? ', never);
    input.write(key);
    await expect(answer).rejects.toMatchObject({ code: 'CLI_NOT_CONFIRMED' });
  });

  it('stops waiting when the process is asked to stop', async () => {
    const { input, output } = streams();
    const stop = new AbortController();
    const answer = openTerminal({ input, output }).ask('Sign? ', stop.signal);
    stop.abort(new Error('stopped by SIGTERM'));
    await expect(answer).rejects.toThrow('stopped by SIGTERM');
  });

  it('is not there when streams are pipes', () => {
    expect(openTerminal(streams()).interactive).toBe(false);
  });

  it('refuses a flood on its input', async () => {
    const { input, output } = streams();
    const answer = openTerminal({ input, output }).readPiped(never);
    input.end(Buffer.alloc(20_000, 97));
    await expect(answer).rejects.toMatchObject({ code: 'CLI_USAGE' });
  });
});
