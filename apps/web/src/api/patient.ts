import { type Request, requestJson } from '../edge/http.js';
import type {
  CrisisPage,
  Notice,
  Patient,
  Rating,
  Reason,
  Session,
  SessionWithMessages,
  TwinCard,
  TwinDetail,
} from './types.js';

type Signal = AbortSignal | undefined;
const at = (id: string): string => encodeURIComponent(id);

export const listTwins = async (signal?: Signal): Promise<readonly TwinCard[]> =>
  (await requestJson<{ data: TwinCard[] }>('/v1/twins', { signal })).data;
export const readTwin = (id: string, signal?: Signal): Promise<TwinDetail> =>
  requestJson(`/v1/twins/${at(id)}`, { signal });
export const readNotice = (signal?: Signal): Promise<Notice> => requestJson('/v1/notice', { signal });
export const readCrisis = (region: string, signal?: Signal): Promise<CrisisPage> =>
  requestJson(`/v1/crisis?region=${at(region)}`, { signal });
export const createPatient = (): Promise<{ patient_id: string; token: string }> =>
  requestJson('/v1/patients', { method: 'POST', body: {} });

/** What a patient may ask the gateway with their own token. */
export function patientApi(token: string) {
  const call = <T>(path: string, request: Request = {}): Promise<T> => requestJson<T>(path, { token, ...request });
  return {
    me: (signal?: Signal) => call<Patient>('/v1/patients/me', { signal }),
    exportAll: () => call<unknown>('/v1/patients/me/export', { deadlineMs: 120_000 }),
    deleteAll: () => call<void>('/v1/patients/me', { method: 'DELETE', deadlineMs: 120_000 }),
    consent: (training: boolean) => call<unknown>('/v1/patients/me/consent', { method: 'PUT', body: { training } }),
    createSession: (twin: string, region: string) =>
      call<Session>('/v1/sessions', { method: 'POST', body: { twin, region } }),
    listSessions: async (signal?: Signal) => (await call<{ data: Session[] }>('/v1/sessions', { signal })).data,
    readSession: (id: string, signal?: Signal) => call<SessionWithMessages>(`/v1/sessions/${at(id)}`, { signal }),
    deleteSession: (id: string) => call<void>(`/v1/sessions/${at(id)}`, { method: 'DELETE' }),
    rate: (answerId: string, rating: RatingToSend) =>
      call<Rating>(`/v1/answers/${at(answerId)}/rating`, { method: 'PUT', body: rating }),
    withdrawRating: (answerId: string) => call<void>(`/v1/answers/${at(answerId)}/rating`, { method: 'DELETE' }),
    report: (answerId: string, reason: string, text: string) =>
      call<unknown>(`/v1/answers/${at(answerId)}/report`, {
        method: 'POST',
        body: text ? { reason, text } : { reason },
      }),
  };
}
export type PatientApi = ReturnType<typeof patientApi>;

export interface RatingToSend {
  readonly token?: string;
  readonly stars?: number;
  readonly thumb?: 'up' | 'down';
  readonly reason?: Reason;
  readonly text?: string;
}
