#!/usr/bin/env node
import { readProcessInput } from '@bettertherapy/config';
import { CodedError, describeError, silentLogger } from '@bettertherapy/core';
import type { Command, CommandContext } from './command.js';
import { exitCodeOf } from './commands/errors.js';
import { keyCreate } from './commands/key/create.js';
import { keyList } from './commands/key/list.js';
import { keyRevoke } from './commands/key/revoke.js';
import { localnetRun } from './commands/localnet.js';
import { migrateCommand } from './commands/migrate.js';
import { modelsFetch, modelsList } from './commands/models.js';
import { stakeAdd, stakeRemove } from './commands/stake/stake.js';
import { subnetCreate } from './commands/subnet/create.js';
import { subnetHyperparameters } from './commands/subnet/hyperparameters.js';
import { subnetList } from './commands/subnet/list.js';
import { subnetMetagraph } from './commands/subnet/metagraph.js';
import { subnetRegister } from './commands/subnet/register.js';
import { subnetSet } from './commands/subnet/set.js';
import { subnetStart } from './commands/subnet/start.js';
import { openTerminal } from './commands/terminal.js';
import { walletBalance } from './commands/wallet/balance.js';
import { walletCreate, walletNewColdkey, walletNewHotkey } from './commands/wallet/create.js';
import { walletFund } from './commands/wallet/fund.js';
import { walletList } from './commands/wallet/list.js';
import { walletRegen } from './commands/wallet/regen.js';
import { weightsSet } from './commands/weights/set.js';
import { weightsShow } from './commands/weights/show.js';
import { startCommand } from './start/start.js';

const COMMANDS: readonly Command[] = [
  startCommand,
  localnetRun,
  migrateCommand,
  keyCreate,
  keyList,
  keyRevoke,
  modelsFetch,
  modelsList,
  walletCreate,
  walletNewColdkey,
  walletNewHotkey,
  walletRegen,
  walletList,
  walletBalance,
  walletFund,
  subnetList,
  subnetCreate,
  subnetStart,
  subnetRegister,
  subnetMetagraph,
  subnetHyperparameters,
  subnetSet,
  stakeAdd,
  stakeRemove,
  weightsShow,
  weightsSet,
];

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ words }) => words.join(' ').length));
  const rows = COMMANDS.map(({ words, summary }) => `  ${words.join(' ').padEnd(width)}  ${summary}`);
  return `Usage: pnpm bt <command> [flags]\n\n${rows.join('\n')}\n\n\`pnpm bt <command> --help\` shows the flags of a command.\n`;
}

/** The command whose words begin the arguments, and what follows them. */
function find(argv: readonly string[]): { command: Command; rest: readonly string[] } | null {
  const command = COMMANDS.find(({ words }) => words.every((word, at) => argv[at] === word));
  return command ? { command, rest: argv.slice(command.words.length) } : null;
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
  const found = find(input.argv);
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
