import { CodedError } from '@bettertherapy/core';
import { ProtocolErrorCode } from '../errors.js';

/** A Python value as far as synapse fields hold them; int and float differ because their texts do. */
export type PythonValue =
  | { readonly type: 'none' }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'str'; readonly value: string }
  | { readonly type: 'list'; readonly items: readonly PythonValue[] }
  | { readonly type: 'dict'; readonly entries: readonly (readonly [string, PythonValue])[] };

/** Python's `str(value)`: strings as they are, everything else as {@link pythonRepr}. @throws CodedError PROTOCOL_NOT_UTF8 */
export function pythonStr(value: PythonValue): string {
  if (value.type !== 'str') return pythonRepr(value);
  if (/\p{Surrogate}/u.test(value.value)) {
    throw new CodedError(ProtocolErrorCode.NotUtf8, 'the text holds half a surrogate pair', {
      remedy: 'Send text that is valid Unicode.',
    });
  }
  return value.value;
}

/** Python's `repr(value)`. */
export function pythonRepr(value: PythonValue): string {
  switch (value.type) {
    case 'none':
      return 'None';
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
      return value.value.toString();
    case 'float':
      return pythonFloat(value.value);
    case 'str':
      return reprText(value.value);
    case 'list':
      return `[${value.items.map(pythonRepr).join(', ')}]`;
    case 'dict':
      return `{${value.entries.map(([key, item]) => `${reprText(key)}: ${pythonRepr(item)}`).join(', ')}}`;
  }
}

/** Python's text of a float: shortest digits, `.0` for whole numbers, exponent form below 1e-4 and from 1e16. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = '';
  for (const character of text) {
    if (character === quote) body += `\\${character}`;
    else body += SHORT_ESCAPES[character] ?? (printable(character) ? character : escaped(character));
  }
  return quote + body + quote;
}

/** Python's isprintable: no controls, formats, surrogates, private or unassigned, and no separator but the space. */
function printable(character: string): boolean {
  return character === ' ' || !/[\p{C}\p{Z}]/u.test(character);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
