import { parseEnv } from 'node:util';
import { coerceText } from './coerce.js';
import { nearestName } from './nearest.js';
import type { OptionSpec } from './option.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentValue {
  readonly value: unknown;
  readonly name: string;
}

/** Option values found in an environment, by flag; an empty variable counts as unset. */
export function readEnvironment(env: Environment, specs: readonly OptionSpec[]): Map<string, EnvironmentValue> {
  const found = new Map<string, EnvironmentValue>();
  for (const spec of specs) {
    for (const name of spec.env) {
      const text = env[name];
      if (text === undefined || text === '') continue;
      found.set(spec.flag, { value: coerceText(spec, text), name });
      break;
    }
  }
  return found;
}

/** Variables with this app's own prefix that no option reads: most often a typing error. */
export function strayVariables(app: string, env: Environment, specs: readonly OptionSpec[]): string[] {
  const prefix = `BT_${app.toUpperCase()}_`;
  const known = specs.flatMap((spec) => spec.env);
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      return `${name} matches no option${nearest === null ? '' : `; did you mean ${nearest}?`}`;
    });
}

/** The variables of a `.env` file. */
export function parseDotEnv(text: string): Environment {
  return parseEnv(text);
}
