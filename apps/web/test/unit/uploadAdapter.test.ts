import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/edge/http.js';
import { problemOf, type UploadApi, uploadAdapter } from '../../src/studio/uploadAdapter.js';

const FILE = new Blob([`GGUF${'0123456789'.repeat(10)}`]);
const never = new AbortController().signal;

/** Keeps what arrives, in pieces of 32 bytes; the pieces whose turn is named are refused so. */
function keeper(refusals: Readonly<Record<number, GatewayError>> = {}) {
  const sent: [at: number, bytes: number][] = [];
  let kept = '';
  const api: UploadApi = {
    beginAdapter: async () => ({ upload: 'u', piece_bytes: 32 }),
    sendAdapterPiece: async (_upload, at, bytes) => {
      sent.push([at, bytes.size]);
      const refusal = refusals[sent.length];
      if (refusal) throw refusal;
      kept = kept.slice(0, at) + (await bytes.text());
      return { have: kept.length };
    },
  };
  return { api, sent, kept: () => kept };
}

describe('an upload of an adapter', () => {
  it('goes piece by piece and tells how much has arrived', async () => {
    const { api, sent, kept } = keeper();
    const progress: number[] = [];
    expect(await uploadAdapter(FILE, api, (have) => progress.push(have), never)).toBe('u');
    expect(kept()).toBe(await FILE.text());
    expect(progress).toEqual([32, 64, 96, 104]);
    expect(sent.map(([, bytes]) => bytes)).toEqual([32, 32, 32, 8]);
  });

  it.each([
    ['that did not reach the service', 0, 'unreachable'],
    ['whose place another request still holds', 409, 'conflict'],
    ['that met a service without room', 503, 'overloaded'],
  ])('sends a piece %s once more', async (_what, status, code) => {
    const { api, sent, kept } = keeper({ 2: new GatewayError(status, code, 'no') });
    await uploadAdapter(FILE, api, () => undefined, never);
    expect(kept()).toBe(await FILE.text());
    expect(sent.map(([at]) => at)).toEqual([0, 32, 32, 64, 96]);
  });

  it.each([
    [413, 'request_too_large'],
    [410, 'gone'],
    [401, 'invalid_api_key'],
  ])('ends at a refusal that will not pass (%i)', async (status, code) => {
    const { api, sent } = keeper({ 2: new GatewayError(status, code, 'no') });
    await expect(uploadAdapter(FILE, api, () => undefined, never)).rejects.toMatchObject({ code });
    expect(sent).toHaveLength(2);
  });

  it('ends when it is cancelled, also while it waits to try again', async () => {
    const stop = new AbortController();
    const { api } = keeper({ 1: new GatewayError(0, 'unreachable', 'no') });
    const upload = uploadAdapter(FILE, api, () => undefined, stop.signal);
    stop.abort(new Error('cancelled'));
    await expect(upload).rejects.toThrow('cancelled');
  });

  it.each([
    ['a GGUF file', FILE, 1_000, null],
    ['one that is too large', FILE, 50, /larger than/],
    ['another kind of file', new Blob(['%PDF-1.7']), 1_000, /no GGUF file/],
    ['an empty file', new Blob([]), 1_000, /no GGUF file/],
  ])('%s is known before anything is sent', async (_what, file, most, problem) => {
    const found = await problemOf(file, most);
    if (problem === null) expect(found).toBe(null);
    else expect(found).toMatch(problem);
  });
});
