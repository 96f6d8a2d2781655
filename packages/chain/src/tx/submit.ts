import { CoreErrorCode, hasCode, withDeadline } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import type { Session } from '../connection/index.js';
import { ChainErrorCode, chainError, isConnectionFailure } from '../errors.js';
import type { ChainAccess } from '../reads/view.js';
import { countFrom } from '../rpc/index.js';
import type { CallArguments, EncodedCall, Runtime } from '../runtime/index.js';
import { type Landing, readLanding } from './block.js';
import { type ChainEvent, throwOnFailure } from './events.js';
import type { KeyedLock } from './keyedLock.js';
import { locate } from './locate.js';
import { poolFailure } from './refusals.js';
import { type SignedExtrinsic, signExtrinsic } from './sign.js';
import { submitAndWatch, type WaitFor, type Watched } from './watch.js';

/** Blocks that an extrinsic stays valid, as the official clients choose it. */
const USUAL_PERIOD = 128;
/** The mortality is anchored this far behind the tip, so that a short re-organisation does not invalidate it. */
const ANCHOR_DEPTH = 4;
/** An extrinsic is waited for at least this long, and at least this many block times. */
const LEAST_WAIT_MS = 30_000;
const LEAST_WAIT_BLOCKS = 10;

export interface SubmitOptions {
  /** Wrap the call in `sudo.sudo`. */
  readonly sudo?: boolean | undefined;
  readonly waitFor?: WaitFor | undefined;
  /** Blocks the extrinsic stays valid, a power of two; 128 unless said. */
  readonly eraPeriod?: number | undefined;
  /** Deadline of the whole submission; 30 s or ten block times unless said. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with what was signed, before the node gets it, so that it can be written down; once more when it has to be
   * signed anew. What it throws ends the submission, and nothing is sent.
   */
  readonly onSigned?: ((signed: SignedNotice) => void) | undefined;
}

export interface SignedNotice {
  readonly extrinsicHash: string;
  /** The last block in which it can land. */
  readonly validUntil: number;
}

/** An extrinsic that is in a block and succeeded. */
export interface TxOutcome {
  readonly blockHash: string;
  readonly blockNumber: number;
  readonly extrinsicHash: string;
  readonly events: readonly ChainEvent[];
}

export interface CallRequest {
  readonly pallet: string;
  /** By name; with several, the first one that the runtime has. */
  readonly call: string | readonly string[];
  readonly args: CallArguments | ((name: string) => CallArguments);
}

export interface TxAccess extends ChainAccess {
  readonly locks: KeyedLock;
}

/**
 * Encodes a call by the runtime's metadata, signs it, sends it and waits until it is in a block. Submissions of one
 * signer follow one another until the node took them. When the connection breaks, chain state decides whether the
 * extrinsic landed; it is never sent twice.
 * @throws CodedError with the code of the runtime's refusal; CHAIN_TX_UNKNOWN when the deadline passed first.
 */
export async function submit(
  access: TxAccess,
  signer: Signer,
  request: CallRequest,
  options: SubmitOptions = {},
): Promise<TxOutcome> {
  const { clock, metrics } = access.parts;
  const session = await access.connection.use(options.deadlineMs ?? access.callDeadlineMs, options.signal);
  const ms = options.deadlineMs ?? Math.max(LEAST_WAIT_MS, LEAST_WAIT_BLOCKS * session.blockTimeMs);
  const started = clock.monotonicMs();
  const name = `${request.pallet}.${typeof request.call === 'string' ? request.call : request.call[0]}`;
  let outcome = 'included';
  const sent: { extrinsic: SignedExtrinsic | null } = { extrinsic: null };
  try {
    return await withDeadline({ what: name, ms, signal: options.signal, clock }, (signal) =>
      send(access, signer, request, { ...options, signal }, sent),
    );
  } catch (error) {
    const failure = hasCode(error, CoreErrorCode.DeadlineExceeded) ? overdue(name, ms, sent.extrinsic, error) : error;
    outcome = failure instanceof Error && 'code' in failure ? String(failure.code) : 'error';
    throw failure;
  } finally {
    metrics?.extrinsicDone(name, outcome, clock.monotonicMs() - started);
  }
}

type Sending = SubmitOptions & { readonly signal: AbortSignal };

async function send(
  access: TxAccess,
  signer: Signer,
  request: CallRequest,
  options: Sending,
  sent: { extrinsic: SignedExtrinsic | null },
): Promise<TxOutcome> {
  const posted = await access.locks.run(signer.address, () => post(access, signer, request, options, sent));
  const { signed, call, runtime } = posted;
  const name = `${call.pallet}.${call.name}`;
  const landing = await land(access, signer, posted, options.signal);
  const outcome = { ...landing, extrinsicHash: signed.hash };
  access.parts.log.debug('extrinsic included', { call: name, block: landing.blockNumber, hash: signed.hash });
  throwOnFailure(runtime, name, landing.events, {
    blockHash: landing.blockHash,
    blockNumber: landing.blockNumber,
    extrinsicHash: signed.hash,
  });
  await access.connection.headAtLeast(landing.blockNumber, options.signal);
  return outcome;
}

interface Posted {
  readonly signed: SignedExtrinsic;
  readonly call: EncodedCall;
  readonly runtime: Runtime;
  readonly nonce: number;
  readonly sentAtBlock: number;
  readonly session: Session;
  /** Null when the connection broke before the node confirmed that it took the extrinsic. */
  readonly watched: Watched | null;
}

/** Signs and hands over; once more from fresh state when the nonce or the runtime turned out to be old. */
async function post(
  access: TxAccess,
  signer: Signer,
  request: CallRequest,
  options: Sending,
  sent: { extrinsic: SignedExtrinsic | null },
): Promise<Posted> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal.throwIfAborted();
    const at = { signal: options.signal };
    const session = await access.connection.use(access.callDeadlineMs, options.signal);
    const runtime = await session.settledRuntime();
    const call = encode(runtime, request, options.sudo === true);
    const nonce = countFrom(await session.request('system_accountNextIndex', [signer.address], at), 'nonce');
    const birth = session.trail.ancestor(ANCHOR_DEPTH);
    const era = { birth, period: options.eraPeriod ?? USUAL_PERIOD };
    const signed = signExtrinsic(runtime, call, signer, { genesisHash: session.genesisHash, nonce, era });
    const posted = { signed, call, runtime, nonce, session, sentAtBlock: birth.number };
    try {
      // Nothing can have been sent on a socket that ended before; a fresh attempt needs no search.
      if (session.socket.endReason && attempt === 1) continue;
      options.onSigned?.({ extrinsicHash: signed.hash, validUntil: signed.validUntil });
      sent.extrinsic = signed;
      return { ...posted, watched: await submitAndWatch(session, signed, options.waitFor ?? 'inBlock', at) };
    } catch (error) {
      if (isConnectionFailure(error)) return { ...posted, watched: null };
      sent.extrinsic = null;
      const failure = poolFailure(`${call.pallet}.${call.name}`, error);
      if (attempt > 1 || !(await worthAnotherTry(failure, session, options.signal))) throw failure;
    }
  }
}

async function worthAnotherTry(failure: unknown, session: Session, signal: AbortSignal): Promise<boolean> {
  if (hasCode(failure, ChainErrorCode.StaleNonce)) return true;
  // Signed for a runtime that is gone: the signature covers the spec version.
  if (hasCode(failure, ChainErrorCode.BadSignature)) return session.recheckRuntime({ signal });
  return false;
}

async function land(access: TxAccess, signer: Signer, posted: Posted, signal: AbortSignal): Promise<Landing> {
  const { watched, session, runtime, signed } = posted;
  if (watched) {
    try {
      const blockHash = await abortable(watched.included, signal);
      const landing = await readOutcome(session, runtime, blockHash, signed, signal);
      if (landing) return landing;
    } catch (error) {
      signal.throwIfAborted();
      if (!isConnectionFailure(error)) throw error;
      access.parts.log.warn('connection lost while an extrinsic was under way, looking for it', { hash: signed.hash });
    } finally {
      watched.stop();
    }
  }
  return locate(access, { signed, signer, nonce: posted.nonce, sentAtBlock: posted.sentAtBlock }, signal);
}

/** Reads what an included extrinsic did. Failing to is not the same as its failing, and must not look like it. */
async function readOutcome(
  session: Session,
  runtime: Runtime,
  blockHash: string,
  signed: SignedExtrinsic,
  signal: AbortSignal,
): Promise<Landing | null> {
  try {
    return await readLanding(session, runtime, blockHash, signed, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (isConnectionFailure(cause)) throw cause;
    throw chainError(ChainErrorCode.TxUnknown, 'the extrinsic is in a block whose events cannot be read', {
      remedy: 'Look at the account before sending again.',
      details: { extrinsicHash: signed.hash, blockHash },
      cause,
    });
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function encode(runtime: Runtime, request: CallRequest, sudo: boolean): EncodedCall {
  const names = typeof request.call === 'string' ? [request.call] : request.call;
  const name = names.find((one) => runtime.hasCall(request.pallet, one)) ?? names[0] ?? '';
  const args = typeof request.args === 'function' ? request.args(name) : request.args;
  const call = runtime.encodeCall(request.pallet, name, args);
  if (!sudo) return call;
  return { ...call, bytes: runtime.encodeCall('Sudo', 'sudo', [call.bytes]).bytes };
}

function overdue(name: string, ms: number, signed: SignedExtrinsic | null, cause: unknown): Error {
  if (!signed) {
    return chainError(ChainErrorCode.Timeout, `${name} could not be sent within ${ms} ms`, {
      remedy: 'Nothing was sent; try again, or choose a less busy --subtensor.chain_endpoint.',
      details: { call: name, ms, retryable: true },
      cause,
    });
  }
  return chainError(ChainErrorCode.TxUnknown, `${name} was sent, but is in no block after ${ms} ms`, {
    remedy: `Look at the account before sending again; it may still land up to block ${signed.validUntil}.`,
    details: { call: name, extrinsicHash: signed.hash, validUntil: signed.validUntil },
    cause,
  });
}
