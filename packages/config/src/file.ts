import { ConfigErrorCode, configError } from './errors.js';
import { nearestName } from './nearest.js';
import type { OptionSpec } from './option.js';

/**
 * Option values of a JSON config file, by flag. Names are those of the flags, nested or dotted:
 * `{"subtensor": {"network": "test"}}` or `{"subtensor.network": "test"}`.
 * @throws CodedError CONFIG_BAD_FILE
 */
export function parseConfigFile(path: string, text: string, specs: readonly OptionSpec[]): Map<string, unknown> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw configError(ConfigErrorCode.BadFile, `${path} is not JSON: ${why}`, 'Correct the file named by --config.', {
      path,
    });
  }
  if (!isObject(data)) {
    throw configError(ConfigErrorCode.BadFile, `${path} does not hold a JSON object`, 'Write {"flag": value, …}.', {
      path,
    });
  }
  const flags = specs.map((spec) => spec.flag);
  const found = new Map<string, unknown>();
  for (const [name, value] of flatten(data, '')) {
    if (!flags.includes(name)) {
      const nearest = nearestName(name, flags);
      throw configError(
        ConfigErrorCode.BadFile,
        `${path}: unknown option "${name}"${nearest === null ? '' : `; did you mean "${nearest}"?`}`,
        'Use the names of the flags without the dashes; see --help.',
        { path, name, nearest },
      );
    }
    found.set(name, value);
  }
  return found;
}

function flatten(data: Readonly<Record<string, unknown>>, prefix: string): [string, unknown][] {
  return Object.entries(data).flatMap(([key, value]): [string, unknown][] =>
    isObject(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]],
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
