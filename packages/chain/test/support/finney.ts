import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Runtime } from '../../src/runtime/index.js';

/** The main network's runtime metadata, spec 424. */
export function finneyMetadata(): Uint8Array {
  return gunzipSync(readFileSync(new URL('../fixtures/finney-424.scale.gz', import.meta.url)));
}

export function finneyRuntime(): Runtime {
  return Runtime.decode(finneyMetadata(), { specName: 'node-subtensor', specVersion: 424, transactionVersion: 1 });
}
