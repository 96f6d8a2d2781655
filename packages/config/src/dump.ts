import type { OptionSpec } from './option.js';

/** What a secret looks like in a dump. */
export const REDACTED = '[redacted]';

/** JSON of every option with its value and where it came from; secrets are hidden. */
export function dumpConfig(
  options: readonly OptionSpec[],
  values: Readonly<Record<string, unknown>>,
  sources: ReadonlyMap<string, string>,
): string {
  const rows = options.map((spec): [string, { value: unknown; from: string }] => {
    const value = valueAt(values, spec.path);
    const empty = value === null || value === undefined || value === '';
    return [
      spec.flag,
      { value: spec.meta.secret && !empty ? REDACTED : (value ?? null), from: sources.get(spec.flag) ?? 'default' },
    ];
  });
  return `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`;
}

function valueAt(values: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let at: unknown = values;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return at;
}
