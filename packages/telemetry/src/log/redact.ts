import { CodedError, describeError, type LogFields } from '@bettertherapy/core';

export const REDACTED = '[redacted]';
const MAX_DEPTH = 6;
const MAX_TEXT = 4000;
const MAX_MEMBERS = 200;

const SECRET_WORDS = new Set([
  'token',
  'secret',
  'password',
  'passphrase',
  'mnemonic',
  'mnemonics',
  'webhook',
  'invitation',
  'authorization',
  'cookie',
  'credential',
  'credentials',
  'apikey',
  'seed',
]);
const SECRET_PAIRS = new Set(['api key', 'private key', 'secret key', 'secret phrase', 'secret seed', 'seed phrase']);

/** Secrets that are recognisable wherever they stand in a text. */
const SECRET_TEXTS: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bhf_[A-Za-z0-9]{16,}/g,
  /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /https:\/\/(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/\S+/gi,
  /(?<=[a-z]:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/gi,
  /\b0x[0-9a-f]{128}\b/gi,
  // Our own: API keys, patients' and doctors' tokens, invitations, rights to rate.
  /\bbt[a-z]?_[0-9a-z]{1,16}_[0-9a-f]{64}\b/g,
];
/** A text that is nothing but 12, 15, 18, 21 or 24 short lower-case words reads like a wallet phrase. */
const PHRASE = /^(?:[a-z]{3,8} ){11}(?:(?:[a-z]{3,8} ){3}){0,4}[a-z]{3,8}$/;

/** Cuts out of a text what looks like a secret. */
export function redactText(text: string): string {
  if (PHRASE.test(text.trim())) return REDACTED;
  let clean = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  for (const pattern of SECRET_TEXTS) clean = clean.replace(pattern, REDACTED);
  return clean;
}

/** Log fields as plain, bounded JSON values without secrets. */
export function redactFields(fields: LogFields): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields).slice(0, MAX_MEMBERS)) {
    clean[key] = isSecretName(key) && carriesText(value) ? REDACTED : redactValue(value, depth + 1);
  }
  return clean;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (value instanceof CodedError) {
    const details = depth < MAX_DEPTH ? redactObject(value.details, depth) : {};
    return { code: value.code, message: redactText(describeError(value)), remedy: value.remedy, details };
  }
  if (value instanceof Error)
    return { message: redactText(describeError(value)), stack: redactText(value.stack ?? '') };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map((member) => redactValue(member, depth + 1));
  if (value instanceof Map) return redactObject(Object.fromEntries(value), depth);
  if (value instanceof Set) return redactValue([...value], depth);
  return redactObject(value, depth);
}

function carriesText(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null);
}

/** `apiKey`, `HF_TOKEN`, `secretPhrase` are secret; `hotkey`, `maxTokens`, `tokenizer` are not. */
function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return words.some((word, i) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${word} ${words[i + 1] ?? ''}`));
}
