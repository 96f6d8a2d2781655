import type { z } from 'zod';
import { dumpConfig } from './dump.js';
import { type Environment, parseDotEnv, readEnvironment, strayVariables } from './environment.js';
import { ConfigErrorCode, configError } from './errors.js';
import { parseConfigFile } from './file.js';
import { parseFlags } from './flags.js';
import { helpText, optionTable } from './help.js';
import { listOptions, type OptionSpec } from './option.js';
import type { ProcessInput } from './processInput.js';

/** Where a value came from: `flag`, `env BT_…`, `.env BT_…`, `file` or `default`. */
export type ConfigSource = string;

export interface ParsedConfig<T> {
  readonly kind: 'run';
  readonly config: T;
  /** By dotted flag name. */
  readonly sources: ReadonlyMap<string, ConfigSource>;
  /** Words that are no flags, when the definition accepts them. */
  readonly positionals: readonly string[];
  /** What the operator probably did not mean; log them. */
  readonly warnings: readonly string[];
}

/** Text to print on stdout before leaving with code 0. */
export interface PrintRequest {
  readonly kind: 'print';
  readonly text: string;
}

export interface ConfigDefinition<S extends z.ZodObject, T> {
  /** Short name; part of the generated environment names: `validator` → `BT_VALIDATOR_…`. */
  readonly app: string;
  /** How the app is started, for the first line of `--help`: `pnpm miner`. */
  readonly usage: string;
  readonly summary: string;
  readonly version: string;
  /** Groups of leaves made with `option()`. */
  readonly schema: S;
  /** Words accepted besides flags, for the usage line; none unless given. */
  readonly words?: string | undefined;
  /** Derives what depends on several options. `isSet` is true when the value is not the default. */
  readonly finish: (values: z.output<S>, isSet: (flag: string) => boolean) => T;
}

export interface Config<T> {
  readonly options: readonly OptionSpec[];
  /**
   * Flag over environment over `.env` over `--config` file over default.
   * @throws CodedError CONFIG_*
   */
  parse(input: Pick<ProcessInput, 'argv' | 'env' | 'readText'>): ParsedConfig<T> | PrintRequest;
  help(columns?: number): string;
  /** Markdown table of every option, for the docs. */
  table(): string;
}

/** Makes flags, environment names, file keys, help and docs out of one zod schema. */
export function defineConfig<S extends z.ZodObject, T>(definition: ConfigDefinition<S, T>): Config<T> {
  const options = listOptions(definition.app, definition.schema);
  return {
    options,
    parse: (input) => parse(definition, options, input),
    help: (columns = 100) => helpText(definition, options, columns),
    table: () => optionTable(options),
  };
}

function parse<S extends z.ZodObject, T>(
  definition: ConfigDefinition<S, T>,
  options: readonly OptionSpec[],
  input: Pick<ProcessInput, 'argv' | 'env' | 'readText'> & { readonly columns?: number },
): ParsedConfig<T> | PrintRequest {
  const flags = parseFlags(input.argv, options);
  if (flags.builtIn.help) return { kind: 'print', text: helpText(definition, options, input.columns ?? 100) };
  if (flags.builtIn.version) return { kind: 'print', text: `${definition.version}\n` };
  if (flags.builtIn['print-options']) return { kind: 'print', text: optionTable(options) };
  const stray = flags.positionals[0];
  if (stray !== undefined && definition.words === undefined) {
    throw configError(
      ConfigErrorCode.UnexpectedWord,
      `unexpected word "${stray}"`,
      'Every setting is a flag: --name value or --name=value. See --help.',
    );
  }

  const dotEnv = parseDotEnv(input.readText('.env') ?? '');
  const gathered = gather(options, flags.values, input, dotEnv, flags.builtIn.config);
  const nested: Record<string, unknown> = emptyGroups(options);
  for (const [spec, found] of gathered) place(nested, spec.path, found.value);
  const checked = definition.schema.safeParse(nested);
  if (!checked.success) throw rejected(checked.error, options, gathered);

  const sources = new Map<string, ConfigSource>(options.map((spec) => [spec.flag, 'default']));
  for (const [spec, found] of gathered) sources.set(spec.flag, found.source);
  const config = definition.finish(checked.data, (flag) => (sources.get(flag) ?? 'default') !== 'default');
  if (flags.builtIn['print-config']) {
    return { kind: 'print', text: dumpConfig(options, checked.data, sources) };
  }
  const warnings = [input.env, dotEnv].flatMap((env) => strayVariables(definition.app, env, options));
  return { kind: 'run', config, sources, positionals: flags.positionals, warnings };
}

interface Found {
  readonly value: unknown;
  readonly source: ConfigSource;
}

function gather(
  options: readonly OptionSpec[],
  flags: ReadonlyMap<string, unknown>,
  input: Pick<ProcessInput, 'env' | 'readText'>,
  dotEnv: Environment,
  configFile: string | null,
): Map<OptionSpec, Found> {
  const env = readEnvironment(input.env, options);
  const fromDotEnv = readEnvironment(dotEnv, options);
  const file = configFile === null ? new Map<string, unknown>() : readConfigFile(configFile, input, options);
  const found = new Map<OptionSpec, Found>();
  for (const spec of options) {
    const variable = env.get(spec.flag);
    const dotVariable = fromDotEnv.get(spec.flag);
    if (flags.has(spec.flag)) found.set(spec, { value: flags.get(spec.flag), source: 'flag' });
    else if (variable) found.set(spec, { value: variable.value, source: `env ${variable.name}` });
    else if (dotVariable) found.set(spec, { value: dotVariable.value, source: `.env ${dotVariable.name}` });
    else if (file.has(spec.flag)) found.set(spec, { value: file.get(spec.flag), source: 'file' });
  }
  return found;
}

function readConfigFile(
  path: string,
  input: Pick<ProcessInput, 'readText'>,
  options: readonly OptionSpec[],
): Map<string, unknown> {
  const text = input.readText(path);
  if (text === null) {
    throw configError(ConfigErrorCode.BadFile, `no file ${path}`, 'Correct the path given with --config.', { path });
  }
  return parseConfigFile(path, text, options);
}

/** Groups exist even when nothing was given, so that the defaults of their leaves apply. */
function emptyGroups(options: readonly OptionSpec[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const spec of options) groupAt(root, spec.path.slice(0, -1));
  return root;
}

function place(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const leaf = path.at(-1);
  if (leaf !== undefined) groupAt(root, path.slice(0, -1))[leaf] = value;
}

function groupAt(root: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  let group = root;
  for (const key of path) {
    const next = group[key] ?? {};
    group[key] = next;
    // Only groups are ever stored on the way to a leaf: paths come from the schema, where a leaf has no children.
    group = next as Record<string, unknown>;
  }
  return group;
}

function rejected(error: z.ZodError, options: readonly OptionSpec[], gathered: ReadonlyMap<OptionSpec, Found>): Error {
  const problems = error.issues.map((issue) => {
    const at = issue.path.map(String);
    const spec = options.find((candidate) => candidate.path.every((key, i) => at[i] === key));
    if (spec === undefined) return { missing: false, text: `${at.join('.')}: ${issue.message}` };
    const found = gathered.get(spec);
    if (found === undefined) return { missing: true, text: `--${spec.flag} must be given (${spec.meta.help})` };
    const shown = spec.meta.secret ? '' : ` ${JSON.stringify(found.value)}`;
    return { missing: false, text: `--${spec.flag}${shown} (from ${found.source}): ${issue.message}` };
  });
  const code = problems.every((problem) => problem.missing) ? ConfigErrorCode.Required : ConfigErrorCode.BadValue;
  return configError(
    code,
    problems.map((problem) => problem.text).join('; '),
    'Correct the values named here; --help lists each option with its range and default.',
    { flags: error.issues.map((issue) => issue.path.map(String).join('.')) },
  );
}
