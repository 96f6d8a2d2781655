import { CodedError } from '@bettertherapy/core';

export const ConfigErrorCode = {
  /** A flag no option answers to; the message names the nearest one. */
  UnknownFlag: 'CONFIG_UNKNOWN_FLAG',
  /** A flag that needs a value stood at the end or before another flag. */
  MissingValue: 'CONFIG_MISSING_VALUE',
  /** A value has the wrong type or lies outside its range. */
  BadValue: 'CONFIG_BAD_VALUE',
  /** An option without a default was not given. */
  Required: 'CONFIG_REQUIRED',
  /** A word stood where only flags are accepted. */
  UnexpectedWord: 'CONFIG_UNEXPECTED_WORD',
  /** The file of --config is missing, is not JSON, or holds an unknown key. */
  BadFile: 'CONFIG_BAD_FILE',
} as const;
export type ConfigErrorCode = (typeof ConfigErrorCode)[keyof typeof ConfigErrorCode];

export function configError(
  code: ConfigErrorCode,
  message: string,
  remedy: string,
  details?: Readonly<Record<string, unknown>>,
): CodedError<ConfigErrorCode> {
  return new CodedError(code, message, details === undefined ? { remedy } : { remedy, details });
}
