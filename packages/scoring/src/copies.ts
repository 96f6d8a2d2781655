import { estimateJaccard, minHash } from './minHash.js';
import { jaccard, shingles, wordsOf } from './shingles.js';

export interface CopyCandidate {
  /** Usually the hotkey. */
  readonly id: string;
  readonly text: string;
  /** When the answer was complete, on one clock, in milliseconds. */
  readonly arrivedMs: number;
}

export interface CopyFinding {
  readonly id: string;
  /** The earlier answer that it repeats most. */
  readonly of: string;
  readonly jaccard: number;
  readonly verdict: 'copy' | 'suspect';
}

export interface CopyOptions {
  /** Exact Jaccard from which an answer is a copy (reward 0). */
  readonly copyAt?: number | undefined;
  /** … and from which it is only suspect: reported, nothing taken off. */
  readonly suspectAt?: number | undefined;
  /** The question, so that quoting it does not count. */
  readonly ignore?: readonly string[] | undefined;
}

/** With fewer shingles of its own an answer is too short to call a copy unless it is the same text. */
const FEWEST_SHINGLES = 8;
/** Same text, word for word, counts as a copy from this many words on. */
const SAME_TEXT_WORDS = 15;
/** The signature's estimate may be this far below the exact value before a pair is missed (> 4 standard errors). */
const ESTIMATE_SLACK = 0.2;

/**
 * Answers to one question that repeat an earlier answer: word 5-gram shingles, MinHash to find pairs, exact Jaccard
 * to decide. The earlier arrival keeps its score; at the same millisecond the id that sorts first keeps it. One
 * finding a copier, strongest first match; the result is in arrival order and does not depend on the order given.
 */
export function findCopies(answers: readonly CopyCandidate[], options: CopyOptions = {}): CopyFinding[] {
  const copyAt = options.copyAt ?? 0.7;
  const suspectAt = options.suspectAt ?? 0.5;
  const entries = answers
    .map((answer) => {
      const set = shingles(answer.text, { ignore: options.ignore });
      return { ...answer, set, signature: minHash(set), words: wordsOf(answer.text) };
    })
    .sort((a, b) => a.arrivedMs - b.arrivedMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const findings: CopyFinding[] = [];
  entries.forEach((entry, at) => {
    let best: { readonly of: string; readonly similarity: number } | null = null;
    for (const earlier of entries.slice(0, at)) {
      if (earlier.id === entry.id) continue;
      const similarity = similarityOf(earlier, entry, suspectAt - ESTIMATE_SLACK);
      if (similarity >= suspectAt && (!best || similarity > best.similarity)) best = { of: earlier.id, similarity };
    }
    if (best) {
      const verdict = best.similarity >= copyAt ? 'copy' : 'suspect';
      findings.push({ id: entry.id, of: best.of, jaccard: best.similarity, verdict });
    }
  });
  return findings;
}

interface Prepared {
  readonly set: ReadonlySet<string>;
  readonly signature: Uint32Array;
  readonly words: readonly string[];
}

function similarityOf(a: Prepared, b: Prepared, lowestEstimate: number): number {
  if (a.words.length >= SAME_TEXT_WORDS && a.words.join(' ') === b.words.join(' ')) return 1;
  if (a.set.size < FEWEST_SHINGLES || b.set.size < FEWEST_SHINGLES) return 0;
  return estimateJaccard(a.signature, b.signature) < lowestEstimate ? 0 : jaccard(a.set, b.set);
}

/** How often two hotkeys were asked the same question and how often one answer repeated the other, over many rounds. */
export interface PairHistory {
  readonly a: string;
  readonly b: string;
  readonly together: number;
  readonly copies: number;
  /** Rounds in which at least one copy was seen. */
  readonly roundsWithCopies: number;
}

/**
 * Hotkeys that act as one: joined when copies were seen in ≥ 3 rounds and in more than 20 % of the questions both
 * were asked. Returns hotkey → cluster name (its first hotkey in order); hotkeys on their own are not in the map.
 */
export function findClusters(pairs: readonly PairHistory[]): ReadonlyMap<string, string> {
  const parent = new Map<string, string>();
  const root = (id: string): string => {
    const up = parent.get(id) ?? id;
    return up === id ? id : root(up);
  };
  for (const pair of pairs) {
    if (pair.a === pair.b || pair.roundsWithCopies < 3 || !(pair.copies / pair.together > 0.2)) continue;
    const [first, second] = [root(pair.a), root(pair.b)].sort();
    for (const id of [pair.a, pair.b]) if (!parent.has(id)) parent.set(id, id);
    if (first !== undefined && second !== undefined) parent.set(second, first);
  }
  return new Map([...parent.keys()].sort().map((id) => [id, root(id)]));
}
