import { withDeadline } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import type { Session } from '../connection/index.js';
import { ChainErrorCode, chainError, isRetryable } from '../errors.js';
import { readNonce } from '../reads/accounts.js';
import { type ChainAccess, viewHead } from '../reads/view.js';
import { hashFrom } from '../rpc/index.js';
import { findInBlock, type Landing, readLanding } from './block.js';
import type { SignedExtrinsic } from './sign.js';

export interface LostExtrinsic {
  readonly signed: SignedExtrinsic;
  readonly signer: Signer;
  readonly nonce: number;
  /** The best block when it was sent: it can only be in a later one. */
  readonly sentAtBlock: number;
}

/**
 * Finds out by chain state whether an extrinsic landed whose watcher was lost, without sending it again: as soon as
 * the account's nonce has passed it, it is in one of the blocks since; once its mortality ended, it is in none.
 * @throws CodedError CHAIN_TX_EXPIRED (safe to send again), CHAIN_TX_REPLACED, or the signal's reason.
 */
export async function locate(access: ChainAccess, lost: LostExtrinsic, signal: AbortSignal): Promise<Landing> {
  let searched = lost.sentAtBlock;
  for (;;) {
    signal.throwIfAborted();
    try {
      const view = await viewHead(access, { signal });
      if ((await readNonce(view, lost.signer.address)) > lost.nonce) {
        for (let block = searched + 1; block <= view.block; block += 1) {
          const hash = block === view.block ? view.blockHash : await blockHashAt(view.session, block, signal);
          if (await findInBlock(view.session, hash, lost.signed, { signal })) {
            const landing = await readLanding(view.session, view.runtime, hash, lost.signed, { signal });
            if (landing) return landing;
          }
          searched = block;
        }
        throw replaced(lost);
      }
      if (view.block > lost.signed.validUntil) throw expired(lost);
      await nextBlock(access, view.block, signal);
    } catch (error) {
      // A connection that breaks again while looking is waited for; anything else is an answer.
      if (!isRetryable(error) || signal.aborted || isVerdict(error)) throw error;
      await access.parts.clock.sleep(250, signal);
    }
  }
}

function isVerdict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === ChainErrorCode.TxExpired;
}

async function blockHashAt(session: Session, block: number, signal: AbortSignal): Promise<string> {
  return hashFrom(await session.request('chain_getBlockHash', [block], { signal }), 'block hash');
}

/** Resolves when a block after `block` was seen, at the latest after a while, so that a re-dial is noticed too. */
async function nextBlock(access: ChainAccess, block: number, signal: AbortSignal): Promise<void> {
  if (access.connection.head.head.number > block) return;
  const patienceMs = 5_000;
  let cancel: () => void = () => undefined;
  await withDeadline(
    { what: 'waiting for a block', ms: patienceMs * 2, signal, clock: access.parts.clock },
    () =>
      new Promise<void>((resolve) => {
        const stopHead = access.connection.onHead((head) => {
          if (head.number > block) resolve();
        });
        const stopTimer = access.parts.clock.after(patienceMs, resolve);
        cancel = () => {
          stopHead();
          stopTimer();
        };
      }),
  ).finally(() => cancel());
}

function expired(lost: LostExtrinsic): Error {
  return chainError(ChainErrorCode.TxExpired, 'the extrinsic never landed and no longer can', {
    remedy: 'Try again; it is safe to send it once more.',
    details: { extrinsicHash: lost.signed.hash, validUntil: lost.signed.validUntil, retryable: true },
  });
}

function replaced(lost: LostExtrinsic): Error {
  return chainError(ChainErrorCode.TxReplaced, 'another extrinsic of this account took the nonce', {
    remedy: 'Let only one program use the key at a time; then try again.',
    details: { extrinsicHash: lost.signed.hash, nonce: lost.nonce },
  });
}
