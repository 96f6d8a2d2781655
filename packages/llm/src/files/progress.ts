/** How far a model is on its way to being usable. */
export interface ModelProgress {
  readonly name: string;
  /** waiting: another process fetches it; fetching: from a source; checking: the hash is computed. */
  readonly phase: 'waiting' | 'fetching' | 'checking' | 'ready';
  readonly source: 'hub' | 'wheel' | null;
  readonly bytes: number;
  readonly totalBytes: number | null;
}

export type OnProgress = (progress: ModelProgress) => void;
