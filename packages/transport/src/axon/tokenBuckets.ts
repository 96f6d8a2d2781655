import { parseIp } from '@bettertherapy/protocol';

export interface TokenRate {
  readonly perMinute: number;
  /** Requests allowed at once after a pause. */
  readonly burst: number;
}

/** One token bucket per name, at most `maxNames` of them; the one unused for longest makes room. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();

  constructor(private readonly options: TokenRate & { readonly maxNames: number }) {}

  get size(): number {
    return this.buckets.size;
  }

  /** Takes a token; 0 when there was one, else the milliseconds until there is. `nowMs` is monotonic. */
  take(name: string, nowMs: number): number {
    const { perMinute, burst, maxNames } = this.options;
    const known = this.buckets.get(name);
    const perMs = perMinute / 60_000;
    const tokens = known === undefined ? burst : Math.min(burst, known.tokens + (nowMs - known.atMs) * perMs);
    this.buckets.delete(name);
    if (this.buckets.size >= maxNames) this.dropOldest();
    const enough = tokens >= 1;
    this.buckets.set(name, { tokens: enough ? tokens - 1 : tokens, atMs: nowMs });
    return enough ? 0 : Math.ceil((1 - tokens) / perMs);
  }

  private dropOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}

/** The name under which an address is counted: IPv4 whole, IPv6 by its /64, which one host can fill alone. */
export function addressName(remote: string | undefined): string {
  const text = (remote ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const parsed = parseIp(text);
  if (parsed === null) return text;
  return parsed.ipType === 4 ? text : (parsed.ip >> 64n).toString(16);
}
