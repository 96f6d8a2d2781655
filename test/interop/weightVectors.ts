import { SeededRandom } from '../security/seededRandom.js';

/** Weights before conversion, and the rules of the subnet that they are for. */
export interface WeightCase {
  readonly uids: number[];
  readonly weights: number[];
  /** `max_weights_limit`, u16. */
  readonly limit: number;
  /** `min_allowed_weights`. */
  readonly need: number;
}

const NO_LIMIT = 65_535;

/** Random vectors of all shapes that a validator may come to; the same seed gives the same ones. */
export function weightCases(seed: number, count: number): WeightCase[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const size = random.chance(0.1) ? 256 : 1 + random.below(at % 10 === 0 ? 3 : 256);
    const uids = sampleUids(random, size);
    const drawn = drawWeights(random, size);
    const limit = random.chance(0.5) ? NO_LIMIT : 200 + random.below(NO_LIMIT - 200);
    const need = random.chance(0.5) ? 0 : random.below(size + 2);
    return { uids, weights: drawn, limit, need };
  });
}

/** Distinct uids in ascending order, as a metagraph lists them. */
function sampleUids(random: SeededRandom, size: number): number[] {
  const all = Array.from({ length: 256 }, (_, uid) => uid);
  while (all.length > size) all.splice(random.below(all.length), 1);
  return all;
}

function drawWeights(random: SeededRandom, size: number): number[] {
  const shape = random.below(6);
  const zeros = random.pick([0, 0, 0.3, 0.95]);
  return Array.from({ length: size }, (_, at) => {
    if (random.chance(zeros)) return 0;
    if (shape === 0) return random.next();
    if (shape === 1) return random.next() ** 8;
    if (shape === 2) return 1;
    if (shape === 3) return random.below(65_536);
    if (shape === 4) return 1 / (at + 1) ** 2;
    return random.next() * 10 ** (random.below(20) - 10);
  });
}
