import { readFileSync } from 'node:fs';

/** A frozen fixture of this package, typed by its reader. */
export function fixture<T>(name: string): T {
  // The files are frozen beside the tests and their readers state the shape they were written in.
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/^0x/, ''), 'hex'));
