import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, silentLogger } from '@bettertherapy/core';
import { repositoryRoot } from '@bettertherapy/testkit';
import { describe, expect, it } from 'vitest';
import { findCommand } from '../../apps/cli/src/commandList.js';
import { splitFlags } from '../../apps/cli/src/doctor/ownFlags.js';
import { nobody } from '../../apps/cli/test/support/nobody.js';
import { minerConfig } from '../../apps/miner/src/config.js';
import { validatorConfig } from '../../apps/validator/src/options.js';
import { type DocumentedCommand, documentedCommands, inlineCommands } from './documented.js';

const documents = execFileSync('git', ['ls-files', '*.md', 'docs/*.md'], { cwd: repositoryRoot, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => file !== 'CHANGELOG.md')
  .map((file) => ({ file, text: readFileSync(join(repositoryRoot, file), 'utf8') }));

/** What a program answers to these words when it may only parse and print. Throws as the program would. */
async function ask(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const [program, ...rest] = words;
  const input = { argv: rest, env, cwd: repositoryRoot, terminal: false, columns: 100, readText: () => null };
  if (program === 'miner' || program === 'validator') {
    const parsed = (program === 'miner' ? minerConfig : validatorConfig).parse(input);
    if (parsed.kind !== 'print') throw new TypeError('only commands that print may be asked');
    return parsed.text;
  }
  const found = findCommand(program === 'migrate' ? ['migrate', ...rest] : rest);
  if (found === null) throw new TypeError(`no command ${words.join(' ')}`);
  const printed: string[] = [];
  await found.command.run(found.rest, {
    input,
    terminal: nobody,
    out: (text) => void printed.push(text),
    note: () => undefined,
    log: silentLogger,
    signal: new AbortController().signal,
  });
  return printed.join('');
}

async function refusal({ words, env }: Pick<DocumentedCommand, 'words' | 'env'>): Promise<string | null> {
  if (words[1] === 'doctor') {
    const { own, daemon } = splitFlags(words.slice(2));
    const refused = await refusal({ words: [own.includes('validator') ? 'validator' : 'miner', ...daemon], env });
    if (refused !== null) return refused;
  }
  // --print-config parses and checks every flag and value, and does nothing else.
  return ask([...words, '--print-config'], env).then(
    () => null,
    (error: unknown) => describeError(error),
  );
}

describe('commands in the shell blocks of documents', () => {
  const commands = documents.flatMap(({ file, text }) => documentedCommands(file, text));

  it('are found in the documents for operators', () => {
    for (const name of ['staging', 'testnet', 'mainnet']) {
      expect(commands.filter(({ file }) => file === `docs/running_on_${name}.md`).length).toBeGreaterThan(10);
    }
  });

  it('would be refused with a flag that does not exist, a bad value, or a required one left out', async () => {
    const env = {};
    expect(await refusal({ words: 'bt stake add --netuid 2 --amuont 5'.split(' '), env })).toContain('--amount');
    expect(await refusal({ words: 'bt stake add --netuid 2'.split(' '), env })).toContain('--amount');
    expect(await refusal({ words: 'miner --netuid seven'.split(' '), env })).toContain('--netuid');
    expect(await refusal({ words: 'miner --subtensor.network local'.split(' '), env })).toContain('--netuid');
  });

  it('parse as printed: every command, flag and value', async () => {
    const refused: string[] = [];
    for (const command of commands) {
      const message = await refusal(command);
      if (message !== null) refused.push(`${command.file}: ${command.line}: ${message}`);
    }
    expect(refused).toEqual([]);
  });
});

describe('commands named within the text of documents', () => {
  it('have every flag that is named with them', async () => {
    const unknown: string[] = [];
    for (const { file, text } of documents) {
      for (const words of inlineCommands(text)) {
        const flags = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/[=…].*$/s, ''));
        if (flags.length === 0) continue;
        const table = await ask([...words.filter((word) => /^[a-z][a-z-]*$/.test(word)), '--print-options']);
        const missing = flags.filter((flag) => flag !== '--help' && !table.includes(`\`${flag}\``));
        if (missing.length > 0) unknown.push(`${file}: ${words.join(' ')}: ${missing.join(', ')}`);
      }
    }
    expect(unknown).toEqual([]);
  });
});

describe('flags of the Python software, in docs/migrating_from_python.md', () => {
  const text = readFileSync(join(repositoryRoot, 'docs/migrating_from_python.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `--([\w.]+)` *\| (?:`--([\w.]+)`|–) *\|/gm)];
  const known = new Set([...minerConfig.options, ...validatorConfig.options].map(({ flag }) => flag));

  it('are told where to go: to a flag that exists, or out when there is none', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const [, theirs = '', ours] of rows) {
      if (ours === undefined) expect(known, `${theirs} exists here`).not.toContain(theirs);
      else expect(known).toContain(ours);
      if (known.has(theirs)) expect(ours).toBe(theirs);
    }
  });
});
