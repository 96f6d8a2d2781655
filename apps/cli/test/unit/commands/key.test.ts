import { join } from 'node:path';
import { silentLogger, systemClock } from '@bettertherapy/core';
import { migrate, openAdministration } from '@bettertherapy/store';
import { repositoryRoot, temporaryFolder } from '@bettertherapy/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { CommandBody, CommandContext } from '../../../src/command.js';
import { keyCreate } from '../../../src/commands/key/create.js';
import { keyList } from '../../../src/commands/key/list.js';
import { keyRevoke } from '../../../src/commands/key/revoke.js';

const migrationsDir = join(repositoryRoot, 'migrations');
const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

/** A validator's data folder, and commands run on it as an operator types them. */
function onValidator() {
  const folder = temporaryFolder('keys');
  folders.push(folder);
  const file = join(folder.path, 'validator.sqlite');
  migrate({ file, migrationsDir });
  const run = async (command: CommandBody, ...argv: string[]) => {
    let out = '';
    const context = {
      input: { argv: [], env: {}, readText: () => null, terminal: false },
      out: (text: string) => {
        out += text;
      },
      note: () => undefined,
      log: silentLogger,
      signal: new AbortController().signal,
    } as unknown as CommandContext; // These commands read nothing else of it.
    const code = await command.run(['key'], ['--data.dir', folder.path, ...argv], context);
    return { code, out };
  };
  return { file, run, open: () => openAdministration({ file, migrationsDir }) };
}

describe('keys on the command line', () => {
  it('a studio key is an invitation that is good once, and the list shows the doctor', async () => {
    const { run, open } = onValidator();
    const made = await run(keyCreate, '--scope', 'studio', '--doctor', 'Dr. Ada', '--twin', 'dr-ada', '--json');
    const { key, link, doctor, twins } = JSON.parse(made.out);
    expect(key).toMatch(/^bti_/);
    expect(link).toBe(`http://HOST:PORT/#invitation=${key}`);
    expect(twins).toEqual(['dr-ada']);
    const listed = JSON.parse((await run(keyList, '--json')).out);
    expect(listed).toMatchObject({ keys: [], doctors: [{ id: doctor.id, name: 'Dr. Ada', twins: ['dr-ada'] }] });
    expect(JSON.stringify(listed)).not.toContain(key);
    const administration = open();
    const nowMs = systemClock.wallMs();
    const session = administration.doctors.redeem(key, { nowMs, expiresMs: nowMs + 1_000 });
    expect(session?.doctor.name).toBe('Dr. Ada');
    expect(administration.doctors.redeem(key, { nowMs, expiresMs: nowMs + 1_000 })).toBeNull();
    expect(await run(keyRevoke, doctor.id)).toEqual({ code: 0, out: 'Dr. Ada is signed out (1 sessions ended)\n' });
    expect(administration.doctors.byToken(session?.token ?? '', nowMs)).toBeNull();
    expect(administration.audit.ofTwin('dr-ada', 9)).toMatchObject([{ actor: 'operator', action: 'invite' }]);
    administration.close();
  });

  it('a chat or operator key is a key, with a link for the operator', async () => {
    const { run } = onValidator();
    const made = JSON.parse((await run(keyCreate, '--scope', 'operator', '--json')).out);
    expect(made).toMatchObject({
      key: expect.stringMatching(/^bt_/),
      doctor: null,
      link: `http://HOST:PORT/#key=${made.key}`,
    });
    expect(await run(keyRevoke, made.id)).toEqual({ code: 0, out: `key ${made.id} is revoked\n` });
    expect((await run(keyRevoke, made.id)).code).toBe(1);
  });

  it.each([
    ['a studio key without a doctor', ['--scope', 'studio']],
    ['a doctor without the scope', ['--doctor', 'Dr. A']],
    ['the studio beside another scope', ['--scope', 'studio,chat', '--doctor', 'Dr. A']],
    ['a twin without the scope', ['--twin', 'dr-a']],
  ])('%s is refused', async (_, argv) => {
    const { run } = onValidator();
    await expect(run(keyCreate, ...argv)).rejects.toMatchObject({ code: 'CLI_USAGE' });
  });

  it('a twin that is another doctor’s is refused and nobody is invited', async () => {
    const { run } = onValidator();
    await run(keyCreate, '--scope', 'studio', '--doctor', 'Dr. A', '--twin', 'dr-a');
    await expect(run(keyCreate, '--scope', 'studio', '--doctor', 'Dr. B', '--twin', 'dr-a')).rejects.toMatchObject({
      code: 'CLI_USAGE',
    });
    expect(JSON.parse((await run(keyList, '--json')).out).doctors).toHaveLength(1);
  });
});
