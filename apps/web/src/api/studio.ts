import { type Request, requestJson } from '../edge/http.js';
import type {
  Check,
  Consent,
  Doctor,
  Draft,
  InboxItem,
  Inspection,
  PreviewAnswer,
  Problem,
  SavedDialogue,
  TwinAdapters,
  TwinInStudio,
  TwinLine,
  VersionChoice,
} from './studioTypes.js';

/** A model answers previews and safety questions; a small machine takes minutes. */
const MODEL_DEADLINE_MS = 300_000;

/** A gigabyte is read twice. */
const CHECK_DEADLINE_MS = 300_000;

export const logIn = (invitation: string): Promise<{ token: string; doctor: Doctor }> =>
  requestJson('/v1/studio/login', { method: 'POST', body: { invitation } });

export interface Correction {
  readonly answer: string;
  /** The question in the doctor's own words. */
  readonly question?: string;
  readonly mistake?: string;
}

interface Listed<T> {
  readonly data: readonly T[];
}

/** What a doctor may do with the token of their login. */
export function studioApi(token: string) {
  const call = <T>(path: string, request: Request = {}): Promise<T> =>
    requestJson<T>(`/v1/studio/twins${path}`, { token, ...request });
  const post = <T>(path: string, body: unknown, deadlineMs?: number): Promise<T> =>
    call<T>(path, { method: 'POST', body, ...(deadlineMs === undefined ? {} : { deadlineMs }) });
  return {
    twins: async (signal?: AbortSignal) => (await call<Listed<TwinLine>>('', { signal })).data,
    /** Ends every login and open invitation of this doctor. */
    logOut: () => requestJson<unknown>('/v1/studio/logout', { method: 'POST', token, body: {} }),
    create: (id: string, name: string) => post<unknown>('', { id, name }),
    twin: (id: string) => {
      const of = `/${encodeURIComponent(id)}`;
      return {
        read: (signal?: AbortSignal) => call<TwinInStudio>(of, { signal }),
        /** The adapter stays as it is: it has a page of its own. */
        saveDraft: ({ adapter: _, ...draft }: Draft) =>
          call<{ draft: Draft; problems: readonly Problem[] }>(`${of}/draft`, { method: 'PUT', body: draft }),
        check: async () =>
          (await post<{ checks: readonly Check[] }>(`${of}/draft/check`, {}, MODEL_DEADLINE_MS)).checks,
        preview: async (question: string, versions: readonly VersionChoice[]) =>
          (
            await post<{ answers: readonly PreviewAnswer[] }>(
              `${of}/preview`,
              { question, versions },
              MODEL_DEADLINE_MS,
            )
          ).answers,
        adapters: (signal?: AbortSignal) => call<TwinAdapters>(`${of}/adapter`, { signal }),
        beginAdapter: (bytes: number) =>
          post<{ upload: string; piece_bytes: number }>(`${of}/adapter/uploads`, { bytes }),
        sendAdapterPiece: (upload: string, at: number, bytes: Blob, signal: AbortSignal) =>
          call<{ have: number }>(`${of}/adapter/uploads/${upload}?at=${at}`, { method: 'PUT', bytes, signal }),
        /** Checks the whole file, which takes a while for a large one. */
        attachAdapter: (upload: string, base: string, signal: AbortSignal) =>
          call<TwinAdapters>(`${of}/adapter`, {
            method: 'PUT',
            body: base === '' ? { upload } : { upload, base },
            signal,
            deadlineMs: CHECK_DEADLINE_MS,
          }),
        detachAdapter: () => call<TwinAdapters>(`${of}/adapter`, { method: 'DELETE' }),
        submit: () => post<unknown>(`${of}/submit`, {}),
        publish: () => post<unknown>(`${of}/publish`, {}),
        rollBack: (version: number) => post<unknown>(`${of}/rollback`, { version }),
        withdraw: (reason: string) => post<unknown>(`${of}/withdraw`, { reason }),
        inspect: (format: 'csv' | 'jsonl', text: string) =>
          post<Inspection>(`${of}/dialogues/inspect`, { format, text }, 60_000),
        saveDialogues: (dialogues: readonly { question: string; answer: string }[], consentId: string) =>
          post<unknown>(`${of}/dialogues`, { dialogues, consent_id: consentId }, 60_000),
        dialogues: async (signal?: AbortSignal) =>
          (await call<Listed<SavedDialogue>>(`${of}/dialogues`, { signal })).data,
        inbox: async (signal?: AbortSignal) => (await call<Listed<InboxItem>>(`${of}/inbox`, { signal })).data,
        correct: (answerId: string, correction: Correction) =>
          post<unknown>(`${of}/inbox/${encodeURIComponent(answerId)}/correct`, correction),
        consents: async (signal?: AbortSignal) => (await call<Listed<Consent>>(`${of}/consents`, { signal })).data,
        addConsent: (scope: string, statement: string) => post<Consent>(`${of}/consents`, { scope, statement }),
        withdrawConsent: (consentId: string) =>
          post<unknown>(`${of}/consents/${encodeURIComponent(consentId)}/withdraw`, {}),
      };
    },
  };
}
export type StudioApi = ReturnType<typeof studioApi>;
export type TwinApi = ReturnType<StudioApi['twin']>;
