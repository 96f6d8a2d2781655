import { z } from 'zod';
import { option } from '../option.js';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** `--logging.debug`, `.trace`, `.json`, `.levels`. Resolve with {@link logLevels}. */
export const loggingFragment = z.strictObject({
  debug: option(z.boolean().default(false), { help: 'log debug lines', env: ['BT_LOGGING_DEBUG'] }),
  trace: option(z.boolean().default(false), {
    help: 'log everything, what patients wrote included',
    env: ['BT_LOGGING_TRACE'],
  }),
  json: option(z.boolean().default(false), {
    help: 'one JSON object a line; always so when stdout is not a terminal',
    env: ['BT_LOGGING_JSON'],
  }),
  levels: option(
    z.array(z.string().regex(/^[a-z0-9-]+=(trace|debug|info|warn|error)$/, 'expected component=level')).default([]),
    { help: 'levels of single components: chain=debug,axon=warn', env: ['BT_LOGGING_LEVELS'] },
  ),
});
export type LoggingConfig = z.output<typeof loggingFragment>;

/** The level of everything and the levels of single components. */
export function logLevels(logging: LoggingConfig): { level: LogLevel; components: Record<string, LogLevel> } {
  const components: Record<string, LogLevel> = {};
  for (const entry of logging.levels) {
    const at = entry.lastIndexOf('=');
    const level = LEVELS.find((name) => name === entry.slice(at + 1));
    if (level !== undefined) components[entry.slice(0, at)] = level;
  }
  return { level: logging.trace ? 'trace' : logging.debug ? 'debug' : 'info', components };
}
