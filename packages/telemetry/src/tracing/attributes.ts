import type { SpanAttributes } from '@bettertherapy/core';
import type { Attributes } from '@opentelemetry/api';
import { REDACTED, redactText } from '../log/redact.js';

/** What ids, hotkeys, codes, addresses and names of models look like. Sentences have spaces, and so never pass. */
const NAME = /^[\w.:/@#+-]{1,128}$/;

/** Attributes as they may leave this process: names of things and numbers, nothing that somebody wrote, no secret. */
export function cleanAttributes(attributes: SpanAttributes): Attributes {
  const clean: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) clean[name] = typeof value === 'string' ? cleanName(value) : value;
  }
  return clean;
}

/** A text if it is a name of something. */
export function cleanName(text: string): string {
  return NAME.test(text) ? redactText(text) : REDACTED;
}
