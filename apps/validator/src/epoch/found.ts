import type { StoredWeights } from './payChain.js';

/** What chain storage tells of an intent: weights to judge it by, that later ones took their place, or nothing yet. */
export type Found = { readonly seen: StoredWeights; readonly match: boolean } | 'later' | 'replaced';
