import { requestEvents, requestJson } from '../edge/http.js';
import type {
  JudgeHealth,
  MinerPage,
  MinerRow,
  Overview,
  PatientRating,
  Refusal,
  RoundLine,
  RoundPage,
  Series,
  WeightIntent,
} from './operatorTypes.js';

interface Listed<T> {
  readonly data: readonly T[];
}

/** What an operator may read with a key of scope `operator`. */
export function operatorApi(key: string) {
  const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
    requestJson<T>(`/v1/operator${path}`, { token: key, signal });
  const list = async <T>(path: string, signal?: AbortSignal): Promise<readonly T[]> =>
    (await get<Listed<T>>(path, signal)).data;
  return {
    overview: (signal?: AbortSignal) => get<Overview>('/overview', signal),
    rounds: (signal?: AbortSignal) => list<RoundLine>('/rounds?limit=100', signal),
    round: (id: string, signal?: AbortSignal) => get<RoundPage>(`/rounds/${encodeURIComponent(id)}`, signal),
    leaderboard: (signal?: AbortSignal) => list<MinerRow>('/leaderboard', signal),
    miner: (hotkey: string, signal?: AbortSignal) => get<MinerPage>(`/miners/${encodeURIComponent(hotkey)}`, signal),
    weights: (signal?: AbortSignal) => list<WeightIntent>('/weights', signal),
    judge: (signal?: AbortSignal) => get<JudgeHealth>('/judge', signal),
    refusals: (signal?: AbortSignal) => list<Refusal>('/refusals', signal),
    ratings: (signal?: AbortSignal) => list<PatientRating>('/ratings', signal),
    series: (metric: string, hotkey: string | null, signal?: AbortSignal) =>
      get<Series>(
        `/series?metric=${encodeURIComponent(metric)}${hotkey === null ? '' : `&hotkey=${encodeURIComponent(hotkey)}`}`,
        signal,
      ),
    /** Refusals as they happen, until aborted. @throws GatewayError when the stream ends by itself */
    refusalStream: async function* (signal: AbortSignal): AsyncGenerator<Refusal> {
      for await (const { event, data } of requestEvents('/v1/operator/refusals/stream', { token: key, signal })) {
        // The same shape as in the list.
        if (event === 'refusal') yield JSON.parse(data) as Refusal;
      }
    },
  };
}
export type OperatorApi = ReturnType<typeof operatorApi>;
