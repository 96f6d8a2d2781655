import { CodedError, type CodedErrorOptions } from '@bettertherapy/core';

export const CliErrorCode = {
  /** A flag or word is missing or cannot be used. */
  Usage: 'CLI_USAGE',
  /** Something must be asked, and there is no terminal to ask on. */
  NoTerminal: 'CLI_NO_TERMINAL',
  /** The operator did not say yes. Nothing was sent. */
  NotConfirmed: 'CLI_NOT_CONFIRMED',
  /** Development keys are for development chains. */
  DevelopmentOnly: 'CLI_DEVELOPMENT_ONLY',
  /** The coldkey holds less than the command costs. */
  NotEnoughBalance: 'CLI_NOT_ENOUGH_BALANCE',
  /** The price rose between showing it and sending. */
  PriceRose: 'CLI_PRICE_ROSE',
  /** The rules of the subnet leave no weights to set. */
  NoWeights: 'CLI_NO_WEIGHTS',
  /** Evidence is not what its validator signed. */
  BrokenEvidence: 'CLI_BROKEN_EVIDENCE',
  /** The model here is not the one that the validator judges with. */
  OtherJudge: 'CLI_OTHER_JUDGE',
  /** The chain's answer has another shape than expected. */
  BadAnswer: 'CLI_BAD_ANSWER',
} as const;
export type CliErrorCode = (typeof CliErrorCode)[keyof typeof CliErrorCode];

export function cliError(code: CliErrorCode, message: string, options: CodedErrorOptions): CodedError<CliErrorCode> {
  return new CodedError(code, message, options);
}

/** How the command was given, not what happened: correct the command line and run it again. */
const CONFIGURATION: ReadonlySet<string> = new Set<CliErrorCode>([
  CliErrorCode.Usage,
  CliErrorCode.NoTerminal,
  CliErrorCode.DevelopmentOnly,
]);

/** The exit code for a failure: 2 for configuration, 1 for everything else. */
export function exitCodeOf(error: unknown): 1 | 2 {
  if (!(error instanceof CodedError)) return 1;
  return error.code.startsWith('CONFIG_') || CONFIGURATION.has(error.code) ? 2 : 1;
}
