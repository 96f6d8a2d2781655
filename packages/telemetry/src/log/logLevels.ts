import { z } from 'zod';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

const RANK = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, fatal: 5 } as const satisfies Record<string, number>;
/** Stands for every component without a level of its own. */
const ALL = '*';
const MAX_COMPONENTS = 64;

/**
 * Levels that may be asked for while an app runs. `trace` shows what patients wrote: whoever wants that starts the app
 * with the flag, knowingly, and cannot be tricked into it by another user of the machine.
 */
const changeSchema = z
  .record(z.string().max(40), z.enum(['debug', 'info', 'warn', 'error']))
  .refine((levels) => Object.keys(levels).length <= MAX_COMPONENTS, `at most ${MAX_COMPONENTS} components`);

/** What each component of an app logs; changes while it runs count at once and end with the process. */
export class LogLevels {
  private changed: ReadonlyMap<string, LogLevel> = new Map();
  private readonly known = new Set<string>();

  constructor(
    private readonly base: LogLevel,
    private readonly components: Readonly<Record<string, LogLevel>> = {},
  ) {}

  /** Remembers that the app has a component of this name. */
  meet(component: string): void {
    if (this.known.size < MAX_COMPONENTS) this.known.add(component);
  }

  enabled(component: string | null, level: LogLevel | 'fatal'): boolean {
    return RANK[level] >= RANK[this.levelOf(component)];
  }

  /** Base level, and the level of each component met so far. */
  snapshot(): Record<string, LogLevel> {
    const names = [...this.known].sort();
    return Object.fromEntries([[ALL, this.levelOf(null)], ...names.map((name) => [name, this.levelOf(name)] as const)]);
  }

  /**
   * Replaces all changes made while running: `{"judge": "debug"}`, `{"*": "warn"}`; `{}` goes back to the start's levels.
   * @returns null when it was done, else a sentence that says why not; then nothing has changed
   */
  change(asked: unknown): string | null {
    const parsed = changeSchema.safeParse(asked);
    if (!parsed.success)
      return 'Send {"component": "debug|info|warn|error"}; trace needs --logging.trace at the start.';
    const names = Object.keys(parsed.data);
    if (!names.every((name) => name === ALL || this.known.has(name))) {
      return `Components are ${ALL}, ${[...this.known].sort().join(', ')}.`;
    }
    this.changed = new Map(Object.entries(parsed.data));
    return null;
  }

  private levelOf(component: string | null): LogLevel {
    const all = this.changed.get(ALL) ?? this.base;
    if (component === null) return all;
    return (
      this.changed.get(component) ??
      (Object.hasOwn(this.components, component) ? this.components[component] : undefined) ??
      all
    );
  }
}
