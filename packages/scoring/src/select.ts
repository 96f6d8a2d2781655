import { badInput } from './errors.js';
import { roundTo } from './numbers.js';

export interface Candidate {
  readonly hotkey: string;
  /** Shrunk average, 0…100. */
  readonly score: number;
  /** 0…1 in the window; breaks ties. */
  readonly responseRate: number;
  /** Block of registration; the older one wins a tie. */
  readonly registeredAt: number;
  /** Name of the cluster it acts in; a cluster takes one place together. */
  readonly cluster?: string | null | undefined;
}

export interface Selected {
  readonly hotkey: string;
  /** 1 is the best; members of a cluster share a rank. */
  readonly rank: number;
  /** Score of the place: of the best member in a cluster. */
  readonly score: number;
  /** How many hotkeys share the place and its pay. */
  readonly sharedBy: number;
}

export interface SelectOptions {
  /** Places; 100 when left out. */
  readonly limit?: number | undefined;
  /** Hotkeys selected last time: these leave only when they rank below `leaveAfter`. */
  readonly previous?: ReadonlySet<string> | undefined;
  /** Rank at or above which a newcomer displaces an incumbent; 95 % of the limit. */
  readonly enterAt?: number | undefined;
  /** Last rank at which an incumbent may stay; 105 % of the limit. */
  readonly leaveAfter?: number | undefined;
}

/** Higher score (to 1e-4), higher response rate, older registration, hotkey in order. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    roundTo(b.score, 1e4) - roundTo(a.score, 1e4) ||
    b.responseRate - a.responseRate ||
    a.registeredAt - b.registeredAt ||
    (a.hotkey < b.hotkey ? -1 : a.hotkey > b.hotkey ? 1 : 0)
  );
}

/**
 * The paying ranks: at most `limit` places, best first, scores of 0 left out. Near the cut incumbents are kept: a
 * newcomer needs rank ≤ 95, an incumbent stays until rank 105. Independent of the order given.
 * @throws CodedError SCORING_BAD_INPUT on a hotkey given twice or a score that is not finite.
 */
export function selectTop(candidates: readonly Candidate[], options: SelectOptions = {}): Selected[] {
  const limit = options.limit ?? 100;
  const enterAt = options.enterAt ?? Math.floor(limit * 0.95);
  const leaveAfter = options.leaveAfter ?? Math.ceil(limit * 1.05);
  const seen = new Set<string>();
  for (const { hotkey, score } of candidates) {
    if (seen.has(hotkey)) throw badInput('a hotkey is given twice', { hotkey });
    if (!Number.isFinite(score)) throw badInput('a score is not a number', { hotkey });
    seen.add(hotkey);
  }
  const places = rankPlaces(candidates.filter((candidate) => roundTo(candidate.score, 1e4) > 0));
  const previous = options.previous;
  const held = (place: Place): boolean => place.members.some((member) => previous?.has(member.hotkey));
  const kept = new Set<Place>();
  const take = (wanted: (place: Place) => boolean): void => {
    for (const place of places) if (kept.size < limit && !kept.has(place) && wanted(place)) kept.add(place);
  };
  take((place) => place.rank <= enterAt);
  take((place) => place.rank <= leaveAfter && held(place));
  take(() => true);
  return places
    .filter((place) => kept.has(place))
    .flatMap(({ members, rank, score }) =>
      members.map(({ hotkey }) => ({ hotkey, rank, score, sharedBy: members.length })),
    );
}

interface Place {
  readonly rank: number;
  readonly score: number;
  readonly members: readonly Candidate[];
}

function rankPlaces(candidates: readonly Candidate[]): Place[] {
  const places: { rank: number; score: number; members: Candidate[] }[] = [];
  const clusters = new Map<string, { members: Candidate[] }>();
  for (const candidate of [...candidates].sort(compareCandidates)) {
    const name = candidate.cluster ?? null;
    const cluster = name === null ? undefined : clusters.get(name);
    if (cluster) {
      cluster.members.push(candidate);
      continue;
    }
    const place = { rank: places.length + 1, score: candidate.score, members: [candidate] };
    places.push(place);
    if (name !== null) clusters.set(name, place);
  }
  return places;
}
