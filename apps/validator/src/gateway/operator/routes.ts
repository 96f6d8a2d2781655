import { parseHotkey } from '@bettertherapy/core';
import { z } from 'zod';
import { apiError } from '../http/errors.js';
import { type ReplySpec, type Route, route } from '../http/route.js';
import { judgeView } from './judgeHealth.js';
import { leaderboard } from './leaderboard.js';
import { minerView } from './miner.js';
import { overview } from './overview.js';
import type { OperatorParts } from './parts.js';
import { remembered } from './remembered.js';
import { roundDetail, roundJson } from './rounds.js';
import { seriesQuery, seriesView } from './series.js';
import { refusalJson, streamRefusals } from './stream.js';
import { weightsView } from './weights.js';

/** How old a leaderboard may be. */
const BOARD_MS = 2_000;
const REFUSALS = 200;
const WEIGHTS = 20;
const RATINGS = 200;

const limitQuery = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });

/** The operator's pages as data. Nothing of what patients wrote, and of miners' texts only answers to the bank's questions. */
export function operatorRoutes(parts: OperatorParts): Route[] {
  const { store, refusals, clock } = parts;
  const board = remembered(BOARD_MS, clock, () => leaderboard(parts));
  return [
    view('/v1/operator/overview', 'Where this validator stands at a glance', () => overview(parts)),
    route({ ...get('/v1/operator/rounds', 'Rounds, newest first'), query: limitQuery }, ({ query }) =>
      ok({ data: store.operator.rounds(query.limit).map(roundJson) }),
    ),
    route(
      {
        ...get('/v1/operator/rounds/:id', 'One round: stages, questions, every answer with its score, controls'),
        params: z.object({ id: z.string().min(1).max(64) }),
      },
      ({ params }) => ok(found(roundDetail(params.id, store), 'There is no round of this id.')),
    ),
    view('/v1/operator/leaderboard', 'Every miner with all that its score is made of, best first', () => ({
      data: leaderboard(parts),
    })),
    route(
      {
        ...get('/v1/operator/miners/:hotkey', 'One miner: its scores, why they are not higher, its latest answers'),
        params: z.object({ hotkey: z.string().min(1).max(64) }),
      },
      ({ params }) =>
        ok(found(minerView(hotkeyOf(params.hotkey), parts, board()), 'No such miner is on chain or in the journal.')),
    ),
    view('/v1/operator/weights', 'Weights meant against weights on chain, newest first', () => ({
      data: weightsView(store, WEIGHTS),
    })),
    view('/v1/operator/judge', 'The judge: its manifest, hidden controls and drift', () => judgeView(parts)),
    view('/v1/operator/refusals', 'What was refused lately: by this gateway, by miners, by the gates', () => ({
      data: refusals.latest(REFUSALS).map(refusalJson),
    })),
    route(
      {
        ...get('/v1/operator/refusals/stream', 'The same as it happens, as server-sent events'),
        replies: { 200: { description: 'Events named `refusal`', contentType: 'text/event-stream' } },
      },
      async ({ reply, signal }) => {
        await streamRefusals(reply, signal, parts);
        return undefined;
      },
    ),
    route(
      {
        ...get('/v1/operator/series', 'Points for charts: one a round, of the field and of miners'),
        query: seriesQuery,
      },
      ({ query }) => ok(seriesView(query, parts)),
    ),
    view('/v1/operator/ratings', 'Ratings by patients: the newest, and what each miner has', () => ({
      data: parts.ratings
        .latest(RATINGS)
        .map(({ answerId, createdMs, ...row }) => ({ answer_id: answerId, ...row, created_ms: createdMs })),
      by_miner: parts.ratings.byMiner(),
    })),
  ];
}

const REPLIES: Readonly<Record<number, ReplySpec>> = { 200: { description: 'docs/operating.md says what it holds' } };

function get(url: string, summary: string) {
  return { method: 'GET', url, summary, tag: 'operator', access: ['operator'], replies: REPLIES } as const;
}

/** A route without input. */
function view(url: string, summary: string, read: () => unknown): Route {
  return route(get(url, summary), () => ok(read()));
}

const ok = (body: unknown) => ({ status: 200, body });

function found<T>(value: T | null, message: string): T {
  if (value === null) throw apiError('not_found', message);
  return value;
}

function hotkeyOf(text: string) {
  try {
    return parseHotkey(text);
  } catch (cause) {
    throw apiError('invalid_request', '`hotkey`: not an SS58 address', { param: 'hotkey', cause });
  }
}
