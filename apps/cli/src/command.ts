import type { Config, ParsedConfig, PrintRequest, ProcessInput } from '@bettertherapy/config';
import type { Logger } from '@bettertherapy/core';

/** What a command may use of the process it runs in. */
export interface CommandContext {
  readonly input: ProcessInput;
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
