/** Order of the ristretto255 group. */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/**
 * Key files hold the scalar itself (32 bytes, little-endian) and the nonce; signature libraries hold the scalar times
 * the cofactor 8 and the same nonce. Null when the stored scalar is zero or not below the group order.
 */
export function expandedFromStored(stored: Uint8Array): Uint8Array | null {
  const scalar = readScalar(stored);
  if (scalar === 0n || scalar >= GROUP_ORDER) return null;
  return withScalar(scalar * 8n, stored);
}

/** The file form of a library's secret key: the inverse of {@link expandedFromStored}. */
export function storedFromExpanded(expanded: Uint8Array): Uint8Array {
  return withScalar(readScalar(expanded) / 8n, expanded);
}

function readScalar(key: Uint8Array): bigint {
  let scalar = 0n;
  for (let at = 31; at >= 0; at -= 1) scalar = (scalar << 8n) | BigInt(key[at] ?? 0);
  return scalar;
}

function withScalar(scalar: bigint, key: Uint8Array): Uint8Array {
  const result = key.slice(0, 64);
  for (let at = 0, rest = scalar; at < 32; at += 1, rest >>= 8n) result[at] = Number(rest & 0xffn);
  return result;
}
