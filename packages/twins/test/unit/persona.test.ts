import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, silentLogger, systemClock } from '@bettertherapy/core';
import {
  defaultPersonaPath,
  installDefaultPersona,
  MAX_PERSONA_BYTES,
  PersonaFile,
  parsePersona,
} from '@bettertherapy/twins';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parsePersona', () => {
  it('leaves comments out and keeps paragraphs', () => {
    const { text } = parsePersona(bytes('<!-- note\n to self -->\nYou are a kind doctor.\r\n\r\n\r\nBe brief.\n'), 'p');
    expect(text).toBe('You are a kind doctor.\n\nBe brief.');
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', bytes(''), /no text/],
    ['a file with nothing but a comment', bytes('<!-- You are a kind doctor of people. -->'), /no text/],
    ['a file beyond the limit', bytes('x'.repeat(MAX_PERSONA_BYTES + 1)), /limit/],
    ['bytes that are not UTF-8', new Uint8Array([0xff, 0xfe, 0x41]), /UTF-8/],
    ['control characters', bytes('You are a kind\u0000 doctor of people.'), /control/],
  ])('%s is refused', (_name, content, message) => {
    expect(() => parsePersona(content, 'p')).toThrowError(
      expect.objectContaining({ code: 'TWIN_PERSONA_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('the persona that ships says what it is and asks for the right length', async () => {
    const { text } = parsePersona(await readFile(defaultPersonaPath), 'doctor.md');
    expect(text).toMatch(/software and not a person/);
    expect(text).toMatch(/about 90 words/);
    expect(text).not.toContain('<!--');
  });
});

describe('PersonaFile', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'persona-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function edit(path: string, text: string, second: number): Promise<void> {
    await writeFile(path, text);
    await utimes(path, second, second);
  }

  it('installs the default once and leaves an edited file alone', async () => {
    const path = join(dir, 'data', 'persona.md');
    expect(await installDefaultPersona(path)).toBe(true);
    await writeFile(path, 'You are somebody else entirely.');
    expect(await installDefaultPersona(path)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('You are somebody else entirely.');
  });

  it('reads an edit again, and keeps the last good text over a bad edit', async () => {
    let nowMs = 0;
    const clock: Clock = { ...systemClock, monotonicMs: () => nowMs };
    const path = join(dir, 'persona.md');
    await edit(path, 'You are the first doctor of all.', 1000);
    const file = new PersonaFile({ path, checkMs: 1000 }, { clock, log: silentLogger });
    expect((await file.open()).text).toContain('first');
    await edit(path, 'You are the second doctor of all.', 2000);
    nowMs = 500;
    expect((await file.current()).text).toContain('first');
    nowMs = 1000;
    expect((await file.current()).text).toContain('second');
    await edit(path, '', 3000);
    nowMs = 2000;
    expect((await file.current()).text).toContain('second');
    await rm(path);
    nowMs = 3000;
    expect((await file.current()).text).toContain('second');
  });

  it('a missing file is refused at the start with the flag to change', async () => {
    const file = new PersonaFile({ path: join(dir, 'none.md') }, { clock: systemClock, log: silentLogger });
    await expect(file.open()).rejects.toMatchObject({
      code: 'TWIN_PERSONA_UNREADABLE',
      remedy: expect.stringContaining('--twin.prompt_file'),
    });
  });
});
