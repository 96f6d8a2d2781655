import { parseArgs } from 'node:util';
import { booleanWord, coerceText } from './coerce.js';
import { ConfigErrorCode, configError } from './errors.js';
import { nearestName } from './nearest.js';
import type { OptionSpec } from './option.js';

/** Flags every app answers to before its own. */
const BUILT_IN = {
  help: 'boolean',
  version: 'boolean',
  'print-config': 'boolean',
  'print-options': 'boolean',
  config: 'string',
} as const;
type BuiltInName = keyof typeof BUILT_IN;

export interface ParsedFlags {
  /** Values by dotted flag name. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly builtIn: { readonly [Name in Exclude<BuiltInName, 'config'>]: boolean } & { readonly config: string | null };
  readonly positionals: readonly string[];
}

interface OptionToken {
  readonly rawName: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** @throws CodedError CONFIG_UNKNOWN_FLAG, CONFIG_MISSING_VALUE, CONFIG_BAD_VALUE */
export function parseFlags(argv: readonly string[], specs: readonly OptionSpec[]): ParsedFlags {
  const byFlag = new Map(specs.map((spec) => [spec.flag, spec]));
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {};
  for (const [name, type] of Object.entries(BUILT_IN))
    options[name] = name === 'help' ? { type, short: 'h' } : { type };
  for (const spec of specs) options[spec.flag] = { type: spec.kind === 'boolean' ? 'boolean' : 'string' };

  const { tokens } = parseArgs({
    args: argv.map(normaliseFlag(byFlag)),
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const values = new Map<string, unknown>();
  const builtIn = { help: false, version: false, 'print-config': false, 'print-options': false };
  let configFile: string | null = null;
  const positionals: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      positionals.push(token.value);
      continue;
    }
    const target = resolveFlag(token, byFlag);
    if (target.kind === 'builtIn') {
      if (target.name === 'config') configFile = textValue(token);
      else builtIn[target.name] = token.value === undefined || booleanWord(token.value) !== false;
      continue;
    }
    const { spec, negated } = target;
    if (spec.kind !== 'boolean') {
      const value = coerceText(spec, textValue(token));
      const earlier = values.get(spec.flag);
      values.set(spec.flag, Array.isArray(value) && Array.isArray(earlier) ? [...earlier, ...value] : value);
      continue;
    }
    let text = token.value;
    const next = tokens[at + 1];
    // `--flag true`: parseArgs sees a lone flag and a word, so a word that reads as a boolean belongs to the flag.
    if (text === undefined && !negated && next?.kind === 'positional' && booleanWord(next.value) !== null) {
      text = next.value;
      at += 1;
    }
    const given = text === undefined ? true : booleanWord(text);
    if (given === null) {
      throw configError(
        ConfigErrorCode.BadValue,
        `--${spec.flag} is true or false, not "${text}"`,
        `Write --${spec.flag}, --${spec.flag}=false or --no-${spec.flag}.`,
        { flag: spec.flag },
      );
    }
    values.set(spec.flag, negated ? !given : given);
  }
  return { values, builtIn: { ...builtIn, config: configFile }, positionals };
}

/** Operators mix `--axon.external-ip` and `--axon.external_ip`; both mean the same when only one of them exists. */
function normaliseFlag(byFlag: ReadonlyMap<string, OptionSpec>): (arg: string) => string {
  return (arg) => {
    const match = /^--(no-)?([A-Za-z][\w.-]*)(=.*)?$/s.exec(arg);
    if (match === null) return arg;
    const [, no = '', name = '', rest = ''] = match;
    const snake = name.replaceAll('-', '_').toLowerCase();
    return !byFlag.has(name) && byFlag.has(snake) ? `--${no}${snake}${rest}` : arg;
  };
}

type Target =
  | { readonly kind: 'builtIn'; readonly name: BuiltInName }
  | { readonly kind: 'option'; readonly spec: OptionSpec; readonly negated: boolean };

function resolveFlag(token: OptionToken, byFlag: ReadonlyMap<string, OptionSpec>): Target {
  const spec = byFlag.get(token.name);
  if (spec) return { kind: 'option', spec, negated: false };
  if (isBuiltIn(token.name)) return { kind: 'builtIn', name: token.name };
  if (token.name.startsWith('no-')) {
    const positive = byFlag.get(token.name.slice(3));
    if (positive?.kind === 'boolean') return { kind: 'option', spec: positive, negated: true };
  }
  const nearest = nearestName(token.name.replace(/^no-/, ''), [...byFlag.keys(), ...Object.keys(BUILT_IN)]);
  throw configError(
    ConfigErrorCode.UnknownFlag,
    `unknown flag ${token.rawName}${nearest === null ? '' : `; did you mean --${nearest}?`}`,
    nearest === null ? 'See --help for every flag.' : `Use --${nearest}, or see --help for every flag.`,
    { flag: token.rawName, nearest },
  );
}

function isBuiltIn(name: string): name is BuiltInName {
  return Object.hasOwn(BUILT_IN, name);
}

function textValue(token: OptionToken): string {
  if (token.value === undefined || (token.inlineValue === false && token.value.startsWith('--'))) {
    throw configError(
      ConfigErrorCode.MissingValue,
      `${token.rawName} needs a value`,
      `Write ${token.rawName} VALUE or ${token.rawName}=VALUE.`,
      { flag: token.rawName },
    );
  }
  return token.value;
}
