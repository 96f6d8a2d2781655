import { hexToU8a } from '@polkadot/util';

/** A drand beacon: who signs rounds, and when. */
export interface Beacon {
  /** Compressed G2 point, 96 bytes. */
  readonly publicKey: Uint8Array;
  /** Unix time of round 1, seconds. */
  readonly genesisTime: number;
  readonly periodSeconds: number;
}

/** drand quicknet, the beacon of Bittensor's networks; used where the chain does not name its own. */
export const QUICKNET: Beacon = {
  publicKey: hexToU8a(
    '0x83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  ),
  genesisTime: 1_692_803_367,
  periodSeconds: 3,
};

/** Blocks between the first reveal block and the one whose beacon round is used, as the official clients add. */
const INGEST_BLOCKS = 3;

/**
 * The beacon round under which to encrypt: the one that is public about when the reveal block plus three comes.
 * A round too early is only less secret; one too late loses the weights.
 */
export function revealRound(at: {
  readonly currentBlock: number;
  readonly firstRevealBlock: number;
  readonly nowSeconds: number;
  readonly blockTimeSeconds: number;
  readonly beacon: Beacon;
  /** Each halves the time until the round. */
  readonly haste?: number | undefined;
}): number {
  const ingest = at.firstRevealBlock + INGEST_BLOCKS;
  const untilSeconds = (ingest - at.currentBlock) * at.blockTimeSeconds;
  const then = at.nowSeconds + untilSeconds * 0.5 ** (at.haste ?? 0);
  return Math.max(1, Math.floor((then - at.beacon.genesisTime) / at.beacon.periodSeconds));
}
