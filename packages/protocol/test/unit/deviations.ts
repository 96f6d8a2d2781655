/**
 * Vectors that our side answers otherwise than the reference, with the unsafe behaviour that is the reason. The same
 * table stands in docs/wire-deviations.md.
 */
export const DEVIATIONS: Readonly<Record<string, string>> = {
  'ao-drop-signature': 'missing signature accepted',
  'nw-500': 'caller-chosen freshness',
  'nw-future-hour': 'caller-chosen freshness',
  'nw-seen-old-but-higher': 'caller-chosen freshness',
  'nw-old-version': 'caller-chosen freshness',
  'nw-no-version': 'caller-chosen freshness',
  'ao-future': 'caller-chosen freshness',
  'ao-after-future': 'caller-chosen freshness',
};

/** Accepted by the reference out of leniency; the vectors themselves allow us to refuse them. */
export const STRICTER: readonly string[] = ['bv-ok-crypto-upper', 'bv-ok-crypto-1', 'bv-ok-no-0x'];
