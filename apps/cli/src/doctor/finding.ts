/** OK, worth knowing, or to be mended before the daemon can work. */
export type FindingState = 'ok' | 'warn' | 'fail';

/** One line of the doctor. */
export interface Finding {
  /** Stable, for scripts: `registration`. */
  readonly id: string;
  /** For people: `Registration`. */
  readonly title: string;
  readonly state: FindingState;
  /** What was found. */
  readonly text: string;
  /** The command, or the one sentence, that mends it; null when there is nothing to mend. */
  readonly fix: string | null;
}

/** Makes the findings of one line. */
export interface Line {
  ok(text: string): Finding;
  warn(text: string, fix: string): Finding;
  fail(text: string, fix: string): Finding;
}

export function line(id: string, title: string): Line {
  const of = (state: FindingState, text: string, fix: string | null): Finding => ({ id, title, state, text, fix });
  return {
    ok: (text) => of('ok', text, null),
    warn: (text, fix) => of('warn', text, fix),
    fail: (text, fix) => of('fail', text, fix),
  };
}

/** Gigabytes as people write them. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
