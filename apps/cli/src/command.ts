import {
  type Config,
  defineConfig,
  type ParsedConfig,
  type PrintRequest,
  type ProcessInput,
} from '@bettertherapy/config';
import type { Logger } from '@bettertherapy/core';
import type { z } from 'zod';
import type { Terminal } from './commands/terminal.js';

/** What a command may use of the process it runs in. */
export interface CommandContext {
  readonly input: ProcessInput;
  readonly terminal: Terminal;
  /** Results, for people and pipes. */
  readonly out: (text: string) => void;
  /** Progress, for people; never on stdout. */
  readonly note: (text: string) => void;
  readonly log: Logger;
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** One `pnpm bt …` command, as the overview and the command line know it. */
export interface Command {
  /** The words that name it: `['localnet', 'run']`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** Parses its own flags and runs; resolves to the exit code. */
  run(argv: readonly string[], context: CommandContext): Promise<number>;
}

/** What a command does, in a module of its own that is loaded when the command is called. */
export interface CommandBody {
  /** Parses the flags of the command that `words` name, and runs it; resolves to the exit code. */
  run(words: readonly string[], argv: readonly string[], context: CommandContext): Promise<number>;
}

/** Joins a config definition and what is done with it into a {@link CommandBody}. */
export function command<T>(
  config: Config<T>,
  work: (parsed: ParsedConfig<T>, context: CommandContext) => Promise<number>,
): CommandBody {
  return { run: (_words, argv, context) => parseAndRun(config, argv, context, (parsed) => work(parsed, context)) };
}

async function parseAndRun<T>(
  config: Config<T>,
  argv: readonly string[],
  context: CommandContext,
  work: (parsed: ParsedConfig<T>) => Promise<number>,
): Promise<number> {
  const parsed: ParsedConfig<T> | PrintRequest = config.parse({ ...context.input, argv });
  if (parsed.kind === 'print') {
    context.out(parsed.text);
    return 0;
  }
  for (const warning of parsed.warnings) context.note(`${warning}\n`);
  return work(parsed);
}

export interface OperatorCommand<S extends z.ZodObject, T> {
  /** For the command's own `--help`. */
  readonly about: string;
  /** Words accepted besides flags, for the usage line. */
  readonly positionals?: string | undefined;
  readonly schema: S;
  readonly finish: (values: z.output<S>, isSet: (flag: string) => boolean) => T;
  readonly work: (config: T, context: CommandContext, positionals: readonly string[]) => Promise<number>;
}

/** A command for operators; its flags are also variables `BT_CLI_…`. */
export function operatorCommand<S extends z.ZodObject, T>(definition: OperatorCommand<S, T>): CommandBody {
  const { about, positionals, schema, finish, work } = definition;
  return {
    run: (words, argv, context) => {
      const config = defineConfig({
        app: 'cli',
        usage: `pnpm bt ${words.join(' ')}`,
        summary: about,
        version: '0.1.0',
        words: positionals,
        schema,
        finish,
      });
      return parseAndRun(config, argv, context, (parsed) => work(parsed.config, context, parsed.positionals));
    },
  };
}
