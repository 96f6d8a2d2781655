import type { Hotkey } from '@bettertherapy/core';
import type { CallerPolicy } from '@bettertherapy/transport';

/** What the metagraph says of a hotkey. */
export interface Standing {
  readonly uid: number;
  readonly validatorPermit: boolean;
  /** Stake weight in rao. */
  readonly stake: bigint;
}

export interface PolicyOptions {
  readonly forceValidatorPermit: boolean;
  /** Rao. */
  readonly minStake: bigint;
  readonly allow: ReadonlySet<string>;
  readonly deny: ReadonlySet<string>;
}

const RAO_PER_TOKEN = 1_000_000_000n;
/** Callers of the allow list go before everybody's stake. */
const ALLOWED_PRIORITY = 1e12;

/** A number of tokens, as an operator writes it, in rao. */
export function toRao(tokens: number): bigint {
  const whole = Math.trunc(tokens);
  return BigInt(whole) * RAO_PER_TOKEN + BigInt(Math.round((tokens - whole) * 1e9));
}

/**
 * Who may ask, and in what order: the deny list, then the allow list, then registration, permit and stake. The more
 * stake, the sooner the turn.
 */
export function callerPolicy(options: PolicyOptions, standingOf: (caller: Hotkey) => Standing | null): CallerPolicy {
  return (caller) => {
    if (options.deny.has(caller)) return { allow: false, code: 'denied', message: 'Denied by the operator' };
    if (options.allow.has(caller)) return { allow: true, priority: ALLOWED_PRIORITY };
    const standing = standingOf(caller);
    if (standing === null) return { allow: false, code: 'unregistered', message: 'Unrecognized hotkey' };
    if (options.forceValidatorPermit && !standing.validatorPermit) {
      return { allow: false, code: 'no_permit', message: 'Non-validator hotkey' };
    }
    if (standing.stake < options.minStake) return { allow: false, code: 'low_stake', message: 'Not enough stake' };
    return { allow: true, priority: Number(standing.stake / 1_000_000n) / 1_000 };
  };
}
