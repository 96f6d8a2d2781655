import type { Request } from '@bettertherapy/store';
import type { RoundParts } from './parts.js';

/** Writes a confirmed try to cheat against the registration that answered; once per round and reason. */
export function giveStrike(request: Request, reason: string, { store, clock, log }: RoundParts): void {
  const miner = store.rounds.participants(request.roundId).find((one) => one.hotkey === request.hotkey);
  if (!miner) return;
  const { hotkey, registeredAtBlock, roundId } = { ...miner, roundId: request.roundId };
  if (store.strikes.add({ hotkey, registeredAtBlock, roundId, reason, atMs: clock.wallMs() })) {
    log.warn('strike given', { hotkey, roundId, reason, requestId: request.id });
  }
}
