import type { LogFields, Logger } from '@bettertherapy/core';
import { type DestinationStream, destination, type Logger as Pino, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { TelemetryFailures } from '../failures.js';
import { type LogLevel, LogLevels } from './logLevels.js';
import { redactFields, redactText } from './redact.js';

export interface LogOptions {
  /** Stands on every line. */
  readonly app: string;
  readonly level: LogLevel;
  /** Levels of single components: the `component` field of a child logger. */
  readonly components?: Readonly<Record<string, LogLevel>> | undefined;
  /** `json` for machines, `pretty` for a person at a terminal. */
  readonly format: 'json' | 'pretty';
  /** 1 stdout, 2 stderr; or any stream. */
  readonly to?: 1 | 2 | DestinationStream | undefined;
}

export interface Log {
  readonly log: Logger;
  /** What each component logs, to be changed while the app runs. */
  readonly levels: LogLevels;
  /** Writes out what is buffered; call before leaving. */
  flush(): void;
}

/**
 * The log of an app on pino. Fields are stripped of secrets and bounded; a log that cannot be written is counted and
 * the line is lost, nothing is thrown.
 */
export function createLog(options: LogOptions, parts: { readonly failures: TelemetryFailures }): Log {
  const stream = openStream(options, parts.failures);
  const levels = new LogLevels(options.level, options.components);
  const root = pino(
    {
      // What is written is decided before pino is asked, so that it can change while children are in use.
      level: 'trace',
      base: { app: options.app },
      messageKey: 'msg',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return {
    log: adapt(root, null, { levels, failures: parts.failures }),
    levels,
    flush: () => attempt(parts.failures, () => stream.flushSync?.()),
  };
}

interface FlushableStream extends DestinationStream {
  flushSync?: () => void;
}

function openStream(options: LogOptions, failures: TelemetryFailures): FlushableStream {
  const to = options.to ?? 1;
  if (typeof to !== 'number') return options.format === 'pretty' ? prettyInto(to) : to;
  const raw = destination({ fd: to, sync: true });
  // A reader that went away (EPIPE) must not end the daemon.
  raw.on('error', () => failures.count('log'));
  return options.format === 'pretty' ? prettyInto(raw) : raw;
}

function prettyInto(target: FlushableStream): FlushableStream {
  const format = prettyFactory({
    colorize: true,
    ignore: 'pid,hostname,app',
    messageKey: 'msg',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  return { write: (line) => target.write(format(line)), flushSync: () => target.flushSync?.() };
}

function attempt(failures: TelemetryFailures, work: () => void): void {
  try {
    work();
  } catch {
    // A broken log has nowhere to report to but the counter.
    failures.count('log');
  }
}

function adapt(
  target: Pino,
  component: string | null,
  parts: { readonly levels: LogLevels; readonly failures: TelemetryFailures },
): Logger {
  const { levels, failures } = parts;
  const line =
    (level: LogLevel | 'fatal') =>
    (message: string, fields?: LogFields): void => {
      if (!levels.enabled(component, level)) return;
      attempt(failures, () => {
        if (fields === undefined) target[level](redactText(message));
        else target[level](redactFields(fields), redactText(message));
      });
    };
  return {
    trace: line('trace'),
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
    child: (fields) => {
      const name = typeof fields.component === 'string' ? fields.component : component;
      if (name !== null) levels.meet(name);
      return adapt(target.child(redactFields(fields)), name, parts);
    },
  };
}
