const HEX = /^(?:[0-9a-f]{2})*$/i;

/** Lower-case hex without a prefix. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Bytes of hex text with or without `0x`; null when it is not hex or not `length` bytes. */
export function fromHex(text: string, length: number): Uint8Array | null {
  const digits = text.startsWith('0x') ? text.slice(2) : text;
  if (digits.length !== length * 2 || !HEX.test(digits)) return null;
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

/** Constant shape comparison of public values; not for secrets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
