import type { Store } from '@bettertherapy/store';

type Latest = ReturnType<Store['weightIntents']['latest']>[number];

/** What was meant beside what the chain holds: true or false once it was looked at, null before. */
function matches({ verification }: Latest): boolean | null {
  return verification?.match ?? null;
}

/** The newest intent in a line; null before the first. */
export function weightState(store: Store) {
  const [newest] = store.weightIntents.latest(1);
  if (!newest) return null;
  return { state: newest.intent.state, created_ms: newest.intent.createdMs, matches: matches(newest) };
}

/** Weights meant against weights on chain, newest intent first. Values are u16 as sent; uids the chain has beyond the intent are listed too. */
export function weightsView(store: Store, limit: number) {
  return store.weightIntents.latest(limit).map((row) => {
    const { intent, outcome, verification } = row;
    const onChain = verification
      ? new Map(verification.uids.map((uid, at) => [uid, verification.values[at] ?? 0]))
      : null;
    const entries = new Map(intent.entries.map((entry) => [entry.uid, entry]));
    const meant = new Map(intent.uids.map((uid, at) => [uid, intent.values[at] ?? 0]));
    const uids = [...new Set([...meant.keys(), ...(onChain?.keys() ?? [])])].sort((a, b) => a - b);
    return {
      id: intent.id,
      window: intent.window,
      attempt: intent.attempt,
      state: intent.state,
      mode: intent.mode,
      block: intent.block,
      created_ms: intent.createdMs,
      sent_block: outcome?.block ?? null,
      extrinsic: outcome?.extrinsicHash ?? null,
      verified_block: verification?.block ?? null,
      matches: matches(row),
      error: outcome?.errorMessage ?? null,
      error_code: outcome?.errorCode ?? null,
      entries: uids.map((uid) => {
        const chain = onChain ? (onChain.get(uid) ?? 0) : null;
        const entry = entries.get(uid);
        return {
          hotkey: entry?.hotkey ?? null,
          uid,
          score: entry?.score ?? null,
          share: entry?.share ?? null,
          meant: meant.get(uid) ?? 0,
          chain,
          matches: chain === null ? null : chain === (meant.get(uid) ?? 0),
        };
      }),
    };
  });
}
