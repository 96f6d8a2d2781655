#!/usr/bin/env node
import { readProcessInput } from '@bettertherapy/config';
import { CodedError, describeError, silentLogger } from '@bettertherapy/core';
import type { CommandContext } from './command.js';
import { COMMANDS, findCommand } from './commandList.js';
import { exitCodeOf } from './commands/errors.js';
import { openTerminal } from './commands/terminal.js';

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ words }) => words.join(' ').length));
  const rows = COMMANDS.map(({ words, summary }) => `  ${words.join(' ').padEnd(width)}  ${summary}`);
  return `Usage: pnpm bt <command> [flags]\n\n${rows.join('\n')}\n\n\`pnpm bt <command> --help\` shows the flags of a command.\n`;
}

async function main(): Promise<number> {
  const input = readProcessInput();
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // The second signal does not wait for anything.
      if (stop.signal.aborted) process.exit(130);
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  const context: CommandContext = {
    input,
    terminal: openTerminal({ input: process.stdin, output: process.stderr }),
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    log: silentLogger,
    signal: stop.signal,
  };
  const found = findCommand(input.argv);
  if (!found) {
    const asked = input.argv.length === 0 || input.argv[0] === '--help';
    (asked ? context.out : context.note)(overview());
    return asked ? 0 : 2;
  }
  try {
    return await found.command.run(found.rest, context);
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return 0;
    context.note(`${describeError(error)}\n`);
    if (error instanceof CodedError) context.note(`${error.remedy}\n`);
    return exitCodeOf(error);
  }
}

process.exitCode = await main();
