#!/usr/bin/env node
import { readProcessInput } from '@bettertherapy/config';
import { CodedError, describeError, silentLogger, systemClock } from '@bettertherapy/core';
import type { CommandContext } from './command.js';
import { COMMANDS, findCommand } from './commandList.js';
import { exitCodeOf } from './commands/errors.js';
import { openTerminal } from './commands/terminal.js';

/** A Ctrl-C comes from the terminal and from the process that started this one, at about the same time. */
const SAME_SIGNAL_MS = 1_000;

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ words }) => words.join(' ').length));
  const rows = COMMANDS.map(({ words, summary }) => `  ${words.join(' ').padEnd(width)}  ${summary}`);
  return `Usage: pnpm bt <command> [flags]\n\n${rows.join('\n')}\n\n\`pnpm bt <command> --help\` shows the flags of a command.\n`;
}

async function main(): Promise<number> {
  const input = readProcessInput();
  const stop = new AbortController();
  let firstMs: number | null = null;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const nowMs = systemClock.monotonicMs();
      firstMs ??= nowMs;
      if (!stop.signal.aborted) stop.abort(new Error(`stopped by ${name}`));
      // One who insists does not want to wait for anything; the same Ctrl-C passed on by a parent is no insisting.
      else if (nowMs - firstMs > SAME_SIGNAL_MS) process.exit(130);
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
