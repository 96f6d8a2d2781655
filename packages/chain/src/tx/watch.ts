import { u8aToHex } from '@polkadot/util';
import type { Session } from '../connection/index.js';
import { ChainErrorCode, chainError } from '../errors.js';
import { hashFrom, type RequestOptions } from '../rpc/index.js';
import type { SignedExtrinsic } from './sign.js';

/** Until when an extrinsic is watched. */
export type WaitFor = 'inBlock' | 'finalized';

/** An extrinsic that the node took. */
export interface Watched {
  /** The hash of the block that holds it. Rejects when the pool gave it up or the socket ended. */
  readonly included: Promise<string>;
  /** Stops watching; safe at any time. */
  stop(): void;
}

/**
 * Hands a signed extrinsic to the node and watches it.
 * @throws the node's refusal as {@link Session.request} gives it.
 */
export async function submitAndWatch(
  session: Session,
  signed: SignedExtrinsic,
  waitFor: WaitFor,
  at: RequestOptions,
): Promise<Watched> {
  let settle: { resolve(hash: string): void; reject(error: unknown): void } | null = null;
  const included = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // The caller may stop listening before it settles; a rejection is then of no interest.
  included.catch(() => undefined);
  const subscription = await session.socket.subscribe(
    { subscribe: 'author_submitAndWatchExtrinsic', unsubscribe: 'author_unwatchExtrinsic' },
    [u8aToHex(signed.bytes)],
    (status) => {
      const step = readStatus(status, waitFor);
      if (step.kind === 'included') settle?.resolve(step.blockHash);
      else if (step.kind === 'lost') settle?.reject(givenUp(step.why, signed.hash));
    },
    at,
  );
  const forget = session.socket.onEnd((reason) => settle?.reject(reason));
  return {
    included,
    stop: () => {
      forget();
      subscription.stop();
    },
  };
}

type Step =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'included'; readonly blockHash: string }
  | { readonly kind: 'lost'; readonly why: 'dropped' | 'invalid' | 'usurped' };

/** Reads one status notification: a word, or an object with one member. */
export function readStatus(status: unknown, waitFor: WaitFor): Step {
  if (status === 'dropped' || status === 'invalid') return { kind: 'lost', why: status };
  if (typeof status !== 'object' || status === null) return { kind: 'waiting' };
  // Members of a JSON object may be looked up by any name; each is checked below.
  const fields = status as Record<string, unknown>;
  if ('usurped' in fields) return { kind: 'lost', why: 'usurped' };
  // After a finality timeout the block it was in is the best answer there is.
  const hash = fields.finalized ?? fields.finalityTimeout ?? (waitFor === 'inBlock' ? fields.inBlock : undefined);
  return hash === undefined ? { kind: 'waiting' } : { kind: 'included', blockHash: hashFrom(hash, 'block hash') };
}

function givenUp(why: 'dropped' | 'invalid' | 'usurped', extrinsicHash: string): Error {
  const code = {
    dropped: ChainErrorCode.TxDropped,
    invalid: ChainErrorCode.TxInvalid,
    usurped: ChainErrorCode.TxReplaced,
  }[why];
  const remedy = {
    dropped: 'The pool of the node is full; try again later.',
    invalid: 'The state changed while it waited, for instance the balance or a rate limit; look, then try again.',
    usurped: 'Another extrinsic of this account took its place; let only one program use the key.',
  }[why];
  return chainError(code, `the extrinsic was ${why} by the node`, { remedy, details: { extrinsicHash } });
}
