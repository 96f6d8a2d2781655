import type { TwinApi } from '../api/studio.js';
import { GatewayError } from '../edge/http.js';
import { pause } from '../edge/time.js';

/** What an upload needs of the gateway. */
export type UploadApi = Pick<TwinApi, 'beginAdapter' | 'sendAdapterPiece'>;

/** How every GGUF file begins. */
const MAGIC = 'GGUF';
/** Tries of one piece; a phone loses its line for longer than a moment. */
const TRIES = 6;
const FIRST_WAIT_MS = 1_000;

/** Why this cannot be an adapter, seen without sending it; null when it can. */
export async function problemOf(file: Blob, mostBytes: number): Promise<string | null> {
  if (file.size > mostBytes)
    return `This file is larger than the ${Math.floor(mostBytes / 1024 ** 2)} MiB that are taken.`;
  const begin = await file.slice(0, MAGIC.length).text();
  return begin === MAGIC ? null : 'This is no GGUF file. Convert the adapter with convert_lora_to_gguf.py first.';
}

/**
 * Sends a file piece by piece; a piece that did not arrive is sent again.
 * @param onBytes how many bytes have arrived
 * @returns the name of the upload, with which it is attached
 * @throws GatewayError; what the signal was aborted with
 */
export async function uploadAdapter(
  file: Blob,
  api: UploadApi,
  onBytes: (have: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { upload, piece_bytes } = await api.beginAdapter(file.size);
  for (let have = 0; have < file.size; ) {
    const piece = file.slice(have, have + piece_bytes);
    have = (await sendPiece(() => api.sendAdapterPiece(upload, have, piece, signal), signal)).have;
    onBytes(have);
  }
  return upload;
}

async function sendPiece<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await send();
    } catch (error) {
      if (tries === TRIES || !mayPass(error)) throw error;
      await pause(FIRST_WAIT_MS * 2 ** (tries - 1), signal);
    }
  }
}

/** A broken line and a busy service pass; `conflict` says that the service is still at the piece whose answer was lost. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  return (
    error.status === 0 || error.status === 408 || error.status === 409 || error.status === 429 || error.status >= 500
  );
}
