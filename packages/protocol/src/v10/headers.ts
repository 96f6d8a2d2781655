import { parseInputObj, type SynapseShape } from './synapse.js';

/** Header names in any case; the way Node and fetch give them. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One side's block. Fields that were not sent are absent. */
export interface TerminalHeaders {
  readonly statusCode?: number;
  readonly statusMessage?: string;
  readonly processTime?: number;
  readonly ip?: string;
  readonly port?: number;
  readonly version?: number;
  /** Unix ns; never through a double. */
  readonly nonce?: bigint;
  readonly uuid?: string;
  readonly hotkey?: string;
  readonly signature?: string;
}

export interface SynapseHeaders {
  /** The route's class name; the `name` header is ignored. */
  readonly name: string;
  /** Seconds; null when not sent. */
  readonly timeout: number | null;
  readonly totalSize: number | null;
  readonly headerSize: number | null;
  readonly computedBodyHash: string | null;
  readonly axon: TerminalHeaders;
  readonly dendrite: TerminalHeaders;
  /** What the dummy headers of required fields held. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

const AXON = 'bt_header_axon_';
const DENDRITE = 'bt_header_dendrite_';
const INPUT = 'bt_header_input_obj_';

/** The name of the first header that could not be read; nothing of its value. */
export type HeaderFailure = { readonly ok: false; readonly header: string };
export type HeaderResult = { readonly ok: true; readonly value: SynapseHeaders } | HeaderFailure;

/**
 * Reads a request's headers (names in any case). Fails on a number that is not one, on a missing or unreadable dummy of
 * a required field, and on a repeated header of ours.
 */
export function parseRequestHeaders(headers: HeaderMap, shape: SynapseShape): HeaderResult {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (value === undefined || !isOurs(lower)) continue;
    // Node joins repeated headers with a comma; none of ours may hold one.
    if (typeof value !== 'string' || value.includes(',') || lower in own) return { ok: false, header: lower };
    own[lower] = value;
  }
  const inputs: Record<string, unknown> = {};
  for (const [field, type] of Object.entries(shape.required)) {
    const value = parseInputObj(type, own[INPUT + field] ?? '');
    if (value === undefined) return { ok: false, header: INPUT + field };
    inputs[field] = value;
  }
  const read = readBlocks(own, shape.name);
  return read.ok ? { ok: true, value: { ...read.value, inputs } } : read;
}

/**
 * Reads a reply's headers as the SDK's client does: the names must come in lower case as they stood on the wire.
 * Sizes and the body hash of a reply are of no use and are left out.
 */
export function parseReplyHeaders(headers: HeaderMap, name: string): HeaderResult {
  const own: Record<string, string> = {};
  for (const [key, value] of Object.entries(headers)) {
    if (typeof value === 'string' && (isOurs(key) || key === 'timeout')) own[key] = value;
  }
  return readBlocks(own, name);
}

function readBlocks(own: Readonly<Record<string, string>>, name: string): HeaderResult {
  const failures: string[] = [];
  const read = <T>(header: string, parse: (text: string) => T | null): T | null => {
    const text = own[header];
    if (text === undefined) return null;
    const value = parse(text);
    if (value === null) failures.push(header);
    return value;
  };
  const value: SynapseHeaders = {
    name,
    timeout: read('timeout', parseFloatText),
    totalSize: read('total_size', parseIntText),
    headerSize: read('header_size', parseIntText),
    computedBodyHash: own.computed_body_hash ?? null,
    axon: terminal(AXON, read),
    dendrite: terminal(DENDRITE, read),
    inputs: {},
  };
  const [failed] = failures;
  return failed === undefined ? { ok: true, value } : { ok: false, header: failed };
}

function terminal(
  prefix: string,
  read: <T>(header: string, parse: (text: string) => T | null) => T | null,
): TerminalHeaders {
  const fields = {
    statusCode: read(`${prefix}status_code`, parseIntText),
    statusMessage: read(`${prefix}status_message`, (text) => text),
    processTime: read(`${prefix}process_time`, parseFloatText),
    ip: read(`${prefix}ip`, (text) => text),
    port: read(`${prefix}port`, parseIntText),
    version: read(`${prefix}version`, parseIntText),
    nonce: read(`${prefix}nonce`, parseBigIntText),
    uuid: read(`${prefix}uuid`, (text) => text),
    hotkey: read(`${prefix}hotkey`, (text) => text),
    signature: read(`${prefix}signature`, (text) => text),
  };
  // Absent fields were null above; what remains has the types of TerminalHeaders field by field.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as TerminalHeaders;
}

function isOurs(name: string): boolean {
  return (
    name.startsWith('bt_header_') ||
    name === 'timeout' ||
    name === 'total_size' ||
    name === 'header_size' ||
    name === 'computed_body_hash'
  );
}

/** Plain decimal only: Python's own parser also takes spaces, signs and underscores. */
function parseBigIntText(text: string): bigint | null {
  return /^\d{1,20}$/.test(text) ? BigInt(text) : null;
}

function parseIntText(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A finite number that is not negative; the exponent form occurs in process times. */
function parseFloatText(text: string): number | null {
  if (text.length > 32 || !/^\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
