import { LlmErrorCode, llmError } from '../errors.js';
import { fileSha256 } from '../files/fileHash.js';
import { statIfThere } from '../files/statIfThere.js';
import type { AdapterUse } from '../languageModel.js';

const MOST_REMEMBERED = 256;

/** Sees that adapter files are what they are named by; a file is hashed again when its size or time has changed. */
export class AdapterHashes {
  private readonly known = new Map<string, { readonly stamp: string; readonly sha256: string }>();

  /** @throws CodedError LLM_ADAPTER_MISMATCH, LLM_ADAPTER_INVALID when there is no such file, LLM_BAD_REQUEST */
  async require({ file, sha256 }: AdapterUse, signal: AbortSignal): Promise<void> {
    if (file === null) {
      throw llmError(LlmErrorCode.BadRequest, 'an adapter on this machine needs its file', {
        remedy: 'Name the file of the adapter.',
      });
    }
    const found = await this.sha256Of(file, signal);
    if (found === sha256) return;
    throw llmError(LlmErrorCode.AdapterMismatch, 'the file is not the adapter that was named: its SHA-256 differs', {
      remedy: 'Delete the file, so that it is fetched again, or put the right one in its place.',
      details: { found, sha256 },
    });
  }

  private async sha256Of(file: string, signal: AbortSignal): Promise<string> {
    const state = await statIfThere(file);
    if (state === null) {
      throw llmError(LlmErrorCode.AdapterInvalid, 'the file of the adapter is not there', {
        remedy: 'Put it back, or wait until it is fetched again.',
      });
    }
    const stamp = `${state.size} ${state.mtimeMs} ${state.ino}`;
    const known = this.known.get(file);
    if (known?.stamp === stamp) return known.sha256;
    const sha256 = await fileSha256(file, signal);
    const [oldest] = this.known.keys();
    if (this.known.size >= MOST_REMEMBERED && oldest !== undefined) this.known.delete(oldest);
    this.known.set(file, { stamp, sha256 });
    return sha256;
  }
}
