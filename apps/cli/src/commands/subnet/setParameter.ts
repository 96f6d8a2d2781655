import { parseTao } from '../amount.js';
import { CliErrorCode, cliError } from '../errors.js';
import { PARAMETERS, type Parameter, type Setter } from './parameters.js';
import type { ParameterValue } from './readParameters.js';

/** A parameter by its name. @throws CodedError CLI_USAGE that lists the known names */
export function findParameter(name: string): Parameter {
  const found = PARAMETERS.find((one) => one.name === name);
  if (found) return found;
  throw cliError(CliErrorCode.Usage, `there is no parameter ${JSON.stringify(name)} that can be set`, {
    remedy: `The names are those of \`pnpm bt subnet hyperparameters\`: ${PARAMETERS.map((one) => one.name).join(', ')}.`,
    details: { name },
  });
}

/** The call for the role that signs. @throws CodedError CLI_USAGE when owners may not */
export function setterFor(parameter: Parameter, sudo: boolean): Setter {
  if (sudo) return parameter.root;
  if (parameter.owner !== null) return parameter.owner;
  throw cliError(CliErrorCode.Usage, `${parameter.name} cannot be set by the owner of a subnet`, {
    remedy:
      'On a development chain its sudo key can: add --sudo --dev //Alice. On finney and test only the network itself can.',
    details: { name: parameter.name },
  });
}

/** The value as the command line gives it, checked by its type. @throws CodedError CLI_USAGE */
export function parseValue({ name, type }: Parameter, text: string): bigint | boolean {
  const word = text.trim().toLowerCase();
  if (type === 'tao') return parseTao(word, 'value');
  if (type === 'bool') {
    if (word === 'true' || word === 'false') return word === 'true';
    throw badValue(name, text, 'true or false');
  }
  if (!/^\d{1,20}$/.test(word)) throw badValue(name, text, 'a whole number');
  const value = BigInt(word);
  if (name === 'yuma_version' && value !== 2n && value !== 3n) throw badValue(name, text, '2 or 3');
  return value;
}

/** The arguments of a setter, in the order of the call. */
export function argumentsFor(
  parameter: Parameter,
  netuid: number,
  value: bigint | boolean,
  current: readonly ParameterValue[],
): unknown[] {
  const now = (name: string): bigint | boolean => current.find((one) => one.name === name)?.value ?? 0n;
  switch (parameter.name) {
    case 'alpha_low':
      return [netuid, value, now('alpha_high')];
    case 'alpha_high':
      return [netuid, now('alpha_low'), value];
    case 'yuma_version':
      return [netuid, value === 3n];
    default:
      return parameter.scope === 'chain' ? [value] : [netuid, value];
  }
}

function badValue(name: string, text: string, expected: string): Error {
  return cliError(CliErrorCode.Usage, `--value ${JSON.stringify(text)}: ${name} is ${expected}`, {
    remedy: 'Write it as `pnpm bt subnet hyperparameters` shows it.',
    details: { name },
  });
}
