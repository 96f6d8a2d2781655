import { compactFromU8a, compactStripLength } from '@polkadot/util';
import { ChainErrorCode, chainError } from '../errors.js';
import { rpcErrorOf } from '../rpc/index.js';
import type { RuntimeVersion } from '../runtime/index.js';

/** Runtime APIs are described from 15 on; without them the metagraph cannot be read. */
const PREFERRED_METADATA = [15, 16] as const;

/** Reads the JSON of `state_getRuntimeVersion`. @throws CodedError CHAIN_DECODE */
export function parseRuntimeVersion(json: unknown): RuntimeVersion {
  if (typeof json === 'object' && json !== null) {
    const { specName, specVersion, transactionVersion } = json as Record<string, unknown>;
    if (typeof specName === 'string' && typeof specVersion === 'number' && typeof transactionVersion === 'number') {
      return { specName, specVersion, transactionVersion };
    }
  }
  throw chainError(ChainErrorCode.Decode, 'the node sent no usable runtime version', {
    remedy: 'Check that the endpoint is a Substrate node; choose another --subtensor.chain_endpoint.',
  });
}

/**
 * The node's metadata bytes (with magic number), in the newest version that both sides know; version 14 from
 * `state_getMetadata` when the node has no versioned metadata.
 */
export async function fetchMetadata(
  call: (method: string, input: Uint8Array) => Promise<Uint8Array>,
  legacy: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  for (const version of PREFERRED_METADATA) {
    let answer: Uint8Array;
    try {
      answer = await call('Metadata_metadata_at_version', Uint8Array.of(version, 0, 0, 0));
    } catch (error) {
      if (rpcErrorOf(error) === null) throw error;
      // The node answered and said no: it has no versioned metadata at all.
      break;
    }
    const found = unwrapOpaque(answer);
    if (found) return found;
  }
  return legacy();
}

/** `Option<Vec<u8>>` to the bytes inside. */
function unwrapOpaque(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 1) return null;
  const body = bytes.subarray(1);
  const [, length] = compactFromU8a(body);
  const [consumed, inner] = compactStripLength(body);
  return inner.length === length.toNumber() && consumed === body.length ? inner : null;
}
