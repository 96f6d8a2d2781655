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

/** One `pnpm bt …` command. */
export interface Command {
  /** The words that name it: `['localnet', 'run']`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** Parses its own flags and runs; resolves to the exit code. */
  run(argv: readonly string[], context: CommandContext): Promise<number>;
}

/** Joins a config definition and what is done with it into a {@link Command}. */
export function command<T>(
  words: readonly string[],
  summary: string,
  config: Config<T>,
  work: (parsed: ParsedConfig<T>, context: CommandContext) => Promise<number>,
): Command {
  return {
    words,
    summary,
    run: async (argv, context) => {
      const parsed: ParsedConfig<T> | PrintRequest = config.parse({ ...context.input, argv });
      if (parsed.kind === 'print') {
        context.out(parsed.text);
        return 0;
      }
      for (const warning of parsed.warnings) context.note(`${warning}\n`);
      return work(parsed, context);
    },
  };
}

export interface OperatorCommand<S extends z.ZodObject, T> {
  readonly words: readonly string[];
  /** For the overview of all commands. */
  readonly summary: string;
  /** For the command's own `--help`. */
  readonly about: string;
  /** Words accepted besides flags, for the usage line. */
  readonly positionals?: string | undefined;
  readonly schema: S;
  readonly finish: (values: z.output<S>, isSet: (flag: string) => boolean) => T;
  readonly work: (config: T, context: CommandContext, positionals: readonly string[]) => Promise<number>;
}

/** A command for operators; its flags are also variables `BT_CLI_…`. */
export function operatorCommand<S extends z.ZodObject, T>(definition: OperatorCommand<S, T>): Command {
  const { words, summary, about, positionals, schema, finish, work } = definition;
  const config = defineConfig({
    app: 'cli',
    usage: `pnpm bt ${words.join(' ')}`,
    summary: about,
    version: '0.1.0',
    words: positionals,
    schema,
    finish,
  });
  return command(words, summary, config, (parsed, context) => work(parsed.config, context, parsed.positionals));
}
