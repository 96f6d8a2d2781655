import { CliErrorCode, cliError } from './errors.js';

const DIGITS = 9;
export const RAO_PER_TAO = 10n ** BigInt(DIGITS);
const U64_MAX = 2n ** 64n - 1n;
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/**
 * TAO as people write it, `1.5` or `1_000`, to rao; nothing is rounded.
 * @throws CodedError CLI_USAGE on anything else, more than nine decimals, or more than a u64 holds.
 */
export function parseTao(text: string, flag: string): bigint {
  const found = DECIMAL.exec(text.trim().replace(/(?<=\d)_(?=\d)/g, ''));
  const [, whole = '', fraction = ''] = found ?? [];
  const significant = fraction.replace(/0+$/, '');
  if (found === null || significant.length > DIGITS) {
    throw badAmount(text, flag, found === null ? 'not a decimal number' : 'more than nine decimals');
  }
  const rao = BigInt(whole) * RAO_PER_TAO + BigInt(significant.padEnd(DIGITS, '0'));
  if (rao > U64_MAX) throw badAmount(text, flag, 'more than the chain can count');
  return rao;
}

/** As {@link parseTao}, for amounts that must not be zero. @throws CodedError CLI_USAGE */
export function parseSpendable(text: string, flag: string): bigint {
  const rao = parseTao(text, flag);
  if (rao === 0n) throw badAmount(text, flag, 'nothing');
  return rao;
}

/** Rao as exact TAO, as `parseTao` takes it: `1.5`, `1000`, `0.000000001`. */
export function formatTao(rao: bigint): string {
  const whole = (rao / RAO_PER_TAO).toString();
  const fraction = (rao % RAO_PER_TAO).toString().padStart(DIGITS, '0').replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Rao cut to four decimals, for tables. */
export function formatTaoShort(rao: bigint): string {
  const step = 10n ** BigInt(DIGITS - 4);
  const shown = (rao / step) * step;
  return rao > 0n && shown === 0n ? '<0.0001' : formatTao(shown);
}

function badAmount(text: string, flag: string, why: string): Error {
  return cliError(CliErrorCode.Usage, `--${flag} ${JSON.stringify(text)}: ${why}`, {
    remedy: `Give --${flag} as a decimal number with at most nine decimals, for example --${flag} 1.5.`,
    details: { flag },
  });
}
