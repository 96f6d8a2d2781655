import type { OptionSpec } from './option.js';

const TRUE_WORDS = new Set(['true', '1', 'yes', 'on']);
const FALSE_WORDS = new Set(['false', '0', 'no', 'off']);
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

export function booleanWord(text: string): boolean | null {
  const word = text.trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  return null;
}

/**
 * Turns the text of a flag or variable into the JSON value its schema expects. Text that does not fit is passed on
 * unchanged, so that the schema's message is the one the operator reads.
 */
export function coerceText(spec: OptionSpec, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '' && spec.nullable) return null;
  switch (spec.kind) {
    case 'boolean':
      return booleanWord(trimmed) ?? text;
    case 'number':
      return NUMBER.test(trimmed) ? Number(trimmed) : text;
    case 'list':
      return trimmed
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    case 'text':
      return text;
  }
}
