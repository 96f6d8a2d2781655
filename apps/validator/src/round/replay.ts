import { mayBeReplay, REPLAY_AT, replaySignature, replaySimilarity } from '@bettertherapy/scoring';
import type { Store } from '@bettertherapy/store';
import type { Answer } from './answers.js';

const DAY_MS = 24 * 60 * 60_000;
/** How far back a miner's own answers are compared. */
const LOOK_BACK_MS = 30 * DAY_MS;
/** Own answers compared at most, the newest first. */
const MOST_ANSWERS = 300;

export interface Replay {
  /** Request id of the older answer. */
  readonly of: string;
  readonly bankId: string;
  readonly jaccard: number;
}

/** The own older answer to another question of the bank that this one repeats, or null. */
export function findReplay({ request, question, response }: Answer, store: Store): Replay | null {
  const own = { text: response.output ?? '', question: question.askedText };
  const signature = replaySignature(own);
  if (!signature) return null;
  const older = store.signatures.ofOtherQuestions({
    hotkey: request.hotkey,
    bankId: question.bankId,
    sinceMs: response.receivedMs - LOOK_BACK_MS,
    limit: MOST_ANSWERS,
  });
  for (const { requestId, bankId, signature: bytes } of older) {
    if (!mayBeReplay(signature, fromBytes(bytes))) continue;
    const text = store.signatures.answer(requestId);
    const jaccard = text ? replaySimilarity(own, text) : 0;
    if (jaccard >= REPLAY_AT) return { of: requestId, bankId, jaccard };
  }
  return null;
}

/** Remembers an answer, so that later ones are compared with it. */
export function rememberAnswer({ request, question, response }: Answer, store: Store): void {
  const signature = replaySignature({ text: response.output ?? '', question: question.askedText });
  if (!signature) return;
  store.signatures.keep({
    requestId: request.id,
    hotkey: request.hotkey,
    bankId: question.bankId,
    signature: toBytes(signature),
    receivedMs: response.receivedMs,
  });
}

function toBytes(signature: Uint32Array): Buffer {
  const bytes = Buffer.alloc(signature.length * 4);
  for (const [at, value] of signature.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}

function fromBytes(bytes: Buffer): Uint32Array {
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readUInt32LE(at * 4));
}
