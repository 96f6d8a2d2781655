/** How long a v10 nonce stays fresh. The caller's timeout can only shorten the past side. */
export interface NonceWindow {
  readonly pastMs: number;
  readonly futureMs: number;
}

/** Past: 4 s + the SDK's default timeout of 12 s, what an SDK axon grants a default client. Future: clocks drift. */
export const DEFAULT_NONCE_WINDOW: NonceWindow = { pastMs: 16_000, futureMs: 10_000 };

export type NonceVerdict = 'fresh' | 'too_old' | 'too_new' | 'seen';

const NS_PER_MS = 1_000_000n;
/** The SDK adds this to the caller's timeout. */
const ALLOWED_DELTA_NS = 4_000_000_000n;

/**
 * Judges a nonce (unix ns) exactly, in integers. Unlike the SDK the window is ours whatever timeout or version the
 * caller names, it has an upper edge, and it holds for callers already known.
 * @param timeoutSeconds the caller's timeout header; null counts as 0
 * @param lastNonceNs highest nonce accepted from the same hotkey and uuid, null when none is remembered
 */
export function checkNonce(request: {
  readonly nonceNs: bigint;
  readonly nowNs: bigint;
  readonly timeoutSeconds: number | null;
  readonly lastNonceNs: bigint | null;
  readonly window: NonceWindow;
}): NonceVerdict {
  const { nonceNs, nowNs, lastNonceNs, window } = request;
  const asked = ALLOWED_DELTA_NS + secondsToNs(request.timeoutSeconds ?? 0);
  const ours = BigInt(Math.round(window.pastMs)) * NS_PER_MS;
  if (nonceNs <= nowNs - (asked < ours ? asked : ours)) return 'too_old';
  if (nonceNs > nowNs + BigInt(Math.round(window.futureMs)) * NS_PER_MS) return 'too_new';
  return lastNonceNs !== null && nonceNs <= lastNonceNs ? 'seen' : 'fresh';
}

/** Longer timeouts cannot matter to any window; the bound keeps the conversion exact enough. */
const LONGEST_TIMEOUT_S = 86_400;

function secondsToNs(seconds: number): bigint {
  return BigInt(Math.round(Math.min(Math.max(seconds, 0), LONGEST_TIMEOUT_S) * 1e9));
}
