import { createHash } from 'node:crypto';
import { CodedError } from '@bettertherapy/core';
import { TwinErrorCode } from '../errors.js';

/** Who the twin is: the system text its model gets with every question. */
export interface Persona {
  readonly text: string;
  /** Of `text`, lower-case hex; says which persona made an answer. */
  readonly sha256: string;
}

/** Bytes; a persona beyond this would crowd the question out of a small context. */
export const MAX_PERSONA_BYTES = 16 * 1024;
/** Characters left after comments; fewer say nothing about a person. */
const MIN_PERSONA_CHARS = 20;

/** The persona of a file's bytes. @throws CodedError TWIN_PERSONA_INVALID */
export function parsePersona(bytes: Uint8Array, name: string): Persona {
  if (bytes.byteLength > MAX_PERSONA_BYTES) {
    throw invalid(name, `has ${bytes.byteLength} bytes; the limit is ${MAX_PERSONA_BYTES}`);
  }
  let raw: string;
  try {
    raw = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid(name, 'is not UTF-8 text', cause);
  }
  const text = raw
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll('\r\n', '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  if (hasControlCharacters(text)) throw invalid(name, 'holds control characters');
  if (text.length < MIN_PERSONA_CHARS) throw invalid(name, `has no text (fewer than ${MIN_PERSONA_CHARS} characters)`);
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

function hasControlCharacters(text: string): boolean {
  for (const character of text) {
    const code = character.charCodeAt(0);
    if ((code < 32 && character !== '\n' && character !== '\t') || code === 127) return true;
  }
  return false;
}

function invalid(name: string, why: string, cause?: unknown): CodedError<TwinErrorCode> {
  return new CodedError(TwinErrorCode.PersonaInvalid, `the persona file ${name} ${why}`, {
    remedy: 'Correct the file named by --twin.prompt_file, or delete it to get the default back.',
    details: { file: name },
    cause,
  });
}
