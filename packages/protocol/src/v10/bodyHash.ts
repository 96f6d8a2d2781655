import { sha3_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type PythonValue, pythonStr } from './pythonText.js';

/** The body hash of every synapse without hash fields, InferenceSynapse and the ping among them: SHA3-256 of nothing. */
export const EMPTY_BODY_HASH = 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a';

/** SHA3-256 (FIPS 202) over the joined hex digests of the fields' Python texts, in declared order; lower-case hex. */
export function bodyHash(values: readonly PythonValue[]): string {
  return hashText(values.map((value) => hashText(pythonStr(value))).join(''));
}

function hashText(text: string): string {
  return bytesToHex(sha3_256(utf8ToBytes(text)));
}
